"""Stores the newest facts of other services, and judges the assignments they affect."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from chassis.storage.replicas import Replica, keep_newest
from contracts.certification import CertificateFact
from contracts.identity import PersonFact
from services.assignments.domain.replicas import Certificate, Educator
from services.assignments.domain.report import Assignment, StaffMember, StaffNumber
from services.assignments.domain.standard import ReportingStandard
from services.assignments.usecases.judging import judge_again, wait_for_turn
from services.assignments.usecases.matching import match_staff


def take_person(
    session: Session, standard: ReportingStandard, fact: PersonFact, day: date, now: datetime
) -> None:
    """Store the educator, then match and judge the staff with their number."""
    wait_for_turn(session)
    educator = keep_newest(session, Educator, fact)
    if educator is None:
        return
    numbers = _before_and_after(educator, "educator_number")
    with_number = select(StaffNumber.staff_id).where(StaffNumber.number.in_(numbers))
    changed = match_staff(
        session,
        or_(
            StaffMember.educator_id == fact.educator_id,
            StaffMember.staff_id.in_(with_number),
        ),
    )
    if changed:
        judge_again(session, standard, Assignment.staff_id.in_(changed), day, now)


def take_certificate(
    session: Session, standard: ReportingStandard, fact: CertificateFact, day: date, now: datetime
) -> None:
    """Store the certificate, then judge everything its holder teaches."""
    wait_for_turn(session)
    certificate = keep_newest(session, Certificate, fact)
    if certificate is None:
        return
    holders = _before_and_after(certificate, "educator_id")
    judge_again(session, standard, StaffMember.educator_id.in_(holders), day, now)


def _before_and_after(row: Replica, attribute: str) -> Sequence[Any]:
    """The attribute's value and, if this transaction changed it, the previous one."""
    return get_history(row, attribute).sum()
