"""No code, template or manifest names a state: what a state says stands in its folder."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.jurisdiction import load_place
from tests.architecture.suite import ROOT
from tests.states import STATES, state_folder

FOLDERS = ("bench", "chassis", "contracts", "deploy", "services")
SUFFIXES = {
    *(".py", ".html", ".js", ".css", ".po", ".json", ".yaml", ".conf", ".sh", ".lua"),
    *(".typ", ".toml", ".mako", ".sql", ""),
}
EXEMPT = {"chassis/settings.py": "the one default"}
EXAMPLES = ("contracts/samples", "contracts/released")
"""What a fact looks like, in numbers of one state or another."""
COMMENT = re.compile(r"^\s*(#|//|\*|/\*|\{#)|(?<=\s)#\s.*$")


def names_of_states() -> re.Pattern[str]:
    """The names that states go by, their agencies', and those of the systems they replace."""
    places = [load_place(state_folder(code)) for code in STATES]
    names = {place.name for place in places} | {place.agency_short_name for place in places}
    words = sorted({*names, *STATES, "KECS", "CECS"})
    return re.compile(rf"(?<![A-Za-z])({'|'.join(words)})(?-i:(?![a-z]))", re.IGNORECASE)


def states_named(root: Path, names: re.Pattern[str]) -> Iterator[str]:
    """Where a state is named, other than in a comment or docstring that cites a source."""
    for path in sorted(path for folder in FOLDERS for path in (root / folder).rglob("*")):
        place = path.relative_to(root).as_posix()
        if path.suffix not in SUFFIXES or place in EXEMPT or place.startswith(EXAMPLES):
            continue
        if names.search(place):
            yield f"{place}:0"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        for line, said in _said_in_python(text) if path.suffix == ".py" else _lines(text):
            if names.search(said):
                yield f"{place}:{line}"


def _said_in_python(text: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(text)
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(said)) if id(node) not in documented:
                yield node.lineno, said
            case (
                ast.Name(id=said)
                | ast.Attribute(attr=said)
                | ast.FunctionDef(name=said)
                | ast.ClassDef(name=said)
                | ast.arg(arg=said)
                | ast.keyword(arg=str(said))
            ):
                yield node.lineno, said
            case ast.Import(names=imported) | ast.ImportFrom(names=imported):
                yield from ((node.lineno, name.name) for name in imported)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        yield number, COMMENT.sub("", line) if not COMMENT.match(line) else ""


def test_the_states_have_names() -> None:
    assert names_of_states().search("the Kentucky board")


def test_nothing_but_a_states_folder_names_it() -> None:
    assert list(states_named(ROOT, names_of_states())) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("services/lending/pages.py", 'TITLE = "Books of Kentucky"\n'),
        ("services/lending/pages.py", "if state == connecticut: ...\n"),
        ("services/lending/pages.py", "def kentucky_fee(day): ...\n"),
        ("services/lending/pages.py", "class KentuckyRules: ...\n"),
        ("services/lending/pages.py", "def fee(connecticut): ...\n"),
        ("services/lending/pages.py", "fee(kentucky=1)\n"),
        ("services/lending/pages.py", "from services.lending import connecticut\n"),
        ("services/lending/certificate.typ", "Commonwealth of Kentucky\n"),
        ("deploy/suite", "export JURISDICTION=kentucky\n"),
        ("services/lending/templates/a.html", "<p>Ask EPSB.</p>\n"),
        ("deploy/compose.yaml", "JURISDICTION: kentucky\n"),
    ],
)
def test_a_state_that_is_named_is_found(path: str, text: str, tmp_path: Path) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(f"# After KRS 161.120, in Kentucky.\n{text}")

    found = list(states_named(tmp_path, names_of_states()))

    assert found == [f"{path}:2"]
