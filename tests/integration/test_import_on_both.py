"""A report imported on PostgreSQL leaves the very same rows as on SQLite, also the second time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from chassis.testing import FixedClock, learn, prepare, recorded, service_of, test_settings
from contracts.assignments import FindingOpened, FindingResolved
from services.assignments.app import create_app
from services.assignments.domain.tables import Base
from tests.unit.assignments.exports import Export
from tests.unit.assignments.flat_files import flat_file
from tests.unit.assignments.world import (
    TINY,
    issued,
    person,
    send,
)

ZOE = {"district_number": "001", "staff_number": "2001", "first_name": "Zoë", "last_name": "Quill"}
BO = {**ZOE, "staff_number": "2002", "first_name": "\\N", "last_name": 'O"Neil, "Bo"'}
ROWS = [
    {**ZOE, "section": "", "subject": "", "population": "", "course_code": "L1"},
    {**ZOE, "section": "2", "lowest_grade": "PK", "primary": "false"},
    {**BO, "lowest_grade": "UG", "highest_grade": "UG", "school_number": ""},
    {**BO, "section": "old", "begins_on": "2026-08-15", "ends_on": "2026-10-01"},
]
TABLES = ("school", "course", "staff_member", "staff_number", "assignment", "finding")


@pytest.fixture
def apps(tmp_path: Path, postgres_url: str) -> Iterator[list[Flask]]:
    urls = {"sqlite": f"sqlite:///{tmp_path}/assignments.db", "postgres": postgres_url}
    made = []
    for name, url in urls.items():
        settings = test_settings("assignments", tmp_path / name, DATABASE_URL=url)
        app = create_app(settings, FixedClock())
        (tmp_path / name).mkdir(exist_ok=True)
        prepare(app)
        learn(app, TINY, person(), person("2002", TINY.organization_id), issued())
        made.append(app)
    yield made
    for app in made:
        service_of(app).database.close()


def stored(app: Flask) -> dict[str, list[dict[str, Any]]]:
    """All rows, without the ids that are made anew, in an order of their own."""
    kept = {}
    with service_of(app).database.reading() as session:
        for name in TABLES:
            table = Base.metadata.tables[name]
            made_anew = {f"{name}_id", "staff_id", "course_id", "school_id", "assignment_id"}
            rows = [
                {key: value for key, value in row.items() if key not in made_anew}
                for row in session.execute(select(table)).mappings()
            ]
            kept[name] = sorted(rows, key=str)
    return kept


def test_both_databases_hold_the_same_after_each_report(apps: list[Flask]) -> None:
    reports = [
        flat_file(*ROWS),
        flat_file(*ROWS) + b"\r\n",
        flat_file(*({**row, "hours": "1", "subject": "Art; Music"} for row in ROWS[1:])),
        Export().zipped(),
    ]
    for report in reports:
        answers = [send(app, report) for app in apps]
        assert [answer.status_code for answer in answers] == [303, 303], answers[1].text

        on_sqlite, on_postgres = map(stored, apps)
        assert on_postgres == on_sqlite
        assert on_sqlite["assignment"]
    facts = [
        [len(recorded(app, fact)) for fact in (FindingOpened, FindingResolved)] for app in apps
    ]
    assert facts[0] == facts[1]
