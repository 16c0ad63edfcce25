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
    for path in layer_modules(folder, *WEB):
        place = path.relative_to(folder)
        # `pages/loans.py` has `loans`; `loans/pages.py`, in the folder of a noun, `loans_pages`.
        expected = "_".join([*(each for each in place.parts[:-1] if each not in WEB), path.stem])
        blueprints = list(_blueprints(ast.parse(path.read_text(encoding="utf-8"), str(path))))
        for assigned, named in blueprints:
            if (assigned, named) != ("blueprint", expected):
                yield f"{service}: {place} calls its blueprint {assigned} = {named!r}"
        if blueprints and not re.search(rf"\b{expected}\.blueprint\b", app):
            yield f"{service}: app.py does not list the blueprint of {place}"


def layer_modules(folder: Path, *layers: str) -> list[Path]:
    """A service's modules of these layers, also where a large service has a folder a noun."""
    nouns = (path for path in folder.iterdir() if path.is_dir() and path.name not in SHAPE)
    return sorted(
        path
        for top in (folder, *nouns)
        for layer in layers
        for path in (*top.glob(f"{layer}.py"), *top.glob(f"{layer}/**/*.py"))
    )


def _blueprints(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The variable and the name of each blueprint that a module makes."""
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[target], value=ast.Call() as made)
                | ast.AnnAssign(target=target, value=ast.Call() as made)
            ) if ast.unparse(made.func).rpartition(".")[2] == "Blueprint":
                name = ast.unparse(made.args[0]).strip("'") if made.args else ""
                yield ast.unparse(target), name


def init_faults(root: Path) -> Iterator[str]:
    """Each `__init__.py` that holds more or less than its docstring."""
    for path in packages(root):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        if ast.get_docstring(tree) is None or len(tree.body) > 1:
            yield f"{path.relative_to(root)} holds something else than a docstring"


def packages(root: Path) -> list[Path]:
    """The `__init__.py` of each package; those of contracts register every fact on import."""
    return sorted(
        path for folder in ("chassis", "services") for path in (root / folder).rglob("__init__.py")
    )


def schema_faults(root: Path, service: str) -> Iterator[str]:
    """Schemas that are not named for what they read or answer, as docs/architecture.md says."""
    folder = root / "services" / service
    api, pages = (_source(layer_modules(folder, layer)) for layer in ("api", "pages"))
    by_api, by_pages = (_schemas_imported(service, source) for source in (api, pages))
    for name in sorted(by_api):
        is_query = re.search(rf'arguments\({name}\b[(), ]+location="query"', api) is not None
        if not name.endswith("Schema") or name.endswith("QuerySchema") != is_query:
            yield f"{service}: {name} is {'the query' if is_query else 'no query'} of an API"
    for name in sorted(by_pages - by_api):
        if not name.endswith(("Form", "QuerySchema")):
            yield f"{service}: {name} is read by pages alone"


def _source(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _schemas_imported(service: str, source: str) -> set[str]:
    return {
        alias.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and _is_of_schemas(service, node.module or "")
        for alias in node.names
        if alias.name[0].isupper()
    }


def _is_of_schemas(service: str, module: str) -> bool:
    """Whether this is `schemas`, or a module of it, of the service or of one of its nouns."""
    return module.startswith(f"services.{service}.") and "schemas" in module.split(".")[2:]


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
    assert layer_modules(ROOT / "services" / service, *WEB)
    assert list(blueprint_faults(ROOT, service)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_each_schema_is_named_for_what_it_reads_or_answers(service: str) -> None:
    assert list(schema_faults(ROOT, service)) == []


def test_every_package_begins_with_a_docstring_and_nothing_else() -> None:
    assert len(packages(ROOT)) >= 40
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


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


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


WHERE_ROUTES_ARE = [
    ("{}.py", "schemas"),
    ("{}/loans.py", "schemas.loans"),
    ("loans/{}.py", "loans.schemas"),
    ("loans/{}/lent.py", "loans.schemas.lent"),
]


@pytest.mark.parametrize(("place", "schemas"), WHERE_ROUTES_ARE)
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
    library: Path, api: str, pages: str, faults: list[str], place: str, schemas: str
) -> None:
    for name, used in (("api", api), ("pages", pages)):
        found = re.search(r"Loan\w+", used)
        schema = f"from services.library.{schemas} import {found[0]}\n" if found else ""
        write(library / "services/library" / place.format(name), f"{schema}{used}\n")
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
        (
            SHELVES.replace("blueprint =", "blueprint: Blueprint ="),
            "",
            "app.py does not list the blueprint of pages/shelves.py",
        ),
        (
            SHELVES.replace("Blueprint(", "smorest.Blueprint("),
            "",
            "app.py does not list the blueprint of pages/shelves.py",
        ),
    ],
)
def test_a_blueprint_that_is_not_its_modules_is_named(
    library: Path, blueprint: str, app: str, fault: str | None
) -> None:
    write(library / "services/library/pages/shelves.py", blueprint)
    write(library / "services/library/app.py", f"PAGES = ({app},)\n" if app else "")
    assert list(blueprint_faults(library, "library")) == ([f"library: {fault}"] if fault else [])


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("api/loans.py", "loans"),
        ("loans/pages.py", "loans_pages"),
        ("loans/api.py", "loans_api"),
        ("loans/pages/lent.py", "loans_lent"),
    ],
)
def test_the_blueprints_of_a_package_and_of_a_noun_are_looked_at(
    library: Path, place: str, name: str
) -> None:
    folder = library / "services/library"
    write(folder / place, f'blueprint = Blueprint("{name}", __name__)\n')
    assert list(blueprint_faults(library, "library")) == [
        f"library: app.py does not list the blueprint of {place}"
    ]

    write(folder / "app.py", f"ROUTES = ({name}.blueprint,)\n")
    assert list(blueprint_faults(library, "library")) == []

    write(folder / place, 'blueprint = Blueprint("another", __name__)\n')
    assert list(blueprint_faults(library, "library")) == [
        f"library: {place} calls its blueprint blueprint = 'another'"
    ]


def test_a_module_that_is_too_long_is_named(library: Path) -> None:
    (library / "chassis/service.py").write_text("x = 1\n" * (LONGEST_FILE + 1))
    assert list(size_faults(library)) == ["chassis/service.py: 351 lines, more than 350"]
