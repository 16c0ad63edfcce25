"""Nobody settles a finding about themselves: a report that its sender's own class rests on.

A report is taken whole, whoever sends it. If it changes what was said about the class of a finding
about its sender, the finding stays open until another person of the district sends a report.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from chassis.context import current_context
from services.assignments.domain.finding import Finding
from services.assignments.domain.report import Assignment, Course, StaffMember

Said = Mapping[UUID, tuple[Any, ...]]
"""By finding, all about its class and its teacher that a report says and that is judged."""


def what_is_said(session: Session, organization_id: UUID) -> Said:
    """What the district's last report says where there is an open finding about its next sender."""
    own_ids = current_context().own_ids
    if not own_ids:
        return {}
    rows = session.execute(
        select(
            Finding.finding_id,
            StaffMember.educator_id,
            Assignment.staff_id,
            Assignment.course_id,
            Assignment.lowest_grade,
            Assignment.highest_grade,
            Assignment.ends_on,
            Assignment.ended_on,
            Course.codes,
            Course.subjects,
            Course.population,
        )
        .join(Assignment, Assignment.assignment_id == Finding.assignment_id)
        .join(StaffMember, StaffMember.staff_id == Assignment.staff_id)
        .join(Course, Course.course_id == Assignment.course_id)
        .where(_is_open_in(organization_id), Finding.educator_id.in_(own_ids))
    )
    return {finding_id: tuple(said) for finding_id, *said in rows}


def hold_changed(session: Session, organization_id: UUID, before: Said) -> None:
    """Have those of the sender's own findings wait whose class the report changed."""
    after = what_is_said(session, organization_id)
    changed = [finding_id for finding_id, said in before.items() if after.get(finding_id) != said]
    _set_waiting(session, Finding.finding_id.in_(changed), is_waiting=True)


def release_others(session: Session, organization_id: UUID) -> None:
    """Let the report of this sender settle what waits for one, but for findings about them."""
    _set_waiting(session, _is_settled_by_sender(organization_id), is_waiting=False)


def may_settle(session: Session, organization_id: UUID) -> bool:
    """Whether a finding waits for a report of this sender, though it says the same again."""
    waiting = select(Finding.finding_id).where(_is_settled_by_sender(organization_id)).limit(1)
    return session.scalar(waiting) is not None


def _is_open_in(organization_id: UUID) -> ColumnElement[bool]:
    return and_(Finding.organization_id == organization_id, Finding.resolved_at.is_(None))


def _is_settled_by_sender(organization_id: UUID) -> ColumnElement[bool]:
    return and_(
        _is_open_in(organization_id),
        Finding.awaits_another_sender,
        or_(Finding.educator_id.is_(None), Finding.educator_id.not_in(current_context().own_ids)),
    )


def _set_waiting(session: Session, which: ColumnElement[bool], *, is_waiting: bool) -> None:
    session.execute(
        update(Finding)
        .where(which)
        .values(awaits_another_sender=is_waiting)
        .execution_options(synchronize_session=False)
    )
