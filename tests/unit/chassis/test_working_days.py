"""The agency's working days: weekends, holidays of each kind, and holidays that move."""

from datetime import date, timedelta

import msgspec
import pytest

from chassis.state_folder import faults_in
from chassis.working_days import Holiday, Weekday, WorkingDays

NEW_YEAR = Holiday(name="New Year", month=1, day=1)
MEMORIAL = Holiday(name="Memorial Day", month=5, weekday=Weekday.MONDAY, which=-1)
THANKSGIVING = Holiday(name="Thanksgiving", month=11, weekday=Weekday.THURSDAY, which=4)
DAY_AFTER = Holiday(name="The day after", month=11, weekday=Weekday.THURSDAY, which=4, days_after=1)
GOOD_FRIDAY = Holiday(name="Good Friday", dates=(date(2026, 4, 3), date(2027, 3, 26)))


def working_days(*holidays: Holiday, move: bool = False) -> WorkingDays:
    return WorkingDays(source="a law", holidays=holidays, holidays_move=move)


@pytest.mark.parametrize(
    ("holiday", "days"),
    [
        (NEW_YEAR, [date(2026, 1, 1), date(2027, 1, 1)]),
        (MEMORIAL, [date(2026, 5, 25), date(2027, 5, 31)]),
        (THANKSGIVING, [date(2026, 11, 26), date(2027, 11, 25)]),
        (DAY_AFTER, [date(2026, 11, 27), date(2027, 11, 26)]),
        (GOOD_FRIDAY, [date(2026, 4, 3), date(2027, 3, 26)]),
    ],
)
def test_each_kind_of_holiday_falls_on_its_days(holiday: Holiday, days: list[date]) -> None:
    assert [day for year in (2026, 2027) for day in holiday.days_in(year)] == days
    assert all(not working_days(holiday).includes(day) for day in days)


def test_nobody_works_on_a_weekend() -> None:
    week = [date(2026, 11, 23) + timedelta(days=each) for each in range(7)]

    assert [working_days().includes(day) for day in week] == [True] * 5 + [False] * 2


def test_a_holiday_on_a_weekend_moves_only_where_the_state_says_so() -> None:
    # 1 January 2028 is a Saturday, 4 July 2027 a Sunday.
    fourth = Holiday(name="Independence Day", month=7, day=4)

    assert not working_days(NEW_YEAR, move=True).includes(date(2027, 12, 31))
    assert not working_days(fourth, move=True).includes(date(2027, 7, 5))
    assert working_days(NEW_YEAR, fourth).includes(date(2027, 12, 31))
    assert working_days(NEW_YEAR, fourth).includes(date(2027, 7, 5))


@pytest.mark.parametrize(
    ("begin", "count", "end"),
    [
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
        (date(2026, 11, 25), 1, date(2026, 11, 30)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 11, 2), 20, date(2026, 12, 2)),
    ],
)
def test_days_are_counted_from_the_next_working_day(begin: date, count: int, end: date) -> None:
    assert working_days(NEW_YEAR, THANKSGIVING, DAY_AFTER).after(begin, count) == end


@pytest.mark.parametrize(
    "holiday",
    [
        {"name": "x"},
        {"name": "x", "month": 2, "day": 30},
        {"name": "x", "month": 2},
        {"name": "x", "day": 3},
        {"name": "x", "month": 2, "day": 3, "weekday": "monday", "which": 1},
        {"name": "x", "month": 2, "weekday": "monday"},
        {"name": "x", "month": 2, "weekday": "monday", "which": 0},
        {"name": "x", "month": 2, "weekday": "monday", "which": 5},
        {"name": "x", "month": 2, "weekday": "moonday", "which": 1},
        {"name": "x", "month": 2, "dates": [date(2026, 4, 3)]},
    ],
)
def test_a_holiday_that_falls_on_no_day_or_on_two_is_a_fault(holiday: dict[str, object]) -> None:
    assert list(faults_in(holiday, Holiday))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(holiday, Holiday)
