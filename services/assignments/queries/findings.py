"""Queries for open findings: what takes a teacher out of a class today comes first."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from chassis.storage.database import AnyRow
from chassis.storage.page import Page, page_of_rows
from contracts.assignments import FindingReason
from services.assignments.domain.finding import BY_GRAVITY, MUST_LEAVE, Finding
from services.assignments.domain.report import Assignment, Course, School, StaffMember

FINDINGS_A_PAGE = 50
_GRAVITY = case({reason: place for place, reason in enumerate(BY_GRAVITY)}, value=Finding.reason)


def open_findings(
    session: Session,
    organization_id: UUID | None,
    *,
    reason: FindingReason | None = None,
    school_id: UUID | None = None,
    page: int = 1,
) -> Page[AnyRow]:
    """Open findings of one district or of all, the gravest first, with their related records."""
    conditions: list[ColumnElement[bool]] = [Finding.resolved_at.is_(None)]
    if organization_id is not None:
        conditions.append(Finding.organization_id == organization_id)
    if reason is not None:
        conditions.append(Finding.reason == reason)
    if school_id is not None:
        conditions.append(Assignment.school_id == school_id)
    query = (
        select(Finding, Assignment, StaffMember, Course, School)
        .join(Assignment, Assignment.assignment_id == Finding.assignment_id)
        .join(StaffMember, StaffMember.staff_id == Assignment.staff_id)
        .join(Course, Course.course_id == Assignment.course_id)
        .join(School, School.school_id == Assignment.school_id)
        .where(*conditions)
        .order_by(
            _GRAVITY,
            Finding.opened_at.desc(),
            StaffMember.family_name,
            StaffMember.given_name,
            StaffMember.staff_id,
            Course.title,
            Finding.finding_id,
        )
    )
    return page_of_rows(session, query, page, FINDINGS_A_PAGE)


def classes_to_leave(session: Session, organization_id: UUID | None) -> Sequence[AnyRow]:
    """The classes of a district, or of all, whose teacher may not be in them today."""
    district = [] if organization_id is None else [Finding.organization_id == organization_id]
    return session.execute(
        select(Finding, StaffMember, Course, School)
        .join(Assignment, Assignment.assignment_id == Finding.assignment_id)
        .join(StaffMember, StaffMember.staff_id == Assignment.staff_id)
        .join(Course, Course.course_id == Assignment.course_id)
        .join(School, School.school_id == Assignment.school_id)
        .where(Finding.resolved_at.is_(None), Finding.reason.in_(MUST_LEAVE), *district)
        .order_by(_GRAVITY, StaffMember.family_name, StaffMember.given_name, Course.title)
    ).all()


def schools_with_findings(session: Session, organization_id: UUID) -> Sequence[School]:
    """The schools of a district that have open findings, by name."""
    return session.scalars(
        select(School)
        .where(
            School.school_id.in_(
                select(Assignment.school_id)
                .join(Finding, Finding.assignment_id == Assignment.assignment_id)
                .where(Finding.organization_id == organization_id, Finding.resolved_at.is_(None))
            )
        )
        .order_by(School.name)
    ).all()


def findings_by_reason(session: Session, organization_id: UUID) -> dict[FindingReason, int]:
    """The number of a district's open findings by reason, the gravest first."""
    rows = session.execute(
        select(Finding.reason, func.count())
        .where(Finding.organization_id == organization_id, Finding.resolved_at.is_(None))
        .group_by(Finding.reason)
        .order_by(_GRAVITY)
    )
    return {FindingReason(reason): count for reason, count in rows}
