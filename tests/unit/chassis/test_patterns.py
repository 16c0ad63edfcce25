"""Patterns: what their geometry says is what is so, and what is left is not shown as done."""

from datetime import date

import pytest

from chassis.web.patterns import Task, TaskList, TaskState, Validity

BEGINS, ENDS = date(2026, 7, 1), date(2030, 6, 30)


@pytest.mark.parametrize(
    ("today", "percent", "is_current"),
    [
        (date(2026, 6, 30), 0, False),
        (BEGINS, 0, True),
        (date(2028, 6, 30), 50, True),
        (ENDS, 100, True),
        (date(2031, 1, 1), 100, False),
    ],
)
def test_a_term_is_good_through_all_of_its_last_day(
    today: date, percent: int, is_current: bool
) -> None:
    term = Validity(BEGINS, ENDS, today)
    assert (term.percent, term.is_current) == (percent, is_current)


def test_a_term_without_an_end_is_never_spent() -> None:
    assert Validity(BEGINS, None, date(2199, 1, 1)).is_current
    assert Validity(BEGINS, None, date(2199, 1, 1)).percent == 0


def test_a_term_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-07-01"):
        Validity(BEGINS, date(2026, 6, 30), BEGINS)


def test_only_what_is_done_counts_as_done() -> None:
    tasks = TaskList([Task(state, state) for state in TaskState])
    assert tasks.done == 1
