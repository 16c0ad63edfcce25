"""Links mailed to an account's address; each expires."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.problems import RuleBroken
from chassis.storage.types import Instant
from services.identity.domain.base import Base


class LinkExpired(RuleBroken):
    """A confirmation link is valid for one day."""

    title = translatable("This link has expired")
    advice = translatable("Ask for a new one; it is sent to the same email address.")


class MailedLink(Base):
    """A link mailed to an account's address; only its token's digest is stored."""

    __abstract__ = True
    lifetime: ClassVar[timedelta]

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)

    @declared_attr
    def link_id(cls) -> Mapped[UUID]:  # noqa: N805  # SQLAlchemy passes the class
        """The key, named after the table."""
        return mapped_column(f"{cls.__tablename__}_id", primary_key=True)

    @classmethod
    def send(cls, account_id: UUID, token_digest: str, now: datetime) -> Self:
        """A link valid for the `lifetime` of its kind."""
        return cls(
            link_id=new_id(),
            account_id=account_id,
            token_digest=token_digest,
            expires_at=now + cls.lifetime,
        )


class Confirmation(MailedLink):
    """Confirms that the address belongs to its reader."""

    __tablename__ = "confirmation"
    lifetime = timedelta(hours=24)

    def refuse_if_expired(self, now: datetime) -> None:
        """Raise `LinkExpired` if it has expired."""
        if now >= self.expires_at:
            raise LinkExpired


class PasswordReset(MailedLink):
    """Lets its reader choose a new password, once."""

    __tablename__ = "password_reset"
    lifetime = timedelta(hours=1)
