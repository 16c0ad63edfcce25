"""A report as data frames: the final result of every format's reader, ready to store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from services.assignments.formats.report import AssignmentReport, ReportedStaff

_WORDS = pl.List(pl.String)
ORGANIZATION_COLUMNS: dict[str, Any] = {
    "source_id": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "identifier": pl.String,
}
STAFF_COLUMNS: dict[str, Any] = {
    "source_id": pl.String,
    "given_name": pl.String,
    "family_name": pl.String,
    "numbers": _WORDS,
}
COURSE_COLUMNS: dict[str, Any] = {
    "source_id": pl.String,
    "code": pl.String,
    "title": pl.String,
    "codes": _WORDS,
    "subjects": _WORDS,
    "population": pl.String,
}
ASSIGNMENT_COLUMNS: dict[str, Any] = {
    "source_id": pl.String,
    "staff_source_id": pl.String,
    "course_source_id": pl.String,
    "school_source_id": pl.String,
    "class_source_id": pl.String,
    "class_code": pl.String,
    "lowest_grade": pl.Int32,
    "highest_grade": pl.Int32,
    "is_primary": pl.Boolean,
    "begins_on": pl.Date,
    "ends_on": pl.Date,
    "student_count": pl.Int32,
    "hours": pl.Int32,
}


class Cell(NamedTuple):
    """The file and column of a value, for faults found after reading."""

    file: str
    column: str


@dataclass(frozen=True)
class ReportTables:
    """A district's complete, faultless report, with a table for each kind of record.

    An organization's `name` is null if the format has none; a person's `numbers` and a course's
    `codes` are in order of precedence. `has_state_numbers` says that the format numbers the
    district as the state does; a OneRoster export may have the vendor's number.
    """

    organizations: pl.DataFrame
    staff: pl.DataFrame
    courses: pl.DataFrame
    assignments: pl.DataFrame
    district_cell: Cell
    begin_cell: Cell
    has_state_numbers: bool = False

    @property
    def district_numbers(self) -> list[str]:
        """The state numbers of the report's districts."""
        is_district = (pl.col("kind") == "district") & pl.col("identifier").is_not_null()
        return self.organizations.filter(is_district)["identifier"].to_list()

    @property
    def begin_days(self) -> list[tuple[date, int]]:
        """Each day on which assignments begin, with their count, in order."""
        return self.assignments["begins_on"].value_counts().sort("begins_on").rows()


def tables_of(report: AssignmentReport, district_cell: Cell, begin_cell: Cell) -> ReportTables:
    """The tables of a report that was read record by record."""
    return ReportTables(
        organizations=_table(
            ORGANIZATION_COLUMNS,
            [
                (
                    organization.source_id,
                    organization.name,
                    organization.kind,
                    organization.identifier,
                )
                for organization in report.organizations
            ],
        ),
        staff=_table(
            STAFF_COLUMNS,
            [
                (person.source_id, person.given_name, person.family_name, _numbers(person))
                for person in report.staff
            ],
        ),
        courses=_table(
            COURSE_COLUMNS,
            [
                (
                    course.source_id,
                    course.code,
                    course.title,
                    [code for code in (course.code, *course.subject_codes) if code],
                    list(course.subjects),
                    None,
                )
                for course in report.courses
            ],
        ),
        assignments=_table(
            ASSIGNMENT_COLUMNS,
            [
                (
                    assignment.source_id,
                    assignment.staff_source_id,
                    assignment.course_source_id,
                    assignment.school_source_id,
                    assignment.class_source_id,
                    assignment.class_code,
                    assignment.lowest_grade,
                    assignment.highest_grade,
                    assignment.primary,
                    assignment.begins_on,
                    assignment.ends_on,
                    assignment.student_count,
                    None,
                )
                for assignment in report.assignments
            ],
        ),
        district_cell=district_cell,
        begin_cell=begin_cell,
    )


def _table(columns: dict[str, Any], rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns, orient="row")


def _numbers(staff: ReportedStaff) -> list[str]:
    """Every reported number of a person, the identifier first."""
    given = [staff.identifier, *(number for _, number in staff.user_ids)]
    return list(dict.fromkeys(number for number in given if number))
