"""Consistency checks between the rows of a flat assignment file."""

from typing import NamedTuple

import polars as pl

from chassis.i18n.text import translatable
from services.assignments.domain.faults import FAULT_LIMIT, FaultList


class _Agreement(NamedTuple):
    """Rows with the same value in `column` must have the same values in `others`."""

    column: str
    others: tuple[str, ...]
    noun: str


_AGREEMENTS = (
    _Agreement("staff_number", ("first_name", "last_name"), translatable("staff number")),
    _Agreement(
        "course_code", ("course_title", "subject", "population"), translatable("course code")
    ),
)
KEY = ("school_number", "staff_number", "course_code", "section", "begins_on")
"""The columns that identify an assignment; also the parts of its id."""


def place() -> pl.Expr:
    """The number of a row's school, or of the district where it names none."""
    school = pl.col("school_number")
    return pl.when(school == "").then(pl.col("district_number")).otherwise(school)


def record_contradictions(cells: pl.DataFrame, file: str, faults: FaultList) -> None:
    """Record each row that contradicts or repeats an earlier one; each is valid on its own."""
    rows = cells.with_columns(school_number=place())
    _record_other_districts(rows, file, faults)
    for agreement in _AGREEMENTS:
        _record_disagreements(rows, agreement, file, faults)
    _record_repetitions(rows, file, faults)


def _record_other_districts(rows: pl.DataFrame, file: str, faults: FaultList) -> None:
    first = pl.col("district_number").first()
    others = rows.with_columns(first=first, first_row=pl.col("row").first()).filter(
        pl.col("district_number") != pl.col("first")
    )
    for row, value, first_value, first_row in _first_rows(others, "district_number", faults):
        problem = translatable(
            'is not the same district as "{first_value}" in row {first_row}',
            first_value=first_value,
            first_row=first_row,
        )
        faults.add(
            file,
            row,
            "district_number",
            value,
            problem,
            translatable("Send a separate file for each district."),
        )


def _record_disagreements(
    rows: pl.DataFrame, agreement: _Agreement, file: str, faults: FaultList
) -> None:
    key, others, noun = agreement
    if rows.select(key, *others).n_unique() == rows[key].n_unique():
        return
    for column in others:
        first = pl.col(column, "row").first().over(key).name.prefix("first_")
        disagreeing = rows.with_columns(first).rename({f"first_{column}": "first"})
        disagreeing = disagreeing.filter(pl.col(column) != pl.col("first"))
        for row, value, first_value, first_row in _first_rows(disagreeing, column, faults):
            problem = translatable(
                'is "{first_value}" in row {first_row}, which has the same {noun}',
                first_value=first_value,
                first_row=first_row,
                noun=noun,
            )
            cure = translatable(
                "Write the same value in all rows, or correct the {noun}.", noun=noun
            )
            faults.add(file, row, column, value, problem, cure)


def _record_repetitions(rows: pl.DataFrame, file: str, faults: FaultList) -> None:
    if rows.select(KEY).n_unique() == rows.height:
        return
    first_row = pl.col("row").first().over(KEY)
    repeated = rows.with_columns(first=pl.lit(""), first_row=first_row).filter(
        pl.col("row") != pl.col("first_row")
    )
    for row, value, _, first_row_number in _first_rows(repeated, "section", faults):
        problem = translatable(
            "is the same teacher, course and section as row {first_row_number}",
            first_row_number=first_row_number,
        )
        cure = translatable(
            "Remove one of the rows, or give each class its own value in the column section."
        )
        faults.add(file, row, "section", value, problem, cure)


def _first_rows(
    rows: pl.DataFrame, column: str, faults: FaultList
) -> list[tuple[int, str, str, int]]:
    """The rows up to the limit, each with its value and the first row's; the rest are counted."""
    faults.count(max(0, rows.height - FAULT_LIMIT))
    return rows.select("row", column, "first", "first_row").head(FAULT_LIMIT).rows()
