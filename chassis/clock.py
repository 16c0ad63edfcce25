"""The source of the current time: one clock per service; domain code gets the time passed in."""

from datetime import UTC, datetime, timedelta
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
    """The machine's clock, shifted by days and running on from there."""

    def __init__(self, days_ahead: int = 0) -> None:
        self._ahead = timedelta(days=days_ahead)

    def now(self) -> datetime:
        """The current time, in UTC."""
        return datetime.now(UTC) + self._ahead

    def set(self, moment: datetime) -> None:
        """Run on from this moment."""
        self._ahead = moment - datetime.now(UTC)
