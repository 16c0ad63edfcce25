"""The six services have one shape: the same names, the same canvas, and small files."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from chassis.security.tokens import key_reactions
from contracts import event_classes
from services.names import SERVICES
from tests.architecture.suite import ROOT, modules_of, reactions_of

SHAPE = {
    "README.md",
    "__init__.py",
    "access",
    "adapters",
    "api",
    "app.py",
    "background",
    "commands",
    "domain",
    "formats",
    "internal",
    "jurisdiction",
    "jurisdictions",
    "migrations",
    "pages",
    "queries",
    "reactions",
    "schedule",
    "schemas",
    "settings",
    "templates",
    "translations",
    "usecases",
}
NEEDED = {"README.md", "__init__.py", "app.py", "migrations"}

CANVAS = ("Owns", "Publishes", "Reacts to", "Pages", "API", "Settings")
LONGEST_FILE = 350
PRODUCT = ("contracts", "chassis", "services")
LONGEST_CREATE_APP = 40
WEB = ("api", "internal", "pages")
"""Where a service's routes are; each module there has a blueprint of its own."""


def shape_faults(root: Path, service: str) -> Iterator[str]:
    """What a service has that the others have not, or lacks that they have."""
    folder = root / "services" / service
    present = {
        path.name if path.name in SHAPE else path.name.removesuffix(".py")
        for path in folder.iterdir()
        if path.name != "__pycache__"
    }
    for name in sorted(present - SHAPE):
        yield f"{service}: {name} is no name that every service may have"
    for name in sorted(NEEDED - present):
        yield f"{service}: {name} is missing"


def canvas_faults(root: Path, service: str) -> Iterator[str]:
    """Which parts of the one-page canvas a service's README lacks."""
    path = root / "services" / service / "README.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for row in CANVAS:
        if f"\n| {row} |" not in text:
            yield f"{service}: README.md has no row '{row}'"
    if not text.startswith(f"# {service}\n"):
        yield f"{service}: README.md is not headed '# {service}'"
    if "\n## Troubleshooting\n" not in text:
        yield f"{service}: README.md has no section Troubleshooting"


def unnamed_facts(readme: str, row: str, topics: Iterable[str]) -> Iterator[str]:
    """The facts that a row of the canvas does not name, in full or by their last word: `-lent`."""
    told = re.search(rf"^\| {row} \|(.*)$", readme, re.MULTILINE)
    for topic in topics:
        name, _, _ = topic.rpartition(".")
        if not told or not re.search(rf"`({name}|-{name.rpartition('-')[2]})`", told.group(1)):
            yield f"'{row}' does not name {name}"


def app_faults(root: Path, service: str) -> Iterator[str]:
    """Whether `create_app` does more than put parts together."""
    path = root / "services" / service / "app.py"
    made = [
        node
        for node in ast.parse(path.read_text(encoding="utf-8"), str(path)).body
        if isinstance(node, ast.FunctionDef) and node.name == "create_app"
    ]
    if not made:
        yield f"{service}: app.py has no create_app"
    for node in made:
        lines = (node.end_lineno or 0) - node.lineno + 1
        if lines > LONGEST_CREATE_APP:
            yield f"{service}: create_app has {lines} lines, more than {LONGEST_CREATE_APP}"


def blueprint_faults(root: Path, service: str) -> Iterator[str]:
    """Blueprints that are not named for their module, and those that `app.py` does not list."""
    folder = root / "services" / service
    app = (folder / "app.py").read_text(encoding="utf-8")
    for name in WEB:
        for path in sorted([*folder.glob(f"{name}.py"), *folder.glob(f"{name}/**/*.py")]):
            place = path.relative_to(folder)
            blueprints = list(_blueprints(ast.parse(path.read_text(encoding="utf-8"), str(path))))
            for assigned, named in blueprints:
                if (assigned, named) != ("blueprint", path.stem):
                    yield f"{service}: {place} calls its blueprint {assigned} = {named!r}"
            if blueprints and not re.search(rf"\b{path.stem}\.blueprint\b", app):
                yield f"{service}: app.py does not list the blueprint of {place}"


def _blueprints(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The variable and the name of each blueprint that a module makes."""
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[target],
                value=ast.Call(
                    func=ast.Name(id="Blueprint"), args=[ast.Constant(value=str(named)), *_]
                ),
            ):
                yield ast.unparse(target), named


def init_faults(root: Path) -> Iterator[str]:
    """Each `__init__.py` that holds more or less than its docstring."""
    for folder in ("chassis", "services"):
        for path in sorted((root / folder).rglob("__init__.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            if ast.get_docstring(tree) is None or len(tree.body) > 1:
                yield f"{path.relative_to(root)} holds something else than a docstring"


def schema_faults(root: Path, service: str) -> Iterator[str]:
    """Schemas that are not named for what they read or answer, as docs/architecture.md says."""
    api, pages = (_sources(root / "services" / service, name) for name in ("api", "pages"))
    by_api, by_pages = (_schemas_imported(service, source) for source in (api, pages))
    for name in sorted(by_api):
        is_query = re.search(rf'arguments\({name}\b[(), ]+location="query"', api) is not None
        if not name.endswith("Schema") or name.endswith("QuerySchema") != is_query:
            yield f"{service}: {name} is {'the query' if is_query else 'no query'} of an API"
    for name in sorted(by_pages - by_api):
        if not name.endswith(("Form", "QuerySchema")):
            yield f"{service}: {name} is read by pages alone"


def _sources(folder: Path, name: str) -> str:
    paths = sorted([*folder.glob(f"{name}.py"), *folder.glob(f"{name}/**/*.py")])
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _schemas_imported(service: str, source: str) -> set[str]:
    return {
        alias.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and node.module == f"services.{service}.schemas"
        for alias in node.names
        if alias.name[0].isupper()
    }


def size_faults(root: Path) -> Iterator[str]:
    """Modules that are too long to be read in one go."""
    for path in modules_of(root, PRODUCT):
        lines = line_count(path)
        if lines > LONGEST_FILE:
            yield f"{path.relative_to(root)}: {lines} lines, more than {LONGEST_FILE}"


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_the_common_names_only(service: str) -> None:
    assert list(shape_faults(ROOT, service)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_its_canvas(service: str) -> None:
    assert list(canvas_faults(ROOT, service)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_each_canvas_names_what_is_published_and_reacted_to(service: str) -> None:
    readme = (ROOT / "services" / service / "README.md").read_text(encoding="utf-8")
    published = [fact.topic for fact in event_classes() if fact.publisher() == service]
    heard = set(reactions_of(service).topics) - set(key_reactions.topics)
    assert list(unnamed_facts(readme, "Publishes", published)) == []
    assert list(unnamed_facts(readme, "Reacts to", sorted(heard))) == []


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_put_together_in_few_lines(service: str) -> None:
    assert list(app_faults(ROOT, service)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_each_module_of_routes_has_a_blueprint_of_its_name(service: str) -> None:
    assert list(blueprint_faults(ROOT, service)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_each_schema_is_named_for_what_it_reads_or_answers(service: str) -> None:
    assert list(schema_faults(ROOT, service)) == []


def test_every_package_begins_with_a_docstring_and_nothing_else() -> None:
    # That of contracts is another matter: to import it is to register every fact.
    assert len(list((ROOT / "services").rglob("__init__.py"))) > len(SERVICES)
    assert list(init_faults(ROOT)) == []


def test_every_module_can_be_read_in_one_go() -> None:
    assert len(modules_of(ROOT, PRODUCT)) >= 300
    assert len(SERVICES) >= 6
    assert list(size_faults(ROOT)) == []


def test_the_chassis_says_how_large_it_is(record_property: Callable[[str, object], None]) -> None:
    lines = [line_count(path) for path in (ROOT / "chassis").rglob("*.py")]
    record_property("chassis_lines", sum(lines))
    print(f"chassis: {sum(lines)} lines in {len(lines)} files")
    assert 0 < sum(lines) < LONGEST_FILE * len(lines)


GOOD_README = "# library\n\n| | |\n|---|---|\n" + "".join(f"| {row} | x |\n" for row in CANVAS)


@pytest.fixture
def library(paper_suite: Path) -> Path:
    """The root of a suite whose service `library` has the right shape."""
    for name in ("checkout", "numbers"):
        (paper_suite / f"services/library/{name}.py").unlink()
    (paper_suite / "services/library/migrations").mkdir()
    readme = paper_suite / "services/library/README.md"
    readme.write_text(f"{GOOD_README}\n## Troubleshooting\n\nRest.\n")
    app = "def create_app():\n" + "    part()\n" * (LONGEST_CREATE_APP - 1)
    (paper_suite / "services/library/app.py").write_text(app)
    return paper_suite


def test_a_service_of_the_right_shape_is_left_alone(library: Path) -> None:
    assert list(shape_faults(library, "library")) == []
    assert list(canvas_faults(library, "library")) == []
    assert list(app_faults(library, "library")) == []
    assert list(size_faults(library)) == []


@pytest.mark.parametrize("name", ["tasks.py", "models", "handlers.py", "app", "README.txt"])
def test_a_name_that_the_others_do_not_have_is_named(library: Path, name: str) -> None:
    (library / "services/library" / name).mkdir()
    [fault] = shape_faults(library, "library")
    assert fault.startswith(f"library: {name.removesuffix('.py')} is no name")


def test_a_service_without_what_all_need_is_named(library: Path) -> None:
    (library / "services/library/README.md").unlink()
    assert "library: README.md is missing" in shape_faults(library, "library")


@pytest.mark.parametrize(
    "part", [*(f"| {row} |" for row in CANVAS), "# library", "## Troubleshooting"]
)
def test_a_canvas_with_a_missing_part_is_named(library: Path, part: str) -> None:
    readme = library / "services/library/README.md"
    readme.write_text(readme.read_text().replace(part, "gone"))
    [fault] = canvas_faults(library, "library")
    assert fault.startswith("library: README.md ")


def test_a_fact_that_the_canvas_does_not_name_is_found() -> None:
    readme = "# library\n\n| Publishes | `library.book-lent`, `-lost` |\n| Reacts to | nothing |\n"
    topics = ["library.book-lent.v1", "library.book-lost.v1", "library.book-found.v1"]
    named = ["'Publishes' does not name library.book-found"]
    assert list(unnamed_facts(readme, "Publishes", topics)) == named
    assert len(list(unnamed_facts(readme, "Reacts to", topics))) == 3
    assert len(list(unnamed_facts(readme, "Owns", topics))) == 3


def test_a_create_app_that_does_more_than_wiring_is_named(library: Path) -> None:
    app = library / "services/library/app.py"
    app.write_text(f"{app.read_text()}    part()\n")
    assert list(app_faults(library, "library")) == [
        "library: create_app has 41 lines, more than 40"
    ]
    app.write_text("app = None\n")
    assert list(app_faults(library, "library")) == ["library: app.py has no create_app"]


@pytest.mark.parametrize(
    "text",
    ["", "import flask\n", '"""Rules."""\nfrom .book import Book\n', '"""Rules."""\nX = 1\n'],
)
def test_a_package_that_holds_more_than_a_docstring_is_named(library: Path, text: str) -> None:
    assert list(init_faults(library)) == []
    (library / "services/library/domain/__init__.py").write_text(text)
    assert list(init_faults(library)) == [
        "services/library/domain/__init__.py holds something else than a docstring"
    ]


@pytest.mark.parametrize(
    ("api", "pages", "faults"),
    [
        ('arguments(LoanQuerySchema(), location="query")', "LoanForm", []),
        ("response(200, LoanSchema)", "LoanSchema", []),
        ("response(200, LoanForm)", "LoanForm", ["LoanForm is no query of an API"]),
        ("arguments(LoanQuerySchema)", "", ["LoanQuerySchema is no query of an API"]),
        ('arguments(LoanSchema, location="query")', "", ["LoanSchema is the query of an API"]),
        ("", "LoanSchema", ["LoanSchema is read by pages alone"]),
    ],
)
def test_a_schema_of_another_kinds_name_is_named(
    library: Path, api: str, pages: str, faults: list[str]
) -> None:
    for name, used in (("api", api), ("pages", pages)):
        found = re.search(r"Loan\w+", used)
        schema = f"from services.library.schemas import {found[0]}\n" if found else ""
        (library / f"services/library/{name}.py").write_text(f"{schema}{used}\n")
    expected = [f"library: {fault}" for fault in faults]
    assert list(schema_faults(library, "library")) == expected


SHELVES = 'blueprint = Blueprint("shelves", __name__, url_prefix="/library")\n'


@pytest.mark.parametrize(
    ("blueprint", "app", "fault"),
    [
        (SHELVES, "shelves.blueprint", None),
        ("", "", None),
        (SHELVES, "", "app.py does not list the blueprint of pages/shelves.py"),
        (
            SHELVES,
            "bookshelves.blueprint",
            "app.py does not list the blueprint of pages/shelves.py",
        ),
        (
            SHELVES.replace("shelves", "pages"),
            "shelves.blueprint",
            "pages/shelves.py calls its blueprint blueprint = 'pages'",
        ),
        (
            SHELVES.replace("blueprint =", "routes ="),
            "shelves.blueprint",
            "pages/shelves.py calls its blueprint routes = 'shelves'",
        ),
    ],
)
def test_a_blueprint_that_is_not_its_modules_is_named(
    library: Path, blueprint: str, app: str, fault: str | None
) -> None:
    pages = library / "services/library/pages"
    pages.mkdir()
    (pages / "shelves.py").write_text(f"from flask import Blueprint\n{blueprint}")
    (library / "services/library/app.py").write_text(f"PAGES = ({app},)\n" if app else "")
    assert list(blueprint_faults(library, "library")) == ([f"library: {fault}"] if fault else [])


def test_a_module_that_is_too_long_is_named(library: Path) -> None:
    (library / "chassis/service.py").write_text("x = 1\n" * (LONGEST_FILE + 1))
    assert list(size_faults(library)) == ["chassis/service.py: 351 lines, more than 350"]
