"""Time is told by one clock: nothing but `chassis/clock.py` asks the machine for the time."""

import ast
from pathlib import Path

import pytest

from tests.architecture.clocks import clocks_made, times_asked
from tests.architecture.suite import ROOT, modules_of

PRODUCT = ("contracts", "chassis", "services")
LEAST_FILES = 300
MAY_ASK = {
    "chassis/clock.py": "it is the clock",
    "chassis/ids.py": "an identifier is ordered by the machine's time, and says nothing else",
    "chassis/observability/logging.py": "a line of the log says when the machine wrote it",
    "services/demonstration/journey/walker.py": "a made-up query defeats caches",
}
"""The modules that may ask the machine, each with its reason."""
MAY_MAKE = {
    "chassis/settings.py": "the settings say which clock a process has",
    "services/payments/adapters/processors/sandbox_provider/__main__.py": "another company's",
}
"""The modules that may make a clock, each with its reason."""


def parsed(path: Path) -> ast.Module:
    """A module's source."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_only_the_clock_asks_the_machine_for_the_time() -> None:
    modules = modules_of(ROOT, PRODUCT)
    assert len(modules) >= LEAST_FILES
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {asked}"
        for path in modules
        if str(path.relative_to(ROOT)) not in MAY_ASK
        for line, asked in times_asked(parsed(path))
    ]
    assert faults == []


def test_only_the_settings_make_a_clock() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {made}"
        for path in modules_of(ROOT, PRODUCT)
        if str(path.relative_to(ROOT)) not in MAY_MAKE
        for line, made in clocks_made(parsed(path))
    ]
    assert faults == []


def test_every_exception_is_needed() -> None:
    assert [place for place in MAY_ASK if not list(times_asked(parsed(ROOT / place)))] == []
    assert [place for place in MAY_MAKE if not list(clocks_made(parsed(ROOT / place)))] == []


@pytest.mark.parametrize(
    "lines",
    [
        "from datetime import UTC, datetime\nNOW = datetime.now(UTC)",
        "from datetime import UTC, datetime as dt\nNOW = dt.now(UTC)",
        "import datetime\nNOW = datetime.datetime.now(datetime.UTC)",
        "from datetime import date\nTODAY = date.today()",
        "import time\nNOW = time.time()",
        "import time as t\nNOW = t.time()",
        "import time\nNOW = time.strftime('%F')",
        "from time import time\nNOW = time()",
        "from sqlalchemy import func, select\nNOW = select(func.now())",
        "import sqlalchemy as sa\nNOW = sa.select(sa.func.current_timestamp())",
        "from sqlalchemy import text\nNOW = text('select current_timestamp')",
    ],
)
def test_a_module_that_asks_the_machine_is_named(lines: str) -> None:
    assert len(list(times_asked(ast.parse(lines)))) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "from chassis.clock import SystemClock\nNOW = SystemClock().now()",
        "from chassis import clock\nNOW = clock.MovableClock(3)",
    ],
)
def test_a_module_that_makes_a_clock_is_named(lines: str) -> None:
    assert len(list(clocks_made(ast.parse(lines)))) == 1
