"""Judges current assignments, all of some choice at once, and opens and resolves their findings."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, select, text, update
from sqlalchemy.orm import Session

from chassis.messaging.outbox import record
from chassis.storage.database import AnyRow, AnySelect, is_postgresql
from contracts.event import Event
from services.assignments.domain.clearance import Clearance
from services.assignments.domain.finding import Finding, Resolution
from services.assignments.domain.judging import Judgment, Teaching, judge
from services.assignments.domain.report import Assignment, Course, StaffMember
from services.assignments.domain.standard import ReportingStandard
from services.assignments.domain.tables import table_of
from services.assignments.usecases.certificates import held_certificates

Choice = ColumnElement[bool]
_FACTS_AT_ONCE = 1_000


def wait_for_turn(session: Session) -> None:
    """Let one transaction judge at a time.

    Otherwise a report could be judged by a certificate that is being revoked meanwhile, while the
    revocation finds none of the report's assignments.
    """
    if is_postgresql(session):  # SQLite has one writer as it is
        session.execute(text("select pg_advisory_xact_lock(hashtext('judging'))"))


def judge_again(
    session: Session, standard: ReportingStandard, which: Choice, day: date, now: datetime
) -> None:
    """Judge on `day` those current assignments that `which` (of assignment or staff) chooses."""
    session.flush()
    chosen = and_(Assignment.ended_on.is_(None), which)
    assignments = session.execute(_taught(chosen)).all()
    if not assignments:
        return
    courses = _courses(session, chosen)
    certificates = held_certificates(session, chosen)
    findings = _open_findings(session, chosen)
    clearance = Clearance(standard, day)
    for educator_id, held in certificates.items():
        clearance.add_educator(educator_id, held)
    for course_id, course in courses.items():
        clearance.add_course(course_id, course.codes, course.subjects, course.population)
    changes = _Changes(now)
    for row in assignments:
        finding = findings.get(row.assignment_id)
        if clearance.clears(row.educator_id, row.course_id, row.lowest_grade, row.highest_grade):
            changes.clear(finding)
            continue
        course = courses[row.course_id]
        judgment = judge(
            _teaching(row, course), certificates.get(row.educator_id, ()), standard, day
        )
        changes.follow(row, course.code, judgment, finding)
    changes.store(session)


def judge_all_again(
    session: Session, standard: ReportingStandard, day: date, now: datetime
) -> None:
    """End the assignments that are over and judge all others, for certificates and rules change
    with the days.
    """
    wait_for_turn(session)
    session.execute(
        update(Assignment)
        .where(Assignment.ended_on.is_(None), Assignment.ends_on < day)
        .values(ended_on=Assignment.ends_on)
        .execution_options(synchronize_session=False)
    )
    resolve_ended(session, now)
    districts = session.scalars(
        select(Assignment.organization_id).where(Assignment.ended_on.is_(None)).distinct()
    ).all()
    for organization_id in districts:
        judge_again(session, standard, Assignment.organization_id == organization_id, day, now)


def resolve_ended(session: Session, now: datetime) -> None:
    """Resolve the findings of assignments that are over."""
    findings = session.scalars(
        select(Finding)
        .join(Assignment, Assignment.assignment_id == Finding.assignment_id)
        .where(Finding.resolved_at.is_(None), Assignment.ended_on.is_not(None))
    ).all()
    record_all(session, [each.resolve(Resolution.ASSIGNMENT_ENDED, now) for each in findings])


class _Changes:
    """The findings that judging opens and resolves, to be stored together."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._opened: list[dict[str, Any]] = []
        self._facts: list[Event] = []

    def clear(self, finding: Finding | None) -> None:
        """Resolve what was found of an assignment that is in field."""
        if finding is not None:
            self._facts.append(finding.resolve(Resolution.IN_FIELD, self._now))

    def follow(
        self, row: AnyRow, course_code: str, judgment: Judgment, finding: Finding | None
    ) -> None:
        """Open or leave the finding of an assignment out of field, as the judgment asks."""
        if finding is not None:
            if finding.is_of(judgment, row.educator_id, course_code):
                finding.explain(judgment)
                return
            self._facts.append(finding.resolve(Resolution.OTHER_REASON, self._now))
        values, opened = Finding.open(
            judgment,
            organization_id=row.organization_id,
            assignment_id=row.assignment_id,
            educator_id=row.educator_id,
            course_code=course_code,
            now=self._now,
        )
        self._opened.append(values)
        self._facts.append(opened)

    def store(self, session: Session) -> None:
        """Write all of it; an assignment's old finding is resolved before the new one is there."""
        session.flush()
        if self._opened:
            session.execute(insert(table_of(Finding)), self._opened)
        record_all(session, self._facts)


def record_all(session: Session, facts: Sequence[Event]) -> None:
    """Record many facts, some at a time."""
    for first in range(0, len(facts), _FACTS_AT_ONCE):
        record(session, *facts[first : first + _FACTS_AT_ONCE])


def _teaching(row: AnyRow, course: AnyRow) -> Teaching:
    return Teaching(
        staff_name=f"{row.given_name} {row.family_name}",
        educator_id=row.educator_id,
        course_title=course.title,
        codes=tuple(course.codes),
        subjects=tuple(course.subjects),
        lowest_grade=row.lowest_grade,
        highest_grade=row.highest_grade,
        population=course.population,
    )


def _taught(chosen: Choice) -> AnySelect:
    return (
        select(
            Assignment.assignment_id,
            Assignment.organization_id,
            Assignment.course_id,
            Assignment.lowest_grade,
            Assignment.highest_grade,
            StaffMember.given_name,
            StaffMember.family_name,
            StaffMember.educator_id,
        )
        .join(StaffMember, StaffMember.staff_id == Assignment.staff_id)
        .where(chosen)
    )


def _courses(session: Session, chosen: Choice) -> dict[UUID, AnyRow]:
    taught = (
        select(Assignment.course_id)
        .join(StaffMember, StaffMember.staff_id == Assignment.staff_id)
        .where(chosen)
    )
    courses = session.execute(
        select(
            Course.course_id,
            Course.code,
            Course.title,
            Course.codes,
            Course.subjects,
            Course.population,
        ).where(Course.course_id.in_(taught))
    )
    return {course.course_id: course for course in courses}


def _open_findings(session: Session, chosen: Choice) -> dict[UUID, Finding]:
    findings = session.scalars(
        select(Finding)
        .join(Assignment, Assignment.assignment_id == Finding.assignment_id)
        .join(StaffMember, StaffMember.staff_id == Assignment.staff_id)
        .where(chosen, Finding.resolved_at.is_(None))
    )
    return {each.assignment_id: each for each in findings}
