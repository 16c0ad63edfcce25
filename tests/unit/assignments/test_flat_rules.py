"""The check of all rows at once refuses exactly the rows that the schema refuses, and says why."""

import random
from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignments.domain.faults import FAULT_LIMIT, FaultList, ReportRefused
from services.assignments.formats.flat_check import check_cells, record_faulty_rows
from services.assignments.formats.flat_columns import BLANKS, NAMES, NOT_HOURS, not_a_population
from services.assignments.formats.flat_schema import AssignmentRowSchema
from tests.unit.assignments.flat_files import FAULTS, POPULATIONS, RIGHT, cells, spoiled_rows

SCHEMA = AssignmentRowSchema(POPULATIONS)


def refused_by_schema(rows: Iterable[dict[str, str]]) -> dict[int, list[tuple[str, str]]]:
    """Column and problem of each fault, by the row's number."""
    found = {}
    for number, row in enumerate(rows, 2):
        errors: dict[str, Any] = SCHEMA.validate(row)
        if errors:
            found[number] = [
                (name, rule.problem) for name in NAMES for rule in errors.get(name, [])
            ]
    return found


def stripped(rows: list[dict[str, str]]) -> pl.DataFrame:
    return cells(rows).with_columns(pl.col(NAMES).str.strip_chars(BLANKS))


def refused_at_once(rows: list[dict[str, str]]) -> tuple[set[int], int]:
    """The numbers of the rows, and how many faults they have."""
    broken = check_cells(stripped(rows), POPULATIONS)
    is_refused = broken.select(pl.any_horizontal(pl.all())).to_series()
    return set(cells(rows).filter(is_refused)["row"]), sum(broken.sum().row(0))


def test_a_right_row_is_taken_and_read() -> None:
    assert not refused_at_once([RIGHT])[0]
    row = SCHEMA.load(RIGHT)
    assert row["begins_on"] == date(2026, 8, 15)
    assert (row["lowest_grade"], row["students"], row["primary"]) == ("09", 27, True)


@pytest.mark.parametrize(
    ("column", "value"), [(column, value) for column in FAULTS for value in FAULTS[column]]
)
def test_each_planted_fault_is_found_by_both_in_its_column(column: str, value: str) -> None:
    row = {**RIGHT, column: value}

    assert [name for name, _ in refused_by_schema([row])[2]] in (
        [column],
        ["ends_on"],
        ["highest_grade"],
    )
    assert refused_at_once([row])[0] == {2}


def test_of_20_000_rows_both_refuse_the_very_same() -> None:
    rows = list(spoiled_rows(20_000, seed=165))

    by_schema = refused_by_schema(rows)
    at_once, faults = refused_at_once(rows)

    assert at_once == set(by_schema)
    assert 1_500 < len(at_once) < 3_000
    assert faults == sum(map(len, by_schema.values()))


ODD = st.text(max_size=12) | st.sampled_from(
    [value for values in FAULTS.values() for value in values] + list(RIGHT.values())
)
NUMBERS = st.integers(-5, 20_000).map(str) | st.decimals(allow_nan=False).map(str)
DAYS = st.dates().map(str) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True)
GRADES = st.sampled_from(
    ["IT", "pr", "PK", "TK", "kg", "K", "k", "00", "01", "9", "12", "13", "14", "PS", "UG", "other"]
)


@settings(max_examples=4 * settings().max_examples, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                name: ODD | NUMBERS | DAYS | GRADES
                if name not in {"lowest_grade", "highest_grade", "begins_on", "ends_on"}
                else (GRADES | ODD if "grade" in name else DAYS | ODD)
                for name in NAMES
            },
        ),
        min_size=1,
        max_size=5,
    )
)
def test_of_odd_values_both_refuse_the_very_same(changes: list[dict[str, str]]) -> None:
    rows = [{**RIGHT, **change} for change in changes]

    by_schema = refused_by_schema(rows)
    at_once, faults = refused_at_once(rows)

    assert at_once == set(by_schema)
    assert faults == sum(map(len, by_schema.values()))


def test_each_fault_is_told_by_row_column_value_and_cure() -> None:
    faults = FaultList()
    rows = [RIGHT, {**RIGHT, "hours": "0", "last_name": ""}, {**RIGHT, "population": "everybody"}]

    right = record_faulty_rows(stripped(rows), POPULATIONS, "ours.csv", faults)

    rule = not_a_population(POPULATIONS)
    assert "general, moderate_severe, hearing" in rule.cure
    assert right["row"].to_list() == [2]
    assert [str(each) for each in faults.refusal().faults] == [
        "ours.csv, row 3, column last_name: is empty but required. Fill it in.",
        f'ours.csv, row 3, column hours: "0" {NOT_HOURS.problem}. {NOT_HOURS.cure}',
        f'ours.csv, row 4, column population: "everybody" {rule.problem}. {rule.cure}',
    ]


def test_the_first_thousand_faults_are_told_and_all_others_counted() -> None:
    chance, faults = random.Random(7), FaultList()
    rows = [
        {**RIGHT, "students": "many", "hours": chance.choice(("few", "175"))} for _ in range(3_000)
    ]
    expected = sum(map(len, refused_by_schema(rows).values()))

    record_faulty_rows(stripped(rows), POPULATIONS, "ours.csv", faults)

    with pytest.raises(ReportRefused) as refused:
        faults.refuse_if_any()
    assert len(refused.value.faults) == FAULT_LIMIT
    assert len(refused.value.faults) + refused.value.more == expected
