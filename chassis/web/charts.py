"""Bar charts: the geometry of the SVG that `charts.html` draws, and the data of its table.

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
class BarChart:
    """Bars of one measure, under a title; `name` is the chart's id on its page.

    `columns` are the headings of its table: what a bar represents, and what it counts.
    Raises `ValueError` for a value below zero.
    """

    name: str
    title: Translatable
    columns: tuple[Translatable, Translatable]
    bars: tuple[Bar, ...]

    def __post_init__(self) -> None:
        if any(bar.value < 0 for bar in self.bars):
            raise ValueError(f"{self.name}: a bar's value cannot be below zero")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not any(bar.value for bar in self.bars)

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
