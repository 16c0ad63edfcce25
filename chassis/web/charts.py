"""Bars to look at: their lengths for the SVG that `charts.html` draws, with the table behind it.

Lengths are percentages, so that a chart is as wide as its place and its letters stay readable.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from chassis.i18n.text import Translatable

ROW = 44
"""How much of the height a bar with its words takes, in pixels."""


@dataclass(frozen=True)
class Bar:
    """One bar: its words, what it counts, how that is written, and how grave it is.

    `kind` is plain, warning or error; the words must say the same, for color alone says nothing.
    `shown` is what stands beside the bar where the bare number would not do.
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
    """A bar in its place: `top` in pixels, `length` in percent of the chart's width."""

    bar: Bar
    top: int
    length: float


@dataclass(frozen=True)
class BarChart:
    """Bars of one measure, under a title; `name` is the chart's id on its page.

    `columns` are the headings of the table behind it: what a bar stands for, and what it counts.
    Raises `ValueError` for a value below zero.
    """

    name: str
    title: Translatable
    columns: tuple[Translatable, Translatable]
    bars: tuple[Bar, ...]

    def __post_init__(self) -> None:
        if any(bar.value < 0 for bar in self.bars):
            raise ValueError(f"{self.name}: a bar cannot be shorter than nothing")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not any(bar.value for bar in self.bars)

    @property
    def height(self) -> int:
        """The height in pixels."""
        return ROW * len(self.bars)

    @property
    def drawn(self) -> list[DrawnBar]:
        """The bars in their places; the longest takes the whole width."""
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
