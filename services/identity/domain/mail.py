"""Outgoing mail, retried with increasing delays."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ids import new_id
from chassis.storage.types import Instant
from services.identity.domain.base import Base

RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after each failed attempt; after the last, the mail is no longer retried."""


class OutgoingMail(Base):
    """A mail to one account, or to an address that belongs to none.

    A notice creates one per reader, even if delivered repeatedly.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (UniqueConstraint("notice_id", "account_id"),)

    mail_id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID]
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    holds_link_that_lets_in: Mapped[bool]
    written_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    last_failure: Mapped[str | None] = mapped_column(String(300))
    read_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def has_failed(self) -> bool:
        """Whether the email was given up; the message is on the site all the same."""
        return self.sent_at is None and self.next_try_at is None

    def read(self, now: datetime) -> None:
        """Take note that its reader has opened it on the site."""
        self.read_at = self.read_at or now

    @classmethod
    def write(
        cls,
        *,
        notice_id: UUID,
        account_id: UUID | None,
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
            # A line break in a subject could inject a header.
            subject=" ".join(subject.split())[:300],
            text=text,
            holds_link_that_lets_in=holds_link_that_lets_in,
            written_at=now,
            attempts=0,
            next_try_at=now,
        )

    def begin_try(self, now: datetime) -> None:
        """Count an attempt and schedule the next one, in case this one never reports back."""
        self.next_try_at = (
            now + RETRY_DELAYS[self.attempts] if self.attempts < len(RETRY_DELAYS) else None
        )
        self.attempts += 1

    def record_failure(self, reason: str) -> None:
        """Record why it was not accepted; without a next attempt it is no longer retried."""
        self.last_failure = reason[:300]

    def mark_sent(self, now: datetime) -> None:
        """Record that the mail was handed over; the text of a sign-in link is deleted."""
        self.sent_at, self.next_try_at, self.last_failure = now, None, None
        if self.holds_link_that_lets_in:
            self.text = ""


Index("ix_outgoing_mail_next_try_at", OutgoingMail.next_try_at)
