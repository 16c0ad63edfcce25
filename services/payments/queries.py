"""Read queries: an educator's invoices, and payments received on a day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.event import Event
from services.payments.domain import Invoice, InvoiceStatus, Payment


def invoices_of(session: Session, educator_id: UUID) -> Sequence[Invoice]:
    """An educator's invoices, newest first."""
    return session.scalars(
        select(Invoice).where(Invoice.educator_id == educator_id).order_by(Invoice.opened_on.desc())
    ).all()


def payments_received(session: Session, day: date, zone: ZoneInfo) -> Sequence[Payment]:
    """The payments settled on a calendar day, in order."""
    begins = datetime.combine(day, time(), zone)
    return session.scalars(
        select(Payment)
        .where(Payment.settled_at >= begins, Payment.settled_at < begins + timedelta(days=1))
        .order_by(Payment.settled_at)
    ).all()


class Received(NamedTuple):
    """One day's total, in cents and in number of payments."""

    day: date
    amount_cents: int
    payments: int


def week_received(session: Session, day: date, zone: ZoneInfo) -> list[Received]:
    """The totals of the seven days ending with a calendar day."""
    days = [day - timedelta(days=before) for before in range(6, -1, -1)]
    totals = {each: Received(each, 0, 0) for each in days}
    begins, ends = (
        datetime.combine(each, time(), zone) for each in (days[0], day + timedelta(days=1))
    )
    rows = session.execute(
        select(Payment.settled_at, Payment.amount_cents).where(
            Payment.settled_at >= begins, Payment.settled_at < ends
        )
    )
    for settled_at, amount_cents in rows:
        before = totals[settled_at.astimezone(zone).date()]
        totals[before.day] = Received(
            before.day, before.amount_cents + amount_cents, before.payments + 1
        )
    return list(totals.values())


class Owed(NamedTuple):
    """The open invoices: total in cents, count, and the oldest one's date."""

    amount_cents: int
    invoices: int
    oldest_on: date | None


def owed(session: Session) -> Owed:
    """What applicants owe now."""
    row = session.execute(
        select(
            func.coalesce(func.sum(Invoice.amount_cents), 0),
            func.count(),
            func.min(Invoice.opened_on),
        ).where(Invoice.status == InvoiceStatus.OPEN)
    ).one()
    return Owed(int(row[0]), row[1], row[2])


def announcements(session: Session) -> Iterator[Event]:
    """The current state of every invoice."""
    for invoice in session.scalars(select(Invoice)):
        yield invoice.state()
