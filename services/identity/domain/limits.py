"""Rate-limit tables: failed attempts and used CAPTCHAs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.types import Instant
from services.identity.domain.base import Base


class Attempt(Base):
    """An attempt that has not succeeded, by its rate-limit key."""

    __tablename__ = "attempt"

    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    made_by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)


Index("ix_attempt_made_by_at", Attempt.made_by, Attempt.at)


class UsedChallenge(Base):
    """A CAPTCHA that was solved or answered wrongly; it cannot be used again."""

    __tablename__ = "used_challenge"

    challenge_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(Instant)
