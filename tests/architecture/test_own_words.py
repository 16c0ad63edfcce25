"""The code is finished and speaks for itself: no leftovers, no machine's paths, no empty names."""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.suite import ROOT

PRODUCT = ("contracts", "chassis", "services", "deploy", "docs")
ALL = (*PRODUCT, "tests", "bench")
TEXTS = {".py", ".md", ".toml", ".html", ".txt", ".yaml", ".yml", ".conf", ".css", ".js", ".mako"}

UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX(?!-XX))\b|raise NotImplementedError")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|tmp|home|root)/")
NAMES_FOR_NOTHING = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}


def texts_in(root: Path, folders: tuple[str, ...]) -> Iterator[Path]:
    """The files here and in these folders that people read, but for this one, which quotes."""
    places = [root.glob("*"), *((root / folder).rglob("*") for folder in folders)]
    for path in sorted(itertools.chain(*places)):
        is_text = path.suffix in TEXTS or path.name == "Makefile"
        if is_text and path.is_file() and path != Path(__file__):
            yield path


def found_in(root: Path, folders: tuple[str, ...], pattern: re.Pattern[str]) -> Iterator[str]:
    """Each line on which a pattern is found."""
    for path in texts_in(root, folders):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if said := pattern.search(line):
                yield f"{path.relative_to(root)}:{number}: {said.group()}"


def named_for_nothing(root: Path) -> Iterator[str]:
    """Modules and packages whose name does not say what they hold."""
    for folder in ALL:
        for path in sorted((root / folder).rglob("*.py")):
            name = path.parent.name if path.stem == "__init__" else path.stem
            if NAMES_FOR_NOTHING & set(name.split("_")):
                yield f"{path.relative_to(root)}: a name that does not say what it holds"


def without_docstring(root: Path) -> Iterator[str]:
    """Modules that do not begin by saying what they hold."""
    for folder in ALL:
        for path in sorted((root / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            if ast.get_docstring(tree) is None:
                yield f"{path.relative_to(root)}: does not say what it holds"


def test_the_words_of_the_whole_repository_are_read() -> None:
    assert len(list(texts_in(ROOT, ALL))) >= 800


def test_nothing_is_left_unfinished() -> None:
    assert list(found_in(ROOT, ALL, UNFINISHED)) == []


def test_no_path_of_somebodys_machine_is_written_down() -> None:
    assert list(found_in(ROOT, PRODUCT, MACHINE_PATHS)) == []


def test_every_module_is_named_for_what_it_holds() -> None:
    assert list(named_for_nothing(ROOT)) == []


def test_every_module_says_what_it_holds() -> None:
    assert list(without_docstring(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    ["# TODO: later", "pass  # FIXME", "{# XXX #}", "raise NotImplementedError"],
)
def test_a_leftover_is_found(paper_suite: Path, line: str) -> None:
    assert list(found_in(paper_suite, ALL, UNFINISHED)) == []
    (paper_suite / "services/library/page.html").write_text(f"<p>\n{line}\n</p>\n")
    [found] = found_in(paper_suite, ALL, UNFINISHED)
    assert found.startswith("services/library/page.html:2: ")


@pytest.mark.parametrize("line", ["ssn = 'XXX-XX-1234'", "method = 'todo'", "TODOS = 1"])
def test_a_masked_number_or_a_longer_word_is_no_leftover(paper_suite: Path, line: str) -> None:
    (paper_suite / "services/library/numbers.py").write_text(line)
    assert list(found_in(paper_suite, ALL, UNFINISHED)) == []


@pytest.mark.parametrize("line", ["open('/tmp/x')", "see " + "/work" + "/main", '"/home/me/x"'])
def test_a_path_of_a_machine_is_found(paper_suite: Path, line: str) -> None:
    assert list(found_in(paper_suite, PRODUCT, MACHINE_PATHS)) == []
    (paper_suite / "services/library/numbers.py").write_text(line)
    [found] = found_in(paper_suite, PRODUCT, MACHINE_PATHS)
    assert found.startswith("services/library/numbers.py:1: ")


@pytest.mark.parametrize("line", ["'/library/work/1'", "'../tmp/x'", "'/lookup/home/'"])
def test_an_address_on_the_site_is_no_path_of_a_machine(paper_suite: Path, line: str) -> None:
    (paper_suite / "services/library/numbers.py").write_text(line)
    assert list(found_in(paper_suite, PRODUCT, MACHINE_PATHS)) == []


@pytest.mark.parametrize(
    "place", ["services/library/utils.py", "chassis/date_helpers.py", "tests/common/__init__.py"]
)
def test_a_module_named_for_nothing_is_found(paper_suite: Path, place: str) -> None:
    assert list(named_for_nothing(paper_suite)) == []
    path = paper_suite / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('"""Things."""\n')
    assert list(named_for_nothing(paper_suite)) == [
        f"{place}: a name that does not say what it holds"
    ]


def test_a_module_that_does_not_say_what_it_holds_is_found(paper_suite: Path) -> None:
    assert list(without_docstring(paper_suite)) == []
    (paper_suite / "services/library/numbers.py").write_text("NUMBER = 1\n")
    assert list(without_docstring(paper_suite)) == [
        "services/library/numbers.py: does not say what it holds"
    ]
