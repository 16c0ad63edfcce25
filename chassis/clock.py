"""The source of the current time: one clock per service; domain code gets the time passed in."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the current time."""

    def now(self) -> datetime:
        """The current time, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current time, in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """The machine's clock, shifted to another day and running on from there."""

    def __init__(self, day: date | None = None) -> None:
        self._ahead = timedelta(0)
        if day is not None:
            self._ahead = day - datetime.now(UTC).date()

    def now(self) -> datetime:
        """The current time, in UTC."""
        return datetime.now(UTC) + self._ahead

    def set(self, moment: datetime) -> None:
        """Run on from this moment."""
        self._ahead = moment - datetime.now(UTC)
