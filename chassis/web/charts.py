"""Charts: the geometry of the SVG that `charts.html` draws, and the data of its table.

A chart that says nothing, because all its values are alike, is not drawn.
Lengths are percentages, so that a chart fills its container and its text stays readable.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from chassis.i18n.text import Translatable

ROW = 44
"""The height of a bar with its label, in pixels."""


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its value, how the value is written, and its severity.

    `kind` is plain, warning or error; the label must say the same, since color alone is not enough.
    `shown` replaces the plain number next to the bar.
    """

    label: str
    value: int
    shown: str = ""
    kind: str = "plain"

    @property
    def words(self) -> str:
        """The value as people read it."""
        return self.shown or f"{self.value:,}"


@dataclass(frozen=True)
class DrawnBar:
    """A bar with its position: `top` in pixels, `length` in percent of the chart's width."""

    bar: Bar
    top: int
    length: float


@dataclass(frozen=True)
class Chart:
    """What every chart has: its id on its page, its title, and the two headings of its table."""

    name: str
    title: Translatable
    columns: tuple[Translatable, Translatable]


@dataclass(frozen=True)
class BarChart(Chart):
    """Bars of one measure, under a title.

    Raises `ValueError` for a value below zero.
    """

    bars: tuple[Bar, ...]

    def __post_init__(self) -> None:
        _refuse_negative(self.name, (bar.value for bar in self.bars))

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to see: no bar, one bar, or all of one length."""
        return len({bar.value for bar in self.bars}) < 2

    @property
    def height(self) -> int:
        """The height in pixels."""
        return ROW * len(self.bars)

    @property
    def drawn(self) -> list[DrawnBar]:
        """The bars with their positions; the longest takes the full width."""
        longest = max((bar.value for bar in self.bars), default=0) or 1
        return [
            DrawnBar(bar, index * ROW, round(100 * bar.value / longest, 2))
            for index, bar in enumerate(self.bars)
        ]


def bar_chart(
    name: str, title: Translatable, columns: tuple[Translatable, Translatable], bars: Iterable[Bar]
) -> BarChart:
    """A chart of these bars."""
    return BarChart(name, title, columns, tuple(bars))


@dataclass(frozen=True)
class DrawnPart:
    """A part of a stacked bar: where it starts and how long it is, in percent of the whole."""

    bar: Bar
    left: float
    length: float


@dataclass(frozen=True)
class StackedBar(Chart):
    """One bar that shows how a whole is divided: 2 in field, 5 to resolve.

    Raises `ValueError` for a value below zero.
    """

    parts: tuple[Bar, ...]

    def __post_init__(self) -> None:
        _refuse_negative(self.name, (part.value for part in self.parts))

    @property
    def total(self) -> int:
        """The whole."""
        return sum(part.value for part in self.parts)

    @property
    def says_nothing(self) -> bool:
        """Whether the whole is not divided."""
        return sum(part.value > 0 for part in self.parts) < 2

    @property
    def drawn(self) -> list[DrawnPart]:
        """The parts that are not zero, side by side."""
        drawn, before = [], 0
        for part in self.parts:
            if part.value:
                left, length = (100 * value / self.total for value in (before, part.value))
                drawn.append(DrawnPart(part, round(left, 2), round(length, 2)))
            before += part.value
        return drawn


@dataclass(frozen=True)
class Trend(Chart):
    """One number with the line that led to it: this week's decisions, day by day.

    `points` are the moments and their values, the earliest first; `change` says in words how the
    number has changed.
    Raises `ValueError` for a value below zero.
    """

    number: str
    points: tuple[Bar, ...]
    change: str = ""

    def __post_init__(self) -> None:
        _refuse_negative(self.name, (point.value for point in self.points))

    @property
    def says_nothing(self) -> bool:
        """Whether the line is flat; the number is shown all the same."""
        return len({point.value for point in self.points}) < 2

    @property
    def line(self) -> str:
        """The line's points in a box of 100 by 30, as SVG writes them."""
        highest = max(point.value for point in self.points)
        step = 100 / (len(self.points) - 1)
        heights = (29 - 28 * point.value / highest for point in self.points)
        return " ".join(f"{index * step:.1f},{y:.1f}" for index, y in enumerate(heights))


def _refuse_negative(name: str, values: Iterable[int]) -> None:
    if any(value < 0 for value in values):
        raise ValueError(f"{name}: a value cannot be below zero")
