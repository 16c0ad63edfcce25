"""The usual first import: row by row, each checked, looked up, stored and judged."""

import csv
from io import StringIO
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.reported_district import TODAY
from chassis.ids import new_id
from chassis.messaging.outbox import record
from chassis.service import Service
from services.assignments.domain.finding import Finding
from services.assignments.domain.judging import Teaching, judge
from services.assignments.domain.replicas import Certificate, Educator, name_key
from services.assignments.domain.report import Assignment, Course, School, StaffMember, StaffNumber
from services.assignments.formats.flat_schema import AssignmentRowSchema
from services.assignments.formats.grades import grade_order

SCHOOL_YEAR = "2026-2027"


def import_row_by_row(service: Service, organization_id: UUID, content: bytes, rows: int) -> None:
    """Import the first rows of a flat assignment file in one transaction."""
    populations = [population.code for population in service.rules.standard.populations]
    schema = AssignmentRowSchema(populations)
    reader = csv.DictReader(StringIO(content.decode()))
    with service.database.transaction() as session:
        for _, row in zip(range(rows), reader, strict=False):
            _RowImport(session, service, organization_id).store(schema.load(row))


class _RowImport:
    def __init__(self, session: Session, service: Service, organization_id: UUID) -> None:
        self._session = session
        self._service = service
        self._place = {
            "organization_id": organization_id,
            "school_year": SCHOOL_YEAR,
            "ended_on": None,
        }

    def store(self, row: dict[str, Any]) -> None:
        """Store a row's things unless they exist, and judge its assignment."""
        school = self._school(row["school_number"])
        course = self._course(row)
        staff = self._staff(row)
        source_id = f"{row['school_number']}/{row['staff_number']}/{row['section']}"
        assignment = self._find(Assignment, source_id)
        if assignment is None:
            assignment = Assignment(
                assignment_id=new_id(),
                source_id=source_id,
                staff_id=staff.staff_id,
                course_id=course.course_id,
                school_id=school.school_id,
                class_source_id=source_id,
                class_code=row["section"],
                lowest_grade=grade_order(row["lowest_grade"]),
                highest_grade=grade_order(row["highest_grade"]),
                is_primary=row["primary"],
                begins_on=row["begins_on"],
                ends_on=row["ends_on"],
                student_count=row["students"],
                hours=row["hours"],
                **self._place,
            )
            self._session.add(assignment)
            self._session.flush()
        self._judge(assignment, staff, course)

    def _find(self, kind: Any, source_id: str) -> Any:
        return self._session.scalar(
            select(kind).where(
                kind.organization_id == self._place["organization_id"],
                kind.source_id == source_id,
            )
        )

    def _school(self, number: str) -> School:
        school: School | None = self._find(School, number)
        if school is None:
            school = School(
                school_id=new_id(),
                source_id=number,
                name=f"School {number}",
                kind="school",
                identifier=number,
                **self._place,
            )
            self._session.add(school)
            self._session.flush()
        return school

    def _course(self, row: dict[str, Any]) -> Course:
        course: Course | None = self._find(Course, row["course_code"])
        if course is None:
            course = Course(
                course_id=new_id(),
                source_id=row["course_code"],
                code=row["course_code"],
                title=row["course_title"],
                codes=[row["course_code"]],
                subjects=[row["subject"]],
                population=row["population"],
                **self._place,
            )
            self._session.add(course)
            self._session.flush()
        return course

    def _staff(self, row: dict[str, Any]) -> StaffMember:
        staff: StaffMember | None = self._find(StaffMember, row["staff_number"])
        if staff is None:
            educator = self._session.scalar(
                select(Educator).where(Educator.educator_number == row["staff_number"])
            )
            staff = StaffMember(
                staff_id=new_id(),
                source_id=row["staff_number"],
                given_name=row["first_name"],
                family_name=row["last_name"],
                number=row["staff_number"],
                name_key=name_key(row["first_name"], row["last_name"]),
                educator_id=educator.educator_id if educator else None,
                **self._place,
            )
            self._session.add(staff)
            self._session.flush()
            self._session.add(StaffNumber(staff_id=staff.staff_id, number=row["staff_number"]))
        return staff

    def _judge(self, assignment: Assignment, staff: StaffMember, course: Course) -> None:
        certificates = self._session.scalars(
            select(Certificate).where(Certificate.educator_id == staff.educator_id)
        )
        teaching = Teaching(
            staff_name=staff.full_name,
            educator_id=staff.educator_id,
            course_title=course.title,
            codes=tuple(course.codes),
            subjects=tuple(course.subjects),
            lowest_grade=assignment.lowest_grade,
            highest_grade=assignment.highest_grade,
            population=course.population,
        )
        held = [certificate.held() for certificate in certificates]
        judgment = judge(teaching, held, self._service.rules.standard, TODAY)
        if judgment.in_field:
            return
        values, opened = Finding.open(
            judgment,
            organization_id=assignment.organization_id,
            assignment_id=assignment.assignment_id,
            educator_id=staff.educator_id,
            course_code=course.code,
            now=self._service.now(),
        )
        self._session.add(Finding(**values))
        record(self._session, opened)
