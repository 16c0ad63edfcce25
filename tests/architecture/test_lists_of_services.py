"""A new service is its folder and few files more: whatever lists services derives it from one."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chassis.settings import service_names
from deploy import lists
from services.names import SERVICES, WITH_DATABASE
from tests.architecture.suite import ROOT

AT_MOST = 8
# Files that every service has by its own name, outside its folder.
NAMED_AFTER_IT = ("contracts/{}.py", "deploy/kubernetes/base/{}.yaml")
# Where a service that needs packages of its own names them.
FOR_PACKAGES = ("pyproject.toml",)
# Files that name all of them, each with what only a person knows of a service.
LISTED_BY_HAND = {
    "contracts/__init__.py": "its facts, as part of the language",
    "contracts/addresses.py": "the words of its links in the navigation",
    "deploy/compose.yaml": "the secrets, networks and volumes that it needs",
    "services/identity/pages/home.py": "what a visitor does there, in a sentence",
    "tests/faults/invariants/told.py": "which tables its facts must agree with",
}
# Files that name them all, here and there, but would be complete without one of them.
NO_LISTS = {
    "deploy/observability/prometheus/alerts.test.yaml": "each example is about one service",
    "tests/browser/everything.py": "a walk, which opens pages of each",
    "tests/browser/test_excerpts.py": "pages that hold excerpts of another's, one a test",
    "tests/compose/test_boundaries.py": "each boundary is tried between two of them",
    "tests/faults/invariants/answered.py": "what each command of the load promises",
    "tests/faults/planted.py": "each fault is planted in one of them",
    "tests/unit/identity/test_sign_in.py": "each example goes on to a page of one of them",
}
SEARCHED = ("bench", "chassis", "contracts", "deploy", "services", "tests")
GENERATED = ("contracts/released", "contracts/samples")
# What states say, such as which role has a service's permissions.
STATES = ("tests/data/jurisdictions",)
NO_SOURCE = (".md", ".pdf", ".png", ".pyc", ".woff2", ".zip")
IMPORT_FROM_ONE = re.compile(r"^from \w+\.\S+ import .*\n", re.MULTILINE)


def files_listing(root: Path, names: Sequence[str]) -> list[str]:
    """The files that hold by hand a list of these services."""
    found = [path for path in _searched(root) if _lists(path, names)]
    return sorted({str(path.relative_to(root)) for path in found} - NO_LISTS.keys())


def _searched(root: Path) -> Iterator[Path]:
    skipped = [root / folder for folder in GENERATED + STATES]
    places = [path for folder in SEARCHED for path in (root / folder).rglob("*")]
    for path in [root / "Makefile", root / "pyproject.toml", *places]:
        is_source = path.suffix not in NO_SOURCE
        if path.is_file() and is_source and not any(path.is_relative_to(each) for each in skipped):
            yield path


def _lists(path: Path, names: Sequence[str]) -> bool:
    """Whether all are named in lines that nobody generates; they may be far apart."""
    text = path.read_text(encoding="utf-8", errors="replace")
    text = IMPORT_FROM_ONE.sub("", lists.BLOCK.sub("", text))
    return all(re.search(rf"(?<![a-z]){name}(?![a-z])", text) for name in names)


def test_the_services_are_the_folders_with_an_application(paper_suite: Path) -> None:
    assert service_names(paper_suite / "services") == ("guild", "lending", "library")
    assert service_names() == SERVICES
    assert len(SERVICES) >= 6
    assert set(WITH_DATABASE) == set(SERVICES) - {"lookup"}


def test_a_new_service_needs_few_files_outside_its_folder() -> None:
    assert files_listing(ROOT, WITH_DATABASE) == sorted(LISTED_BY_HAND)
    assert len({*LISTED_BY_HAND, *NAMED_AFTER_IT, *FOR_PACKAGES}) <= AT_MOST


@pytest.mark.parametrize("file", NO_LISTS)
def test_a_file_that_is_left_out_names_them_all(file: str) -> None:
    assert _lists(ROOT / file, WITH_DATABASE)


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_each_service_has_the_files_that_are_named_after_it(service: str) -> None:
    files = [each.format(service) for each in NAMED_AFTER_IT]
    assert [file for file in files if not (ROOT / file).is_file()] == []


LIBRARY = ("library", "lending", "reminders")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("tests/suite.py", "SERVICES = ({})"),
        ("deploy/compose.yaml", "  {}-web: *web"),
        ("deploy/compose.yaml", "  {}-web:\n" + "    key: value\n" * 20),
        ("services/library/home.py", '    "/{}/": 1,'),
    ],
)
def test_another_list_is_found(paper_suite: Path, path: str, line: str) -> None:
    assert files_listing(paper_suite, LIBRARY) == []

    (paper_suite / path).parent.mkdir(parents=True, exist_ok=True)
    (paper_suite / path).write_text("\n".join(line.format(name) for name in LIBRARY))

    assert files_listing(paper_suite, LIBRARY) == [path]


def test_a_list_that_is_generated_is_not_counted(paper_suite: Path) -> None:
    script = paper_suite / "deploy/each.sh"
    script.parent.mkdir()
    block = "#: services\n#| for each in SERVICES( ); do\n#: end\n"
    script.write_text(lists.filled(block, LIBRARY))

    assert "library lending reminders" in script.read_text()
    assert files_listing(paper_suite, LIBRARY) == []
