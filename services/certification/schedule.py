"""Completes the agency's queue daily: an earlier release beside this one keeps none."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from chassis.schedule import Schedule
from chassis.service import current_rules, current_service
from services.certification.jurisdiction import CertificationRules
from services.certification.usecases import work

schedule = Schedule()


@schedule.every_day
def complete_queue(session: Session, day: date, now: datetime) -> None:
    """Have the queue hold exactly the submitted applications."""
    work.complete_queue(session, current_rules(CertificationRules), current_service().place)
