"""Judges current assignments in bulk, and opens and resolves their findings."""

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
_BATCH = 1_000


def wait_for_turn(session: Session) -> None:
    """Let one transaction judge at a time.

    Otherwise a report could be judged by a certificate that is being revoked concurrently, and the
    revocation would not see the report's assignments.
    """
    if is_postgresql(session):  # SQLite has a single writer anyway
        session.execute(text("select pg_advisory_xact_lock(hashtext('judging'))"))


def judge_again(
    session: Session, standard: ReportingStandard, which: Choice, day: date, now: datetime
) -> None:
    """Judge on `day` those current assignments that `which` (of assignment or staff) chooses.

    A finding that awaits another sender stays open, unless another one about the same teacher
    takes its place and waits in turn.
    """
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
        is_clear = clearance.clears(
            row.educator_id, row.course_id, row.lowest_grade, row.highest_grade
        )
        if finding is not None and finding.awaits_another_sender:
            if is_clear or finding.educator_id != row.educator_id:
                continue
        elif is_clear:
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
    """End the assignments that are over and judge all others again.

    Certificates and rules change from day to day.
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
    """Resolve the findings of assignments that are over, but for those that await a sender."""
    findings = session.scalars(
        select(Finding)
        .join(Assignment, Assignment.assignment_id == Finding.assignment_id)
        .where(
            Finding.resolved_at.is_(None),
            ~Finding.awaits_another_sender,
            Assignment.ended_on.is_not(None),
        )
    ).all()
    record_all(session, [finding.resolve(Resolution.ASSIGNMENT_ENDED, now) for finding in findings])


class _Changes:
    """The findings that judging opens and resolves, to be stored together."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._opened: list[dict[str, Any]] = []
        self._facts: list[Event] = []

    def clear(self, finding: Finding | None) -> None:
        """Resolve the finding, if any, of an assignment that is in field."""
        if finding is not None:
            self._facts.append(finding.resolve(Resolution.IN_FIELD, self._now))

    def follow(
        self, row: AnyRow, course_code: str, judgment: Judgment, finding: Finding | None
    ) -> None:
        """Keep, replace or open the finding of an assignment that is out of field."""
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
            awaits_another_sender=finding is not None and finding.awaits_another_sender,
            now=self._now,
        )
        self._opened.append(values)
        self._facts.append(opened)

    def store(self, session: Session) -> None:
        """Write all changes; an old finding is resolved before its successor is inserted."""
        session.flush()
        if self._opened:
            session.execute(insert(table_of(Finding)), self._opened)
        record_all(session, self._facts)


def record_all(session: Session, facts: Sequence[Event]) -> None:
    """Record many facts in batches."""
    for first in range(0, len(facts), _BATCH):
        record(session, *facts[first : first + _BATCH])


def _teaching(row: AnyRow, course: AnyRow) -> Teaching:
    return Teaching(
        staff_name=f"{row.given_name} {row.family_name}".strip(),
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
    return {finding.assignment_id: finding for finding in findings}
