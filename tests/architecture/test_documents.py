"""What Markdown points at exists: links with their headings, paths, modules; and the picture of
the architecture names every step and layer that the rules have.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.names import SERVICES
from tests.architecture.arrows import LAYERS, STAIR
from tests.architecture.suite import ROOT

FOLDERS = ("jurisdictions", "bench", "chassis", "contracts", "deploy", "docs", "services", "tests")
HISTORY = "CHANGELOG.md"
"""Names what is gone, on purpose."""
SUFFIXES = "conf|css|csv|html|js|json|lock|md|po|py|sh|toml|yaml"
LEAST_DOCUMENTS, LEAST_LINKS, LEAST_PATHS = 30, 70, 80

_FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_PATH = re.compile(
    rf"(?!var/|bench/results/)"  # what runs write
    rf"(?:(?:{'|'.join(FOLDERS)})/[\w./*-]*|[\w*][\w./*-]*\.(?:{SUFFIXES}))"
)
_MODULE = re.compile(r"(?:chassis|contracts|services|tests|bench)(?:\.\w+)+")


def documents(root: Path) -> list[Path]:
    """All Markdown of the repository."""
    inside = [path for folder in FOLDERS for path in (root / folder).rglob("*.md")]
    return sorted([*root.glob("*.md"), *inside])


def links_in(document: Path) -> list[str]:
    """The targets of the document's links that lead to files."""
    text = _CODE.sub("", _FENCED.sub("", document.read_text(encoding="utf-8")))
    return [target for target in _LINK.findall(text) if "://" not in target]


def broken_links(document: Path) -> Iterator[str]:
    """Links whose file or heading is not there."""
    for target in links_in(document):
        place, _, heading = target.partition("#")
        path = document.parent / place if place else document
        if not path.exists():
            yield f"{document.name}: {target} does not exist"
        elif heading and heading not in _headings(path):
            yield f"{document.name}: {target} is no heading"


def _headings(document: Path) -> set[str]:
    """The headings as the sites that show Markdown link to them."""
    titles = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def paths_in(document: Path) -> list[str]:
    """The paths and modules of the repository that the document names in backticks.

    A place for a name, as `<state>`, stands for any.
    """
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    words = [
        re.sub(r"<[^<>]*>|\bX\b", "*", word)
        for code in _CODE.findall(text)
        if not code.startswith("kubectl")  # which calls a Deployment `deploy/name`
        for word in code.split()
    ]
    return [word for word in words if _PATH.fullmatch(word) or _MODULE.fullmatch(word)]


def lost_paths(root: Path, document: Path) -> Iterator[str]:
    """Paths and modules that the document names and the repository does not have."""
    for path in paths_in(document):
        found = _module_exists(root, path) if _is_module(path) else _exists(root, document, path)
        if not found:
            yield f"{document.relative_to(root)}: {path} does not exist"


def _is_module(path: str) -> bool:
    return _MODULE.fullmatch(path) is not None and _PATH.fullmatch(path) is None


def _exists(root: Path, document: Path, path: str) -> bool:
    """From the root or below the document's folder; a page of docs/ may mean every service."""
    if any(root.glob(path)):
        return True
    is_general = document.is_relative_to(root / "docs") or document.parent == root
    below = [root / folder for folder in FOLDERS] if is_general else [document.parent]
    return any(next(folder.rglob(path), None) for folder in below)


def _module_exists(root: Path, dotted: str) -> bool:
    """A module or package, or a name that a module holds."""
    module = root.joinpath(*dotted.split("."))
    if module.is_dir() or module.with_suffix(".py").is_file():
        return True
    holder = module.parent.with_suffix(".py")
    return holder.is_file() and re.search(rf"\b{module.name}\b", holder.read_text()) is not None


def unsaid_quotes(root: Path, service: str) -> Iterator[str]:
    """Messages that a service's Troubleshooting quotes, and nobody can read there."""
    folder = root / "services" / service
    readme = (folder / "README.md").read_text(encoding="utf-8")
    sources = [*folder.rglob("*.py"), *folder.rglob("*.html"), *(root / "chassis").rglob("*.py")]
    shown = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    for quote in re.findall(r'"([^"\n]+)"', readme.partition("## Troubleshooting")[2]):
        if quote not in shown:
            yield f"{service}: nothing says {quote!r}"


def test_every_link_leads_somewhere() -> None:
    every = documents(ROOT)
    assert len(every) >= LEAST_DOCUMENTS
    assert sum(len(links_in(document)) for document in every) >= LEAST_LINKS
    assert [fault for document in every for fault in broken_links(document)] == []


def test_every_path_that_a_document_names_exists() -> None:
    named = [document for document in documents(ROOT) if document.name != HISTORY]
    assert sum(len(paths_in(document)) for document in named) >= LEAST_PATHS
    assert [fault for document in named for fault in lost_paths(ROOT, document)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_message_that_troubleshooting_quotes_is_one_that_people_see(service: str) -> None:
    assert list(unsaid_quotes(ROOT, service)) == []


def test_the_architecture_names_every_step_and_every_layer() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]*`[^|]*) \|", text, re.MULTILINE)
    assert [tuple(re.findall(r"`(\w+)`", row)) for row in rows] == list(STAIR)
    words = set(re.findall(r"\w+", text))
    assert [name for layer in LAYERS for name in layer if name not in words] == []


@pytest.fixture
def page(paper_suite: Path) -> Path:
    """A page of the documents, with what it names in place."""
    (paper_suite / "docs").mkdir()
    (paper_suite / "docs/other.md").write_text("# Other\n\n## What it's for\n")
    return paper_suite / "docs/page.md"


def faults_of(page: Path, text: str) -> list[str]:
    """The faults of a page with this text."""
    page.write_text(text)
    return [*broken_links(page), *lost_paths(page.parents[1], page)]


@pytest.mark.parametrize(
    "text",
    [
        "[other](other.md), [its use](other.md#what-its-for), [far](https://example.org/no.md)",
        "`chassis/service.py`, `services/library/`, `services/<name>/numbers.py`, `numbers.py`",
        "`chassis.service`, `services.X.numbers`, `/docs/events/<topic>.json`, `var/log.json`",
        "```\nchassis/gone.py and [gone](gone.md)\n```",
        "`kubectl exec deploy/library-worker`",
    ],
)
def test_what_exists_or_is_no_path_is_left_alone(page: Path, text: str) -> None:
    assert faults_of(page, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "[gone](gone.md)",
        "[gone](other.md#what-it-was-for)",
        "`chassis/gone.py`",
        "`python services/library/gone/`",
        "`services/<name>/gone.py`",
        "`gone.py`",
        "`python -m chassis.gone`",
        "`chassis.service.gone`",
    ],
)
def test_what_a_page_names_and_is_gone_is_found(page: Path, text: str) -> None:
    [fault] = faults_of(page, text)
    assert fault.startswith(("page.md: ", "docs/page.md: "))


def test_a_quoted_message_that_was_reworded_is_found(paper_suite: Path) -> None:
    readme = paper_suite / "services/library/README.md"
    readme.write_text('## Troubleshooting\n\n* *"Call numbers."*: see "The clock." and "Calls."\n')
    assert list(unsaid_quotes(paper_suite, "library")) == ["library: nothing says 'Calls.'"]


def test_a_service_means_its_own_files(paper_suite: Path) -> None:
    readme = paper_suite / "services/library/README.md"
    readme.write_text("`numbers.py`")
    assert list(lost_paths(paper_suite, readme)) == []
    readme.write_text("`service.py`")
    assert list(lost_paths(paper_suite, readme)) == [
        "services/library/README.md: service.py does not exist"
    ]
