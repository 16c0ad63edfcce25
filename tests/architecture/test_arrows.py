"""Imports go one way: services to chassis to contracts, and inside a service inwards."""

from pathlib import Path

import pytest

from services.names import SERVICES
from tests.architecture.arrows import (
    IMPORTS_BY_NAME,
    PROGRAMS,
    STEPS,
    SUITE_OWN,
    find_violations,
    is_domain,
)
from tests.architecture.suite import ROOT


def test_every_import_of_the_suite_goes_the_right_way() -> None:
    assert find_violations(ROOT) == []


def test_a_suite_in_which_nothing_is_wrong_is_left_alone(paper_suite: Path) -> None:
    assert find_violations(paper_suite) == []


@pytest.mark.parametrize(
    ("place", "line", "rule"),
    [
        ("contracts/library.py", "import flask", "contracts imports only the standard library"),
        ("contracts/library.py", "from chassis import web", "contracts imports only"),
        ("contracts/library.py", "import services.library", "contracts imports only"),
        ("chassis/service.py", "from services import library", "the chassis knows no service"),
        ("chassis/service.py", "import services.library.app", "the chassis knows no service"),
        ("chassis/service.py", "def f():\n    import services.library", "the chassis knows no"),
        ("chassis/service.py", "from tests import servers", "the product may not import tests"),
        (
            "services/library/pages.py",
            "from services.lending import app",
            "a service never imports another",
        ),
        ("services/library/pages.py", "from services import lending", "a service never imports"),
        ("services/library/pages.py", "from ..lending import app", "a service never imports"),
        (
            "services/library/pages.py",
            "if TYPE_CHECKING:\n    from services.lending.app import App",
            "a service never imports another",
        ),
        (
            "services/library/pages.py",
            "from services import demonstration",
            "a service never imports another",
        ),
        ("services/library/pages.py", "import services.__main__", "a service never imports"),
        ("services/library/domain/book.py", "import flask", "the domain knows no flask"),
        (
            "services/library/domain/book.py",
            "from chassis.service import current_service",
            "the domain knows no chassis.service",
        ),
        (
            "services/library/domain/book.py",
            "from chassis.messaging import outbox",
            "the domain knows no chassis.messaging",
        ),
        (
            "services/library/domain/book.py",
            "from chassis.storage.audit import record_entry",
            "the domain knows no chassis.storage.audit",
        ),
        (
            "services/library/domain/book.py",
            "from chassis.i18n.language import current_language",
            "the domain knows no chassis.i18n.language",
        ),
        (
            "services/library/domain/book.py",
            "from chassis.messaging.relay import relay_batch",
            "the domain knows no chassis.messaging.relay",
        ),
        (
            "services/library/domain/book.py",
            "from chassis.storage.database import Database",
            "the domain knows no chassis.storage.database",
        ),
        ("services/library/domain/book.py", "import os", "the domain knows no os"),
        ("services/library/domain/book.py", "import sqlalchemy as sa", "knows no sqlalchemy"),
        (
            "services/library/domain/book.py",
            "from sqlalchemy.orm import object_session",
            "the domain knows no sqlalchemy.orm",
        ),
        (
            "services/library/jurisdiction.py",
            "from chassis.storage.audit import record_entry",
            "the jurisdiction knows no chassis.storage.audit",
        ),
        ("services/library/jurisdiction.py", "import requests", "jurisdiction knows no requests"),
        (
            "services/library/jurisdiction.py",
            "import datetime\nTODAY = datetime.date.today()",
            "the jurisdiction is told the time",
        ),
        (
            "chassis/service.py",
            "from importlib import import_module\nimport_module('services.library.app')",
            "the chassis imports nothing by its name",
        ),
        ("services/library/domain/book.py", "import requests", "the domain knows no requests"),
        (
            "services/library/domain/book.py",
            "from services.library import numbers",
            "the domain knows no services.library",
        ),
        ("services/guild/dues/domain.py", "import flask", "the domain knows no flask"),
        (
            "services/guild/members/domain/member.py",
            "from chassis.service import current_service",
            "the domain knows no chassis.service",
        ),
        (
            "services/guild/members/domain/member.py",
            "import datetime\nNOW = datetime.date.today()",
            "the domain is told the time and never asks: datetime.date.today",
        ),
        (
            "chassis/messaging/outbox.py",
            "from chassis import service",
            "messaging may not import service, which is not below it",
        ),
        (
            "chassis/clock.py",
            "def f():\n    from chassis.messaging import outbox",
            "clock may not import messaging",
        ),
        ("chassis/i18n/text.py", "import chassis.service", "i18n may not import service"),
        ("chassis/cellar.py", "import json", "cellar has no place on the stair"),
        (
            "services/library/domain/book.py",
            "from sqlalchemy import select",
            "the domain knows no sqlalchemy",
        ),
        (
            "services/library/domain/book.py",
            "from sqlalchemy.orm import Session",
            "the domain knows no sqlalchemy.orm",
        ),
        (
            "services/library/domain/book.py",
            "NOW = datetime.now()",
            "the domain is told the time and never asks: datetime.datetime.now",
        ),
        (
            "services/library/domain/book.py",
            "from datetime import date as d\nTODAY = d.today()",
            "the domain is told the time and never asks: datetime.date.today",
        ),
        (
            "services/lending/domain.py",
            "import datetime\nNOW = datetime.date.today()",
            "the domain is told the time and never asks: datetime.date.today",
        ),
        ("services/lending/app.py", "import os\nX = os.environ", "only chassis/settings.py reads"),
        ("services/lending/app.py", "import os\nos.getenv('X')", "only chassis/settings.py reads"),
        ("chassis/service.py", "from os import environ", "only chassis/settings.py reads"),
    ],
)
def test_a_line_that_breaks_a_rule_is_named(
    paper_suite: Path, place: str, line: str, rule: str
) -> None:
    path = paper_suite / place
    before = path.read_text() if path.is_file() else '"""New."""\n'
    path.write_text(f"{before}{line}\n")
    found = find_violations(paper_suite)
    assert found
    assert all(each.startswith(f"{place}:") and rule in each for each in found)


@pytest.mark.parametrize(
    ("importing", "imported", "rule"),
    [
        ("domain/book", "usecases", "domain may not import usecases"),
        ("domain/book", "queries", "domain may not import queries"),
        ("domain/book", "checkout", "domain may not import usecases"),
        ("jurisdiction", "usecases", "jurisdiction may not import usecases"),
        ("usecases", "pages", "usecases may not import pages"),
        ("usecases", "reactions", "usecases may not import reactions"),
        ("queries", "app", "queries may not import app"),
        ("pages", "app", "pages may not import app"),
        ("pages", "reactions", "pages may not import reactions"),
        ("reactions", "pages", "reactions may not import pages"),
    ],
)
def test_an_import_that_leads_outward_in_a_service_is_named(
    paper_suite: Path, importing: str, imported: str, rule: str
) -> None:
    path = paper_suite / "services/library" / f"{importing}.py"
    path.write_text(f"{path.read_text()}from services.library import {imported}\n")
    assert f"services/library: {rule}" in find_violations(paper_suite)


@pytest.mark.parametrize(
    ("place", "line", "rule"),
    [
        (
            "members/usecases.py",
            "from services.guild.members import pages",
            "members/usecases may not import members/pages",
        ),
        (
            "dues/usecases.py",
            "from services.guild.members import pages",
            "dues/usecases may not import members/pages",
        ),
        (
            "dues/usecases.py",
            "from services.guild.members import usecases",
            "dues imports itself by way of other nouns",
        ),
    ],
)
def test_layers_hold_inside_each_noun_and_nouns_have_an_order(
    paper_suite: Path, place: str, line: str, rule: str
) -> None:
    path = paper_suite / "services/guild" / place
    path.write_text(f"{path.read_text()}{line}\n")
    assert f"services/guild: {rule}" in find_violations(paper_suite)


def test_the_rules_look_at_all_of_the_suite() -> None:
    """A move of folders must not leave the rules with nothing to look at."""
    domains = [
        path
        for path in (ROOT / "services").rglob("*.py")
        if is_domain(path.relative_to(ROOT).parts)
    ]
    assert {path.relative_to(ROOT).parts[1] for path in domains} >= set(SERVICES)
    assert len(domains) >= 40
    wings = {path.parent.name for path in (ROOT / "chassis").glob("*/__init__.py")}
    assert len(wings) == 9
    assert wings <= set(STEPS)
    assert all((ROOT / place).is_file() for place in (*PROGRAMS, *IMPORTS_BY_NAME))
    assert all(
        (ROOT / "services" / own).exists() or (ROOT / f"services/{own}.py").is_file()
        for own in SUITE_OWN
    )
    found = {path.stem for path in (ROOT / "chassis").glob("*") if path.suffix in ("", ".py")}
    assert set(STEPS) <= found
