"""Charts: lengths in proportion, words for those who do not see them, colors that stand out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from chassis.i18n.text import translatable
from chassis.web.charts import ROW, Bar, BarChart, StackedBar, Trend, bar_chart

ROOT = Path(__file__).parents[3]
CSS = (ROOT / "chassis/web/static/credence.css").read_text()
LIGHT, DARK = "#ffffff", "#1b1b1b"

AGES = bar_chart(
    "ages",
    translatable("Applications by age"),
    (translatable("Age"), translatable("Applications")),
    (Bar("Up to a week", 8), Bar("Over <30> days", 2, kind="error"), Bar("Held", 0)),
)


def drawn(chart: BarChart) -> str:
    app = Flask("chart", template_folder=str(ROOT / "chassis/web/templates"))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters["translated"] = str
    with app.app_context():
        return render_template_string(
            '{% from "charts.html" import bar_chart %}{{ bar_chart(chart) }}', chart=chart
        )


def luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_longest_bar_is_as_wide_as_the_chart_and_the_others_in_proportion() -> None:
    assert [each.length for each in AGES.drawn] == [100, 25, 0]
    assert [each.top for each in AGES.drawn] == [0, ROW, 2 * ROW]
    assert AGES.height == 3 * ROW


def test_a_bar_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="debts"):
        bar_chart(
            "debts",
            translatable("Debts"),
            (translatable("Day"), translatable("Money")),
            [Bar("Monday", -1)],
        )


def test_a_chart_says_in_words_and_in_a_table_what_it_draws() -> None:
    page = drawn(AGES)

    assert '<title id="ages-title">Applications by age</title>' in page
    assert ">Up to a week: 8; Over &lt;30&gt; days: 2; Held: 0</desc>" in page
    assert page.count('scope="row"') == 3
    assert "<details>" in page


def test_a_chart_has_no_inline_style_which_the_content_security_policy_forbids() -> None:
    assert "style=" not in drawn(AGES)
    assert "<style" not in drawn(AGES)


def test_a_chart_of_nothing_is_not_drawn() -> None:
    assert (
        drawn(
            bar_chart(
                "none",
                translatable("None"),
                (translatable("Day"), translatable("Number")),
                [Bar("Monday", 0)],
            )
        ).strip()
        == ""
    )


@pytest.mark.parametrize("kind", ["plain", "warning", "error"])
@pytest.mark.parametrize("surface", [LIGHT, DARK])
def test_each_color_stands_out_from_a_light_and_from_a_dark_page(kind: str, surface: str) -> None:
    found = re.search(rf"^\.chart-{kind} {{ fill: (#[0-9a-f]{{6}}); }}", CSS, re.MULTILINE)
    assert found
    assert contrast(found[1], surface) >= 3


def whole(*values: int) -> StackedBar:
    columns = translatable("State"), translatable("Assignments")
    parts = tuple(Bar(str(value), value) for value in values)
    return StackedBar("whole", translatable("Assignments"), columns, parts)


def line(*values: int) -> Trend:
    columns = translatable("Day"), translatable("Decided")
    points = tuple(Bar(str(value), value) for value in values)
    return Trend("line", translatable("Decided"), columns, str(sum(values)), points)


def test_the_parts_of_a_whole_lie_side_by_side_and_fill_it() -> None:
    assert [(part.left, part.length) for part in whole(1, 0, 3).drawn] == [(0, 25), (25, 75)]


@pytest.mark.parametrize(
    "chart",
    [whole(), whole(5), whole(5, 0), line(), line(3), line(0, 0, 0), line(2, 2)],
    ids=lambda chart: chart.name,
)
def test_a_whole_in_one_part_and_a_flat_line_say_nothing(chart: StackedBar | Trend) -> None:
    assert chart.says_nothing


def test_a_line_rises_with_its_values() -> None:
    assert line(0, 5, 10).line == "0.0,29.0 50.0,15.0 100.0,1.0"
    assert not line(0, 5, 10).says_nothing


@pytest.mark.parametrize("make", [whole, line])
def test_no_chart_takes_a_value_below_zero(make: Callable[..., StackedBar | Trend]) -> None:
    with pytest.raises(ValueError, match="below zero"):
        make(1, -1)
