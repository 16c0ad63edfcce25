"""Months are calendar months, whatever their length."""

from datetime import date

import pytest

from chassis.calendar import add_months, last_day_of_term


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 22), 24, date(2028, 11, 22)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
        (date(9999, 12, 1), 1, date.max),
        (date(2026, 1, 1), 12 * 9_000, date.max),
    ],
)
def test_months_are_calendar_months(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("first_day", "months", "last_day"),
    [
        (date(2025, 7, 1), 120, date(2035, 6, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2026, 12, 31), 2, date(2027, 2, 27)),
        (date(2028, 2, 1), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 29)),
    ],
)
def test_a_term_ends_before_the_same_day_comes_again(
    first_day: date, months: int, last_day: date
) -> None:
    assert last_day_of_term(first_day, months) == last_day
