"""Where the present moment comes from: one clock a service, and domain code is told the time."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the moment."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """The machine's clock, moved to another day and going on from there."""

    def __init__(self, day: date | None = None) -> None:
        self._ahead = timedelta(0)
        if day is not None:
            self._ahead = day - datetime.now(UTC).date()

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC) + self._ahead

    def set(self, moment: datetime) -> None:
        """Go on from this moment."""
        self._ahead = moment - datetime.now(UTC)
