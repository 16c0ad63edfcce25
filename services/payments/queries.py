"""Selects that show: an educator's invoices, and what came in on a day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Event
from services.payments.domain import Invoice, Payment


def invoices_of(session: Session, educator_id: UUID) -> Sequence[Invoice]:
    """An educator's invoices, newest first."""
    return session.scalars(
        select(Invoice).where(Invoice.educator_id == educator_id).order_by(Invoice.opened_on.desc())
    ).all()


def payments_received(session: Session, day: date, zone: ZoneInfo) -> Sequence[Payment]:
    """What was settled on a calendar day, in order."""
    begins = datetime.combine(day, time(), zone)
    return session.scalars(
        select(Payment)
        .where(Payment.settled_at >= begins, Payment.settled_at < begins + timedelta(days=1))
        .order_by(Payment.settled_at)
    ).all()


def announcements(session: Session) -> Iterator[Event]:
    """The current state of every invoice."""
    for invoice in session.scalars(select(Invoice)):
        yield invoice.state()
