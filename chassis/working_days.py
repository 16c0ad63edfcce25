"""The days on which the agency works, from which its due days are counted."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated

from msgspec import Meta

from chassis.rules import Rule
from chassis.state_folder import Key, KeyFaults

ONE_DAY = timedelta(days=1)


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


NUMBER_OF = {weekday: number for number, weekday in enumerate(Weekday)}
LAST = -1
WEEKEND = (NUMBER_OF[Weekday.SATURDAY], NUMBER_OF[Weekday.SUNDAY])


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """A day off: the same date each year, a weekday of a month, or dates one by one."""

    name: str
    """What the day is called."""
    month: Annotated[int, Meta(ge=1, le=12)] | None = None
    """The month in which it falls; without it the `dates` say when."""
    day: Annotated[int, Meta(ge=1, le=31)] | None = None
    """The day of the month."""
    weekday: Weekday | None = None
    """The weekday on which it always falls, instead of a `day`."""
    which: Annotated[int, Meta(ge=LAST, le=4)] | None = None
    """Which of the month's such weekdays: 1 is the first, -1 the last."""
    days_after: Annotated[int, Meta(ge=0, le=6)] = 0
    """How many days later it is, such as 1 for the day after Thanksgiving."""
    dates: tuple[date, ...] = ()
    """The dates of a holiday that follows no such rule, such as Good Friday."""

    def __post_init__(self) -> None:
        if faults := dict(self._faults()):
            raise KeyFaults(faults)

    def _faults(self) -> Iterator[tuple[Key, str]]:
        ways = (self.day is not None, self.weekday is not None, bool(self.dates))
        if sum(ways) != 1:
            yield ("name",), "needs one of `day`, `weekday` and `dates`."
        if bool(self.dates) == (self.month is not None):
            yield ("month",), "belongs to a `day` or a `weekday`, which need it."
        if (self.weekday is None) != (self.which is None) or self.which == 0:
            yield ("which",), "belongs to a `weekday`, which needs it; 1 is the first, -1 the last."
        if self.month and self.day and self.day > monthrange(2027, self.month)[1]:
            yield ("day",), "is not in that month every year."

    def days_in(self, year: int) -> tuple[date, ...]:
        """The days on which it falls in a year, before any is moved."""
        if self.month is None:
            return tuple(day for day in self.dates if day.year == year)
        return (self._nominal(year, self.month) + self.days_after * ONE_DAY,)

    def _nominal(self, year: int, month: int) -> date:
        if self.weekday is None or self.which is None:
            return date(year, month, self.day or 1)
        begins_on, length = monthrange(year, month)
        first = 1 + (NUMBER_OF[self.weekday] - begins_on) % 7
        if self.which == LAST:
            return date(year, month, first + (length - first) // 7 * 7)
        return date(year, month, first + 7 * (self.which - 1))


@dataclass(frozen=True, kw_only=True)
class WorkingDays(Rule):
    """When the agency works: Monday to Friday, except its holidays."""

    holidays: tuple[Holiday, ...] = ()
    """The days off."""
    holidays_move: bool = False
    """Whether a holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday
    after."""

    def includes(self, day: date) -> bool:
        """Whether the agency works on a day."""
        return day.weekday() not in WEEKEND and day not in _days_off(self, day.year)

    def after(self, day: date, count: int) -> date:
        """The working day that is `count` working days later; the day itself is not counted."""
        while count > 0:
            day += ONE_DAY
            count -= self.includes(day)
        return day

    def days_off(self, year: int) -> frozenset[date]:
        """The days in a year on which its holidays are kept."""
        around = (
            day
            for holiday in self.holidays
            for each in (year - 1, year, year + 1)
            for day in holiday.days_in(each)
        )
        return frozenset(day for day in map(self._kept_on, around) if day.year == year)

    def _kept_on(self, day: date) -> date:
        if not self.holidays_move or day.weekday() not in WEEKEND:
            return day
        is_saturday = day.weekday() == NUMBER_OF[Weekday.SATURDAY]
        return day - ONE_DAY if is_saturday else day + ONE_DAY


@cache
def _days_off(working_days: WorkingDays, year: int) -> frozenset[date]:
    return working_days.days_off(year)
