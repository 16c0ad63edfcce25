"""Queries for teachers: their assignments, and candidates for unmatched ones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.names.compare import compare
from chassis.names.parts import Name
from chassis.problems import NotFound
from services.assignments.domain.finding import Finding
from services.assignments.domain.judging import Judgment, Teaching, judge
from services.assignments.domain.replicas import Certificate, Educator, sought_name_keys
from services.assignments.domain.report import Assignment, Course, School, StaffMember
from services.assignments.domain.standard import ReportingStandard

CANDIDATES = 3
ENDS_SOON = timedelta(days=240)
"""A district sees certificates that end within this time: the rest of a school year."""


def candidates_for(
    session: Session, staff: Iterable[StaffMember]
) -> Mapping[UUID, Sequence[Educator]]:
    """Educators with the same name, for each unmatched person; only a hint."""
    sought = {
        member.staff_id: sought_name_keys(member.given_name, member.family_name) - {""}
        for member in staff
        if member.educator_id is None
    }
    by_name: dict[str, list[Educator]] = defaultdict(list)
    for educator in session.scalars(
        select(Educator)
        .where(Educator.name_key.in_(set().union(*sought.values())))
        .order_by(Educator.educator_number)
    ):
        by_name[educator.name_key].append(educator)
    return {
        staff_id: [educator for key in sorted(keys) for educator in by_name[key]][:CANDIDATES]
        for staff_id, keys in sought.items()
    }


class EndingCertificate(NamedTuple):
    """A teacher's certificate that ends soon."""

    staff: StaffMember
    certificate: Certificate


def certificates_ending(
    session: Session, organization_id: UUID, today: date
) -> list[EndingCertificate]:
    """The active certificates of a district's current teachers that end within `ENDS_SOON`.

    The first to end comes first.
    """
    teaches = (
        select(Assignment.assignment_id)
        .where(Assignment.staff_id == StaffMember.staff_id, Assignment.ended_on.is_(None))
        .exists()
    )
    rows = session.execute(
        select(StaffMember, Certificate)
        .join(Certificate, Certificate.educator_id == StaffMember.educator_id)
        .where(
            StaffMember.organization_id == organization_id,
            Certificate.expires_on >= today,
            Certificate.expires_on <= today + ENDS_SOON,
            teaches,
        )
        .order_by(
            Certificate.expires_on,
            StaffMember.family_name,
            StaffMember.given_name,
            Certificate.certificate_number,
        )
    )
    found = [EndingCertificate(*row) for row in rows]
    return [ending for ending in found if ending.certificate.is_active_on(today)]


@dataclass(frozen=True)
class JudgedAssignment:
    """An assignment with its judgment on a day."""

    assignment: Assignment
    course: Course
    school: School
    judgment: Judgment
    finding: Finding | None

    @property
    def awaits_another_sender(self) -> bool:
        """Whether its finding stays open until somebody else than the teacher sends a report."""
        return self.finding is not None and self.finding.awaits_another_sender

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing left to do."""
        return self.judgment.in_field and not self.awaits_another_sender


@dataclass(frozen=True)
class StaffSheet:
    """A teacher with their current assignments."""

    staff: StaffMember
    educator: Educator | None
    candidates: Sequence[Educator]
    assignments: Sequence[JudgedAssignment]

    @property
    def names_differ(self) -> bool:
        """Whether the report and the agency's record can hardly name one person."""
        reported = Name(first=self.staff.given_name, last=self.staff.family_name)
        return (
            self.educator is not None
            and compare(reported, Name(last=self.educator.full_name)) is None
        )


def get_staff(session: Session, staff_id: UUID) -> StaffMember:
    """The teacher; raises `NotFound`."""
    staff = session.get(StaffMember, staff_id)
    if staff is None:
        raise NotFound(translatable("There is no such teacher in the reports."))
    return staff


def get_staff_of(session: Session, organization_id: UUID, source_id: str) -> StaffMember:
    """The teacher with this id in the district's own system; raises `NotFound`."""
    staff = session.scalar(
        select(StaffMember).where(
            StaffMember.organization_id == organization_id, StaffMember.source_id == source_id
        )
    )
    if staff is None:
        raise NotFound(translatable("There is no such teacher in the district's reports."))
    return staff


def staff_sheet(
    session: Session, standard: ReportingStandard, staff: StaffMember, day: date
) -> StaffSheet:
    """The teacher's assignments, judged on `day`."""
    certificates = [
        certificate.held()
        for certificate in session.scalars(
            select(Certificate)
            .where(Certificate.educator_id == staff.educator_id)
            .order_by(Certificate.certificate_number)
        )
    ]
    rows = session.execute(
        select(Assignment, Course, School, Finding)
        .join(Course, Course.course_id == Assignment.course_id)
        .join(School, School.school_id == Assignment.school_id)
        .outerjoin(
            Finding,
            (Finding.assignment_id == Assignment.assignment_id) & Finding.resolved_at.is_(None),
        )
        .where(Assignment.staff_id == staff.staff_id, Assignment.ended_on.is_(None))
        .order_by(Course.title, Assignment.class_code)
    )
    return StaffSheet(
        staff=staff,
        educator=session.get(Educator, staff.educator_id) if staff.educator_id else None,
        candidates=candidates_for(session, [staff]).get(staff.staff_id, ()),
        assignments=[
            JudgedAssignment(
                assignment,
                course,
                school,
                judge(_teaching(staff, assignment, course), certificates, standard, day),
                finding,
            )
            for assignment, course, school, finding in rows
        ],
    )


def _teaching(staff: StaffMember, assignment: Assignment, course: Course) -> Teaching:
    return Teaching(
        staff_name=staff.full_name,
        educator_id=staff.educator_id,
        course_title=course.title,
        codes=tuple(course.codes),
        subjects=tuple(course.subjects),
        lowest_grade=assignment.lowest_grade,
        highest_grade=assignment.highest_grade,
        population=course.population,
    )
