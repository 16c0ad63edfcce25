"""A how-to fits on one screen, and each `make` that it shows is a target of the Makefile."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.suite import ROOT

LONGEST = 70
PAGES = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs/how-to").glob("*.md"))]
FENCED = re.compile(r"^ *```.*?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
MAKE = re.compile(r"(?:\w+=\S+ )*make ")


def make_targets(makefile: str) -> set[str]:
    """The targets that a Makefile has by name."""
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE))


def shown_targets(page: str) -> Iterator[str]:
    """The targets of each command that begins with `make`, after any environment variables."""
    lines = [line for block in FENCED.findall(page) for line in block.splitlines()]
    for code in [*lines, *INLINE.findall(FENCED.sub("", page))]:
        if command := MAKE.match(code.strip()):
            words = shlex.split(code.strip()[command.end() :], comments=True)
            yield from (word for word in words if "=" not in word)


def test_there_is_a_how_to_for_each_common_change() -> None:
    assert len(PAGES) >= 10


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_how_to_fits_on_one_screen(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_each_make_command_shown_is_a_target() -> None:
    targets = make_targets((ROOT / "Makefile").read_text(encoding="utf-8"))
    shown = {
        (path.name, target)
        for path in PAGES
        for target in shown_targets(path.read_text(encoding="utf-8"))
    }
    assert len(shown) >= 20
    assert {(page, target) for page, target in shown if target not in targets} == set()


def test_every_how_to_is_listed() -> None:
    listed = (ROOT / "docs/how-to/README.md").read_text(encoding="utf-8")
    missing = [path.name for path in PAGES[1:] if f"({path.name})" not in listed]
    assert missing == ["README.md"]


def test_a_command_is_found_in_a_block_and_in_a_sentence() -> None:
    page = (
        "Run `make lend` and `PORT=1 make renew`, make sure.\n\n"
        '   ```\n   make give-back B="a b" T=x\n   ```\n\n'
        "```\nSTATE=x PORT=2 make lint types\nmake test T=tests/unit\n```\n"
    )
    assert set(shown_targets(page)) == {"lend", "renew", "give-back", "lint", "types", "test"}


def test_a_target_is_told_from_a_variable() -> None:
    assert make_targets("BIN := x\nlend: ready ## Lend\n\t@echo make: it\n") == {"lend"}
