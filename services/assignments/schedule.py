"""Judges all assignments daily: certificates expire, orders begin and end, rules change."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from chassis.schedule import Schedule
from chassis.service import current_rules
from services.assignments.jurisdiction import AssignmentRules
from services.assignments.usecases import judging

schedule = Schedule()


@schedule.every_day
def judge_assignments_again(session: Session, day: date, now: datetime) -> None:
    """Find the assignments that are in or out of field as of this day."""
    judging.judge_all_again(session, current_rules(AssignmentRules).standard, day, now)
