"""Time is told by one clock: nothing but `chassis/clock.py` asks the machine for the moment."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.suite import ROOT, modules_of

PRODUCT = ("contracts", "chassis", "services")
LEAST_FILES = 300
MAY = {
    "chassis/clock.py": "it is the clock",
    "chassis/ids.py": "an identifier is ordered by the machine's time, and says nothing else",
    "chassis/observability/logging.py": "a line of the log says when the machine wrote it",
    "services/demonstration/journey/walker.py": "a made-up query defeats caches",
}
"""The modules that may ask the machine, each with its reason."""
ASKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "func.now"),
}


def asking(path: Path) -> Iterator[str]:
    """Where a module asks the machine for the moment."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            if any(name == clock or name.endswith(f".{clock}") for clock in ASKS):
                yield f"{path.name}:{node.lineno}: {name}"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (
                f"{path.name}:{node.lineno}: time.{alias.name}"
                for alias in node.names
                if f"time.{alias.name}" in ASKS
            )


def test_only_the_clock_asks_the_machine_for_the_moment() -> None:
    found = modules_of(ROOT, PRODUCT)
    assert len(found) >= LEAST_FILES
    faults = [
        fault for path in found if str(path.relative_to(ROOT)) not in MAY for fault in asking(path)
    ]
    assert faults == []


def test_every_exception_still_asks() -> None:
    assert [place for place in MAY if not list(asking(ROOT / place))] == []


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import UTC, datetime\nNOW = datetime.now(UTC)",
        "import datetime\nNOW = datetime.datetime.now(datetime.UTC)",
        "from datetime import date\nTODAY = date.today()",
        "import time\nNOW = time.time()",
        "from time import time\nNOW = time()",
        "from sqlalchemy import func, select\nNOW = select(func.now())",
    ],
)
def test_a_module_that_asks_the_machine_is_named(tmp_path: Path, line: str) -> None:
    module = tmp_path / "planted.py"
    module.write_text(f'"""Planted."""\n\n{line}\n')
    assert len(list(asking(module))) == 1
