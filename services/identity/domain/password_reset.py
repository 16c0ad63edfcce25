"""A link that was mailed to somebody who no longer knows their password."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ids import new_id
from chassis.tables import Instant
from services.identity.domain.base import Base

RESET_LIFETIME = timedelta(hours=1)


class PasswordReset(Base):
    """Lets its reader choose a new password, once; of its token only the digest is kept."""

    __tablename__ = "password_reset"

    reset_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)

    @classmethod
    def send(cls, account_id: UUID, token_digest: str, now: datetime) -> Self:
        """A link that is good for an hour."""
        return cls(
            reset_id=new_id(),
            account_id=account_id,
            token_digest=token_digest,
            expires_at=now + RESET_LIFETIME,
        )
