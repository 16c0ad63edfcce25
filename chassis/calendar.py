"""Arithmetic with calendar months, which have no fixed length."""

from calendar import monthrange
from datetime import MAXYEAR, date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day; at most the calendar's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_day_of_term(first_day: date, months: int) -> date:
    """The last day of a term of `months`."""
    return add_months(first_day, months) - timedelta(days=1)


def day_in(year: int, month_and_day: str) -> date:
    """The day that is written as `06-30`, in a year."""
    return date.fromisoformat(f"{year:04}-{month_and_day}")
