"""Daily jobs: end the suspensions that have been served."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from chassis.schedule import Schedule
from chassis.service import current_rules
from services.legal.jurisdiction import LegalRules
from services.legal.usecases import orders

schedule = Schedule()


@schedule.every_day
def end_suspensions(session: Session, day: date, now: datetime) -> None:
    """End suspensions that may end and close cases that are over; missed days are caught up."""
    orders.end_due_suspensions(session, current_rules(LegalRules), day)
