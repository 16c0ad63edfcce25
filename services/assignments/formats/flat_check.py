"""Checks all rows of a flat assignment file at once.

`AssignmentRowSchema` holds the rules of a row: this module only finds the rows that break one, and
the schema reports what is wrong with each.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from chassis.i18n.text import Translatable
from services.assignments.domain.faults import FAULT_LIMIT, FaultList
from services.assignments.formats.flat_columns import (
    BOOLEANS,
    DATE,
    LONGEST_TEXT,
    MAX_HOURS,
    NAMES,
    NUMBER,
    WHOLE_NUMBER,
)
from services.assignments.formats.flat_schema import AssignmentRowSchema
from services.assignments.formats.grades import CODES_BY_TEXT, grade_order
from services.assignments.formats.rules import EMPTY

_ORDERS = {text: grade_order(code) for text, code in CODES_BY_TEXT.items()}
GRADE_ORDERS = {text: order for text, order in _ORDERS.items() if order is not None}
"""The order of each grade text; codes outside the grades, such as ungraded, are left out."""


def check_cells(cells: pl.DataFrame, populations: Sequence[str]) -> pl.DataFrame:
    """Return whether each row breaks each rule, in one column per rule.

    The cells' text must be stripped.
    """
    checks = (
        _is_not_number("district_number"),
        _is_filled("school_number") & _is_not_number("school_number"),
        _is_not_number("staff_number"),
        _is_filled("first_name") & _is_not_text("first_name"),
        _is_not_text("last_name"),
        _is_not_number("course_code"),
        _is_not_text("course_title"),
        _is_filled("section") & _is_not_number("section"),
        _is_filled("subject") & _is_not_text("subject"),
        _is_filled("population") & ~pl.col("population").is_in(list(populations)),
        ~pl.col("lowest_grade").is_in(list(_ORDERS)),
        ~pl.col("highest_grade").is_in(list(_ORDERS)),
        _is_not_whole_number("students", 0, 9_999),
        _is_not_whole_number("hours", 1, MAX_HOURS),
        day_of("begins_on").is_null(),
        day_of("ends_on").is_null(),
        ~pl.col("primary").is_in(list(BOOLEANS)),
        (day_of("ends_on") < day_of("begins_on")).fill_null(value=False).alias("order of days"),
        _are_grades_out_of_order().alias("order of grades"),
    )
    return cells.select(checks)


def record_faulty_rows(
    cells: pl.DataFrame, populations: Sequence[str], file: str, faults: FaultList
) -> pl.DataFrame:
    """Record the faults of every row of `file` and return the rows without any.

    Faults beyond the limit are only counted.
    """
    broken = check_cells(cells, populations)
    total = sum(broken.sum().row(0))
    if not total:
        return cells
    is_faulty = broken.select(pl.any_horizontal(pl.all())).to_series()
    schema = AssignmentRowSchema(populations)
    recorded = 0
    for cell in cells.filter(is_faulty).iter_rows(named=True):
        for fault in _faults_of(cell, schema, file):
            faults.add(*fault)
            recorded += 1
        if recorded >= FAULT_LIMIT:
            break
    faults.count(total - recorded)
    return cells.filter(~is_faulty)


def _faults_of(
    cells: dict[str, str], schema: AssignmentRowSchema, file: str
) -> Iterator[tuple[str, int, str, str | None, Translatable, Translatable]]:
    row = int(cells.pop("row"))
    broken: Mapping[str, Sequence[Any]] = schema.validate(cells)
    for column in NAMES:
        for rule in broken.get(column, ()):
            value = None if rule is EMPTY else cells[column]
            yield file, row, column, value, *rule


def _matches(column: str, pattern: str) -> pl.Expr:
    return pl.col(column).str.contains(f"^(?:{pattern})$")


def _is_filled(column: str) -> pl.Expr:
    return pl.col(column) != ""


def _is_not_number(column: str) -> pl.Expr:
    return ~_matches(column, NUMBER)


def _is_not_text(column: str) -> pl.Expr:
    return ~pl.col(column).str.len_chars().is_between(1, LONGEST_TEXT)


def _is_not_whole_number(column: str, lowest: int, highest: int) -> pl.Expr:
    number = pl.when(_matches(column, WHOLE_NUMBER)).then(pl.col(column)).cast(pl.Int32)
    return ~number.is_between(lowest, highest).fill_null(value=False)


def day_of(column: str) -> pl.Expr:
    """The date in a column; null if it is not a date."""
    day = pl.col(column).str.to_date("%Y-%m-%d", strict=False)
    return pl.when(_matches(column, DATE)).then(day).alias(column)


def grade_of(column: str) -> pl.Expr:
    """The order of the grade in a column; null for codes outside the grades."""
    return pl.col(column).replace_strict(GRADE_ORDERS, default=None, return_dtype=pl.Int32)


def _are_grades_out_of_order() -> pl.Expr:
    lowest, highest = grade_of("lowest_grade"), grade_of("highest_grade")
    grades = [pl.col(column).is_in(list(_ORDERS)) for column in ("lowest_grade", "highest_grade")]
    apart = lowest.is_null() != highest.is_null()
    return pl.all_horizontal(grades) & (apart | (highest < lowest).fill_null(value=False))
