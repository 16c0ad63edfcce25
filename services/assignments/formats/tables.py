"""A report in columns: what every format's reader ends in, and what is stored."""

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
    """Where a format says something, for faults that are found only later."""

    file: str
    column: str


@dataclass(frozen=True)
class ReportTables:
    """A district's report, whole and without a fault, a table for each kind of thing.

    `name` of an organization is null where the format gives none; `numbers` of a person and `codes`
    of a course are in the order in which they count.
    """

    organizations: pl.DataFrame
    staff: pl.DataFrame
    courses: pl.DataFrame
    assignments: pl.DataFrame
    district_cell: Cell
    begin_cell: Cell

    @property
    def district_numbers(self) -> list[str]:
        """The state numbers that the report gives for districts."""
        is_district = (pl.col("kind") == "district") & pl.col("identifier").is_not_null()
        return self.organizations.filter(is_district)["identifier"].to_list()

    @property
    def begin_days(self) -> list[tuple[date, int]]:
        """Each day on which assignments begin, with their number, in order."""
        return self.assignments["begins_on"].value_counts().sort("begins_on").rows()


def tables_of(report: AssignmentReport, district_cell: Cell, begin_cell: Cell) -> ReportTables:
    """The tables of a report that was read thing by thing."""
    return ReportTables(
        organizations=_table(
            ORGANIZATION_COLUMNS,
            [
                (each.source_id, each.name, each.kind, each.identifier)
                for each in report.organizations
            ],
        ),
        staff=_table(
            STAFF_COLUMNS,
            [
                (each.source_id, each.given_name, each.family_name, _numbers(each))
                for each in report.staff
            ],
        ),
        courses=_table(
            COURSE_COLUMNS,
            [
                (
                    each.source_id,
                    each.code,
                    each.title,
                    [code for code in (each.code, *each.subject_codes) if code],
                    list(each.subjects),
                    None,
                )
                for each in report.courses
            ],
        ),
        assignments=_table(
            ASSIGNMENT_COLUMNS,
            [
                (
                    each.source_id,
                    each.staff_source_id,
                    each.course_source_id,
                    each.school_source_id,
                    each.class_source_id,
                    each.class_code,
                    each.lowest_grade,
                    each.highest_grade,
                    each.primary,
                    each.begins_on,
                    each.ends_on,
                    each.student_count,
                    None,
                )
                for each in report.assignments
            ],
        ),
        district_cell=district_cell,
        begin_cell=begin_cell,
    )


def _table(columns: dict[str, Any], rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns, orient="row")


def _numbers(staff: ReportedStaff) -> list[str]:
    """Every number the report gives for a person, the plainest first."""
    given = [staff.identifier, *(number for _, number in staff.user_ids)]
    return list(dict.fromkeys(number for number in given if number))
