"""Sessions: one browser of one account, until ended or idle for too long."""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.storage.types import Instant
from services.identity.domain.base import Base

# Order matters: the User-Agent of Edge and Opera also contains Chrome.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", translatable("an iPhone")),
    ("iPad", translatable("an iPad")),
    ("Windows", "Windows"),
    ("Mac OS", translatable("a Mac")),
    ("Linux", "Linux"),
)


class AccountSession(Base):
    """A session; the browser's cookie holds a random token, and only its digest is stored."""

    __tablename__ = "account_session"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"), index=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    address: Mapped[str | None] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300))

    @classmethod
    def start(
        cls,
        *,
        account_id: UUID,
        token_digest: str,
        address: str | None,
        user_agent: str,
        now: datetime,
    ) -> Self:
        """A session that begins now."""
        return cls(
            session_id=new_id(),
            token_digest=token_digest,
            account_id=account_id,
            started_at=now,
            last_seen_at=now,
            address=address,
            user_agent=user_agent[:300],
        )

    @property
    def device(self) -> str:
        """The browser and device from the User-Agent, for the owner to recognize."""
        fallback = translatable("A browser")
        browser = next((name for mark, name in _BROWSERS if mark in self.user_agent), fallback)
        system = next((name for mark, name in _SYSTEMS if mark in self.user_agent), None)
        if system is None:
            return browser
        return translatable("{browser} on {system}", browser=browser, system=system)

    def end(self, now: datetime) -> None:
        """End the session; one that has ended keeps its end time."""
        self.ended_at = self.ended_at or now
