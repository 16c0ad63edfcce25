"""A district's report and its contents: schools, staff, courses and assignments.

Each record is identified by the district and by its id in the district's own system (`source_id`),
so the next report updates it; a record missing from a later report of its school year has ended.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from chassis.ids import new_id
from chassis.storage.types import Instant
from contracts.assignments import ReportAccepted
from services.assignments.domain.tables import Base


class Report(Base):
    """An accepted report; its numbers are those of the file."""

    __tablename__ = "report"

    report_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    report_number: Mapped[str] = mapped_column(String(20), unique=True)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    school_year: Mapped[str] = mapped_column(String(9))
    accepted_at: Mapped[datetime] = mapped_column(Instant)
    accepted_on: Mapped[date]
    sent_by: Mapped[str]
    file_name: Mapped[str]
    file_digest: Mapped[str] = mapped_column(String(64))
    organizations: Mapped[int]
    staff: Mapped[int]
    courses: Mapped[int]
    assignments: Mapped[int]

    def accepted(self) -> ReportAccepted:
        """The event that the report was accepted; a report never changes."""
        return ReportAccepted(
            version=1,
            report_id=self.report_id,
            organization_id=self.organization_id,
            school_year=self.school_year,
            organizations=self.organizations,
            staff=self.staff,
            courses=self.courses,
            assignments=self.assignments,
        )


class Reported:
    """A record of a district's report; `school_year` is the last one that reported it."""

    organization_id: Mapped[UUID]
    source_id: Mapped[str]
    school_year: Mapped[str] = mapped_column(String(9))
    ended_on: Mapped[date | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[UniqueConstraint]:  # noqa: N805  # SQLAlchemy passes the class
        """A district has one record for each id."""
        return (UniqueConstraint("organization_id", "source_id"),)


class School(Reported, Base):
    """A school, or the district itself, or a part of it (16 KAR 1:050 §1(5))."""

    __tablename__ = "school"

    school_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    identifier: Mapped[str | None]


class StaffMember(Reported, Base):
    """A person who teaches; `educator_id` is set once a number of theirs matches an educator's.

    `number` is the first one in the report, for display.
    """

    __tablename__ = "staff_member"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    number: Mapped[str | None]
    name_key: Mapped[str]
    educator_id: Mapped[UUID | None] = mapped_column(index=True)

    @property
    def full_name(self) -> str:
        """The name in the report."""
        return f"{self.given_name} {self.family_name}".strip()


class StaffNumber(Base):
    """A reported number of a person, which may be an educator number."""

    __tablename__ = "staff_number"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.staff_id"), primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True, index=True)


class Course(Reported, Base):
    """A course of the district (16 KAR 1:050 §3).

    `codes` may include one from the state's list; `population` is None where the report names none.
    """

    __tablename__ = "course"

    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    title: Mapped[str]
    codes: Mapped[list[str]] = mapped_column(JSON)
    subjects: Mapped[list[str]] = mapped_column(JSON)
    population: Mapped[str | None]


class Assignment(Reported, Base):
    """One teacher in one class (16 KAR 1:050 §4(1)); both days belong to the assignment.

    `hours` are hours of staff time over the school year, if the report's format has them.
    """

    __tablename__ = "assignment"

    assignment_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.staff_id"), index=True)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.course_id"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.school_id"))
    class_source_id: Mapped[str]
    class_code: Mapped[str]
    lowest_grade: Mapped[int | None]
    highest_grade: Mapped[int | None]
    is_primary: Mapped[bool]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    student_count: Mapped[int]
    hours: Mapped[int | None]
