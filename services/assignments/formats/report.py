"""The common result of all report readers, whatever the file format."""

from dataclasses import dataclass
from datetime import date

from services.assignments.formats.grades import grade_order


@dataclass(frozen=True)
class ReportedOrganization:
    """A district, a school or another body of the report (16 KAR 1:050 §1(5))."""

    source_id: str
    name: str
    kind: str
    identifier: str | None
    parent_source_id: str | None


@dataclass(frozen=True)
class ReportedStaff:
    """A person who teaches, as reported by the district.

    `identifier` is the district's or state's staff number (16 KAR 1:050 §1(7)).
    `user_ids` are further numbers as (kind, number); Social Security numbers are left out,
    because only identity may hold them.
    """

    source_id: str
    given_name: str
    family_name: str
    middle_name: str | None
    email: str | None
    identifier: str | None
    user_ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReportedCourse:
    """A course a district offers (16 KAR 1:050 §3); `code` is empty if the report has none."""

    source_id: str
    code: str
    title: str
    grades: tuple[str, ...]
    subjects: tuple[str, ...]
    subject_codes: tuple[str, ...]
    org_source_id: str


@dataclass(frozen=True)
class ReportedAssignment:
    """One teacher in one class (16 KAR 1:050 §4(1)).

    `grades` are the class's, or its course's if the class has none.
    `begins_on` and `ends_on` both belong to the assignment.
    """

    source_id: str
    staff_source_id: str
    class_source_id: str
    class_code: str
    course_source_id: str
    school_source_id: str
    grades: tuple[str, ...]
    primary: bool
    begins_on: date
    ends_on: date
    student_count: int

    @property
    def lowest_grade(self) -> int | None:
        """The lowest grade, with kindergarten as 0, or None for a class outside the grades."""
        return min(self._grade_orders(), default=None)

    @property
    def highest_grade(self) -> int | None:
        """The highest grade, with kindergarten as 0, or None for a class outside the grades."""
        return max(self._grade_orders(), default=None)

    def _grade_orders(self) -> list[int]:
        orders = map(grade_order, self.grades)
        return [order for order in orders if order is not None]


@dataclass(frozen=True)
class AssignmentReport:
    """A district's complete, faultless report; it contains nothing about any student."""

    organizations: tuple[ReportedOrganization, ...]
    staff: tuple[ReportedStaff, ...]
    courses: tuple[ReportedCourse, ...]
    assignments: tuple[ReportedAssignment, ...]
