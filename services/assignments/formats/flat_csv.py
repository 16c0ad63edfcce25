"""Reads the state's flat assignment file (`flat_columns`) into the tables of a report."""

from collections.abc import Sequence

import polars as pl

from services.assignments.domain.faults import FaultList
from services.assignments.formats.flat_check import day_of, grade_of, record_faulty_rows
from services.assignments.formats.flat_columns import BLANKS, BOOLEANS, NAMES
from services.assignments.formats.flat_lines import read_cells
from services.assignments.formats.flat_repeats import KEY, place, record_contradictions
from services.assignments.formats.tables import (
    ASSIGNMENT_COLUMNS,
    COURSE_COLUMNS,
    ORGANIZATION_COLUMNS,
    STAFF_COLUMNS,
    Cell,
    ReportTables,
)

_LONGEST_HEADER = 4_096
_NAMES_REQUIRED = 3


def is_flat_csv(beginning: bytes) -> bool:
    """Whether the header shows that this is meant as a flat assignment file."""
    header = beginning[:_LONGEST_HEADER].partition(b"\n")[0].lower()
    return sum(name.encode() in header for name in NAMES) >= _NAMES_REQUIRED


def read_flat_csv(content: bytes, file: str, populations: Sequence[str]) -> ReportTables:
    """Read a flat assignment file; `populations` are the codes of the state's list.

    Raises `ReportRefused` with all faults, each with row, column, value and cure.
    """
    faults = FaultList()
    rows = read_cells(content, file, faults)
    # Contradictions matter only between rows that are valid on their own.
    valid_rows = record_faulty_rows(rows, populations, file, faults)
    record_contradictions(valid_rows, file, faults)
    faults.refuse_if_any()
    return ReportTables(
        organizations=_organizations(rows),
        staff=_staff(rows),
        courses=_courses(rows),
        assignments=_assignments(rows),
        district_cell=Cell(file, "district_number"),
        begin_cell=Cell(file, "begins_on"),
        has_state_numbers=True,
    )


def _organizations(rows: pl.DataFrame) -> pl.DataFrame:
    district = rows.select("district_number").head(1)
    schools = rows.select(place().unique(maintain_order=True)).to_series()
    numbers = pl.concat([district.to_series(), schools]).unique(maintain_order=True)
    kind = pl.when(pl.col("source_id") == district.item()).then(pl.lit("district"))
    return (
        pl.DataFrame({"source_id": numbers})
        .with_columns(
            name=pl.lit(None, pl.String),
            kind=kind.otherwise(pl.lit("school")),
            identifier=pl.col("source_id"),
        )
        .select(list(ORGANIZATION_COLUMNS))
    )


def _staff(rows: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.unique("staff_number", keep="first", maintain_order=True)
        .select(
            source_id="staff_number",
            given_name="first_name",
            family_name="last_name",
            numbers=pl.concat_list("staff_number"),
        )
        .select(list(STAFF_COLUMNS))
    )


def _courses(rows: pl.DataFrame) -> pl.DataFrame:
    words = pl.col("subject").str.split(";").list.eval(pl.element().str.strip_chars(BLANKS))
    population = pl.col("population")
    return (
        rows.unique("course_code", keep="first", maintain_order=True)
        .select(
            source_id="course_code",
            code="course_code",
            title="course_title",
            codes=pl.concat_list("course_code"),
            subjects=words.list.eval(pl.element().filter(pl.element() != "")),
            population=pl.when(population != "").then(population),
        )
        .select(list(COURSE_COLUMNS))
    )


def _assignments(rows: pl.DataFrame) -> pl.DataFrame:
    section = pl.col("section")
    # Without a section the class is the teacher's own.
    own = pl.when(section == "").then(pl.concat_str(pl.lit("/"), "staff_number")).otherwise(section)
    return rows.select(
        source_id=pl.concat_str(place(), *KEY[1:], separator="/"),
        staff_source_id="staff_number",
        course_source_id="course_code",
        school_source_id=place(),
        class_source_id=pl.concat_str(place(), "course_code", own, separator="/"),
        class_code="section",
        lowest_grade=grade_of("lowest_grade"),
        highest_grade=grade_of("highest_grade"),
        is_primary=pl.col("primary").replace_strict(BOOLEANS),
        begins_on=day_of("begins_on"),
        ends_on=day_of("ends_on"),
        student_count=pl.col("students").cast(pl.Int32),
        hours=pl.col("hours").cast(pl.Int32),
    ).select(list(ASSIGNMENT_COLUMNS))
