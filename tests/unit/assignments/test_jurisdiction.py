"""A state's reporting rules: both files load, a fault names file and key, dates are kept."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chassis.state_folder import JurisdictionFault, StateFolder
from services.assignments.domain.standard import Coverage, Deadline
from services.assignments.jurisdiction import AssignmentRules, ReportingFile, load_rules
from tests.states import STATES, state_folder

GOOD: dict[str, Any] = {
    "deadlines": '[{ title = "First", due = "11-01", source = "16 KAR 1:050" }]',
    "content_areas": '[{ code = "MATH", title = "Mathematics", subjects = ["Math"] }]',
    "populations": '[{ code = "general", title = "General" }]',
    "courses": '[{ code = "270510", title = "AP Pre-calculus", content = "MATH" }]',
    "coverage": '[{ content = "MATH", authorizations = ["SEC_MATH"] }]',
    "sources": "{ "
    + ", ".join(f'{key} = {{ source = "16 KAR" }}' for key in ReportingFile.SOURCED)
    + " }",
}


def load(folder: Path, **changed: str) -> AssignmentRules:
    """The rules of a state whose file is good but for what is changed."""
    state = folder / "ruritania"
    shutil.copytree(state_folder("kentucky").path, state)
    lines = [f"{key} = {value}" for key, value in {**GOOD, **changed}.items() if value]
    (state / "assignments.toml").write_text("\n".join(lines))
    return load_rules(StateFolder(state))


def test_kentucky_reports_by_the_first_of_november_and_of_march() -> None:
    calendar = load_rules(state_folder("kentucky")).calendar

    def due(day: date) -> tuple[str, date]:
        deadline, on = calendar.next_deadline(day)
        return deadline.title, on

    assert due(date(2026, 10, 31)) == ("First assignment report", date(2026, 11, 1))
    assert due(date(2026, 11, 1)) == ("First assignment report", date(2026, 11, 1))
    assert due(date(2026, 11, 2)) == ("Second assignment report", date(2027, 3, 1))
    assert due(date(2027, 3, 2)) == ("First assignment report", date(2027, 11, 1))


def test_connecticut_reports_three_times_a_year() -> None:
    calendar = load_rules(state_folder("connecticut")).calendar

    assert calendar.next_deadline(date(2026, 11, 22))[1] == date(2027, 2, 1)
    assert calendar.next_deadline(date(2027, 2, 2))[1] == date(2027, 6, 30)


def test_a_school_year_begins_on_its_day() -> None:
    calendar = load_rules(state_folder("kentucky")).calendar

    assert calendar.school_year_of(date(2026, 6, 30)) == "2025-2026"
    assert calendar.school_year_of(date(2026, 7, 1)) == "2026-2027"


def test_the_first_deadline_is_missed_when_its_day_is_over() -> None:
    calendar = load_rules(state_folder("kentucky")).calendar

    assert calendar.first_deadline_missed(date(2026, 11, 1)) is None
    missed = calendar.first_deadline_missed(date(2026, 11, 2))
    assert missed is not None
    assert missed[1] == date(2026, 11, 1)
    assert calendar.first_deadline_missed(date(2027, 7, 1)) is None


def test_a_deadline_of_the_leap_day_is_no_day_of_every_year(tmp_path: Path) -> None:
    with pytest.raises(JurisdictionFault, match=r"deadlines\[1\]\.due must be a month"):
        load(
            tmp_path,
            deadlines='[{ title = "Spring", due = "02-29", source = "EPSB" }]',
        )


def test_a_good_file_is_taken(tmp_path: Path) -> None:
    rules = load(tmp_path)

    assert rules.calendar.deadlines == (
        Deadline(title="First", due="11-01", source="16 KAR 1:050"),
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"deadlines": ""}, "deadlines is missing"),
        ({"deadlines": "[]"}, "deadlines must be a list of length >= 1"),
        (
            {"courses": '[{ code = "1", title = "x", content = "BASKETS" }]'},
            r"courses\[1\]\.content is 'BASKETS', which is no content area",
        ),
        (
            {"courses": '[{ code = "1", title = "x", content = "MATH", population = "martians" }]'},
            r"courses\[1\]\.population is 'martians', which is no population",
        ),
        (
            {"coverage": '[{ content = "BASKETS", authorizations = ["X"] }]'},
            r"coverage\[1\]\.content is 'BASKETS', which is no content area",
        ),
        (
            {"coverage": '[{ content = "MATH", authorizations = [] }]'},
            r"coverage\[1\]\.authorizations must be a list",
        ),
        (
            {"coverage": '[{ content = "MATH", authorizations = ["X"], grades = [6, 1] }]'},
            r"coverage\[1\]\.grades has the highest grade before",
        ),
        (
            {"coverage": '[{ content = "MATH", authorizations = ["X"], grades = [1, 99] }]'},
            r"coverage\[1\]\.grades must be a whole number <= 12",
        ),
        (
            {
                "coverage": (
                    '[{ content = "MATH", authorizations = ["X"], effective_from = "2020-07-01" }]'
                )
            },
            r"coverage\[1\]\.effective_from must be a date such as 2017-07-01",
        ),
        ({"populations": '[{ code = "other", title = "x" }]'}, "populations must have .*'general'"),
        (
            {"content_areas": ('[{ code = "MATH", title = "x" }, { code = "MATH", title = "y" }]')},
            r"content_areas\[2\]\.code is 'MATH', which appears",
        ),
        (
            {
                "content_areas": (
                    '[{ code = "MATH", title = "x", subjects = ["Math"] },'
                    ' { code = "ART", title = "y", subjects = ["math"] }]'
                )
            },
            r"content_areas\[2\]\.subjects has 'math'",
        ),
        (
            {"content_areas": '[{ code = "MATH", title = "x", needs = "luck" }]'},
            r"content_areas\[1\]\.needs must be one of: authorization, any_certificate",
        ),
        ({"colour": '"blue"'}, "colour is a key that no code reads"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_names_file_and_key(tmp_path: Path, changed: dict[str, str], told: str) -> None:
    with pytest.raises(JurisdictionFault, match=rf"ruritania/assignments\.toml, line \d+: {told}"):
        load(tmp_path, **changed)


def test_a_row_of_coverage_holds_on_its_days_only() -> None:
    row = Coverage(
        "MATH", ("201",), (1, 6), effective_from=date(2020, 7, 1), effective_until=date(2021, 6, 30)
    )

    assert not row.is_in_force(date(2020, 6, 30))
    assert row.is_in_force(date(2020, 7, 1))
    assert row.is_in_force(date(2021, 6, 30))
    assert not row.is_in_force(date(2021, 7, 1))


def test_a_renamed_course_has_its_newest_title(tmp_path: Path) -> None:
    rules = load(
        tmp_path,
        courses=(
            '[{ code = "1", title = "Old", content = "MATH" },'
            ' { code = "1", title = "New", content = "MATH", effective_from = 2022-07-01 }]'
        ),
    )

    def title(day: date) -> str:
        found = rules.standard.find_course(["1"], day)
        assert found is not None
        return found.title

    assert (title(date(2022, 6, 30)), title(date(2022, 7, 1))) == ("Old", "New")


@pytest.mark.parametrize("state", STATES)
def test_every_content_area_that_asks_for_an_authorization_is_covered_by_one(state: str) -> None:
    standard = load_rules(state_folder(state)).standard
    covered = {row.content for row in standard.coverage}
    asking = {area.code for area in standard.content_areas if area.needs == "authorization"}
    assert asking == covered
