"""Legal's page counts the work by the days that are left."""

from datetime import date, timedelta

import pytest
from flask import Flask

from services.legal import queries
from services.legal.domain.procedure import CaseState
from tests.unit.legal.casework import TODAY, file, staff


def due(day: date | None) -> queries.Work:
    return queries.Work(
        number="2026-0001",
        path="/legal/cases/1",
        educator_name="Wilhelmina Testworthy",
        educator_number="201812345",
        state=CaseState.OPEN,
        due_on=day,
        has_hold=False,
    )


@pytest.mark.parametrize(
    ("days", "span"),
    [
        (-1, "overdue"),
        (0, "this_week"),
        (7, "this_week"),
        (8, "this_month"),
        (30, "this_month"),
        (31, "later"),
        (None, "without"),
    ],
)
def test_work_is_counted_by_the_days_that_are_left(days: int | None, span: str) -> None:
    day = None if days is None else TODAY + timedelta(days=days)

    counted = queries.count_by_clock([due(day)], TODAY)

    assert counted._asdict() == {**dict.fromkeys(queries.Clocks._fields, 0), span: 1}


def test_the_page_draws_the_clocks_when_there_is_work(app: Flask) -> None:
    assert "chart-bars" not in staff(app).get("/legal/cases").text

    file(app)
    page = staff(app).get("/legal/cases").text
    assert "Overdue: 0; Within 7 days: 0; Within 30 days: 1; Later: 0; No deadline: 0" in page
