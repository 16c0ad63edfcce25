"""A mail that waits to be sent, or was: tried again with growing patience."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ids import new_id
from chassis.storage.types import Instant
from services.identity.domain.base import Base

PATIENCE = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after each try that failed; after the last the mail is given up."""


class OutgoingMail(Base):
    """A mail to one account; a notice gives each of its readers one, however often it comes."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (UniqueConstraint("notice_id", "account_id"),)

    mail_id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID]
    account_id: Mapped[UUID] = mapped_column(index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    holds_link_that_lets_in: Mapped[bool]
    written_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    last_failure: Mapped[str | None] = mapped_column(String(300))

    @classmethod
    def write(
        cls,
        *,
        notice_id: UUID,
        account_id: UUID,
        recipient: str,
        subject: str,
        text: str,
        now: datetime,
        holds_link_that_lets_in: bool = False,
    ) -> Self:
        """A mail to be sent as soon as possible."""
        return cls(
            mail_id=new_id(),
            notice_id=notice_id,
            account_id=account_id,
            recipient=recipient,
            # A line break in a subject could smuggle in a header.
            subject=" ".join(subject.split())[:300],
            text=text,
            holds_link_that_lets_in=holds_link_that_lets_in,
            written_at=now,
            attempts=0,
            next_try_at=now,
        )

    def begin_try(self, now: datetime) -> None:
        """Count a try and say when the next one is, should this one never be heard of again."""
        self.next_try_at = now + PATIENCE[self.attempts] if self.attempts < len(PATIENCE) else None
        self.attempts += 1

    def note_failure(self, reason: str) -> None:
        """Remember why it was not taken; without a next try the mail is given up."""
        self.last_failure = reason[:300]

    def mark_sent(self, now: datetime) -> None:
        """Another has taken charge of it; a text that lets its reader in is not kept."""
        self.sent_at, self.next_try_at, self.last_failure = now, None, None
        if self.holds_link_that_lets_in:
            self.text = ""


Index("ix_outgoing_mail_next_try_at", OutgoingMail.next_try_at)
