"""A clone is tested with nothing around it: no test, bench or rule of make reads outside of it.

Only `make samples` does, in the folder that it is given.
"""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.suite import ROOT

PLACES = ("Makefile", ".ci/*", "tests/**/*", "bench/*", "bench/data/*", "bench/peers/*")
TABLES = ("tests/data", "bench/data")
LARGEST_TABLE = 16_384  # bytes
# Names of folders that this repository has had next to it, and homes of people.
ELSEWHERE = re.compile(r"(?<!SAMPLES=\.\./)\bshared/data\b|(?<![\w.)}])/(?:work|home|root)/\w")
CLIMBS = re.compile(r"(?<!SAMPLES=)(?<![\w.])\.\./|\bcd \.\.")
PATH_MAKERS = {"Path", "PurePath", "joinpath", "open"}


def files_looked_at(root: Path) -> list[Path]:
    """Every file of tests, bench, make and CI that is text, but for this one, which quotes."""
    found = {path for place in PLACES for path in root.glob(place) if path.is_file()}
    ours = Path(__file__), Path(__file__).with_name("test_own_words.py")
    return sorted(path for path in found if path not in ours and path.suffix != ".pyc")


def reads_outside(root: Path) -> Iterator[str]:
    """Each line that reads, or seems to read, outside the repository."""
    for path in files_looked_at(root):
        place, text = path.relative_to(root), path.read_text(encoding="utf-8")
        is_python = path.suffix == ".py"
        lines = {} if is_python else _lines_with(text, CLIMBS)
        lines |= _lines_with(text, ELSEWHERE)
        if is_python:
            lines |= _climbing_paths(ast.parse(text, str(path)), len(place.parts))
        yield from (f"{place}:{line}: {said}" for line, said in sorted(lines.items()))


def _lines_with(text: str, pattern: re.Pattern[str]) -> dict[int, str]:
    return {
        number: found.group()
        for number, line in enumerate(text.splitlines(), 1)
        if (found := pattern.search(line))
    }


def _climbing_paths(tree: ast.Module, depth: int) -> dict[int, str]:
    """The expressions for a path above the root, of a module that lies this deep below it."""
    return {
        node.lineno: ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.expr)
        and ((_levels_up(node, depth) or 0) > depth or any(map(_climbs, _joined(node))))
    }


def _levels_up(node: ast.expr, depth: int) -> int | None:
    """How far a path made of `__file__` or `ROOT` is above the module; None for another path."""
    match node:
        case ast.Name("ROOT"):
            return depth
        case ast.Call(ast.Name("Path"), [ast.Name("__file__")]):
            return 0
        case ast.Call(ast.Attribute(inner, "resolve" | "absolute")):
            return _levels_up(inner, depth)
        case ast.Attribute(inner, "parent"):
            more = 1
        case ast.Subscript(ast.Attribute(inner, "parents"), ast.Constant(int(index))):
            more = index + 1
        case _:
            return None
    levels = _levels_up(inner, depth)
    return None if levels is None else levels + more


def _joined(node: ast.expr) -> list[ast.expr]:
    """What an expression puts together to a path."""
    match node:
        case ast.BinOp(left, ast.Div(), right):
            return [left, right]
        case ast.Call(ast.Name(name) | ast.Attribute(_, name), arguments) if name in PATH_MAKERS:
            return arguments
    return []


def _climbs(part: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and ".." in node.value.split("/")
        for node in (part.values if isinstance(part, ast.JoinedStr) else [part])
    )


def unsourced_tables(root: Path) -> Iterator[str]:
    """Tables of facts that are large, or do not say, first or in the README, where from."""
    for path in sorted(path for folder in TABLES for path in (root / folder).glob("*.*")):
        table = path.read_text(encoding="utf-8")
        readme = path.with_name("README.md")
        listed = readme.read_text(encoding="utf-8") if readme.is_file() else ""
        if path == readme:
            continue
        if len(table.encode()) > LARGEST_TABLE:
            yield f"{path.relative_to(root)}: larger than {LARGEST_TABLE} bytes"
        if not table.startswith("# ") and f"| `{path.name}` |" not in listed:
            yield f"{path.relative_to(root)}: does not say where its facts are from"


def test_nothing_reads_outside_the_repository() -> None:
    looked_at = {path.relative_to(ROOT).as_posix() for path in files_looked_at(ROOT)}
    assert len(looked_at) >= 250
    assert {"Makefile", ".ci/run", "tests/conftest.py", "bench/population.py"} <= looked_at
    assert list(reads_outside(ROOT)) == []


def test_every_table_of_facts_is_small_and_says_where_it_is_from() -> None:
    assert len([path for folder in TABLES for path in (ROOT / folder).glob("*.csv")]) >= 6
    assert list(unsourced_tables(ROOT)) == []


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("tests/unit/test_books.py", 'BOOKS = Path(__file__).parents[2] / "../books"'),
        ("tests/unit/test_books.py", "BOOKS = Path(__file__).parents[3]"),
        (
            "tests/unit/test_books.py",
            "BOOKS = Path(__file__).resolve().parent.parents[2]",
        ),
        ("tests/unit/test_books.py", "BOOKS = ROOT.parent"),
        ("tests/unit/test_books.py", 'BOOKS = open("../books.csv")'),
        ("tests/unit/test_books.py", 'BOOKS = ROOT.joinpath("..", "books")'),
        ("tests/unit/test_books.py", 'BOOKS = ROOT / f"../{NAME}"'),
        ("tests/unit/test_books.py", 'BOOKS = "shared/data/books"'),
        ("bench/shelf.py", 'BOOKS = Path("/home/reader/books")'),
        ("bench/shelf.py", "BOOKS = Path(__file__).parents[2]"),
        ("Makefile", "test:; pytest --books ../books"),
        (".ci/run", "make test BOOKS=../shared/data"),
        (".ci/run", "cd .. && ls"),
    ],
)
def test_a_line_that_reads_outside_is_found(tmp_path: Path, place: str, line: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# Books\n{line}\n")
    [found] = reads_outside(tmp_path)
    assert found.startswith(f"{place}:2: ")


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("tests/unit/test_books.py", "ROOT = Path(__file__).parents[2]"),
        ("tests/unit/test_books.py", 'HOSTILE = ["../secret.eml", "/identity/../internal"]'),
        ("tests/unit/test_books.py", "FOLDER = Path(books.__file__).parent"),
        (".ci/run", "SAMPLES=../shared/data"),
        (".ci/run", 'cd "$(dirname "$0")/.."'),
    ],
)
def test_a_line_that_stays_inside_is_no_fault(tmp_path: Path, place: str, line: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# Books\n{line}\n")
    assert list(reads_outside(tmp_path)) == []


@pytest.mark.parametrize(
    ("table", "found"),
    [("Ann,1\n", "where its facts are from"), (f"# {'x' * LARGEST_TABLE}", "larger than")],
)
def test_a_table_that_is_large_or_of_nowhere_is_found(
    tmp_path: Path, table: str, found: str
) -> None:
    path = tmp_path / "bench/data/names.csv"
    path.parent.mkdir(parents=True)
    path.write_text(table)
    [fault] = unsourced_tables(tmp_path)
    assert found in fault


@pytest.mark.parametrize("given", ["", "SAMPLES=nowhere", "SAMPLES=Makefile"])
def test_samples_without_their_folder_are_refused_in_one_sentence(given: str) -> None:
    plain = {name: value for name, value in os.environ.items() if name != "SAMPLES"}
    run = subprocess.run(
        ["make", "--no-print-directory", "samples", *given.split()],
        cwd=ROOT,
        env=plain,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert run.stdout == ""
    told = "Name the folder with the real files: make samples SAMPLES=folder"
    assert run.stderr.splitlines()[0] == told
