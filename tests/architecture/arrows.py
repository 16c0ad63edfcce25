"""The arrows between the suite's modules, read from their source: which imports break a rule.

`services.X → chassis → contracts`, and inside a service inwards through `LAYERS`.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.architecture.clocks import times_asked
from tests.architecture.suite import modules_of

LAYERS = (
    ("domain", "jurisdiction"),
    ("adapters", "formats", "settings"),
    ("usecases", "queries", "schemas"),
    ("api", "background", "commands", "internal", "pages", "reactions", "schedule"),
    ("app",),
)
RANKS = {name: rank for rank, names in enumerate(LAYERS) for name in names}
EDGES = LAYERS[3]

STAIR = (
    ("app", "testing"),
    ("web",),
    ("operations", "worklist"),
    ("service",),
    ("security",),
    ("messaging", "schedule"),
    ("storage",),
    ("observability", "problems"),
    ("i18n", "context"),
    ("jurisdiction", "settings", "unconfirmed"),
    ("working_days",),
    ("rules",),
    ("calendar", "clock", "ids", "names", "setting_kinds", "state_folder"),
    ("toml_lines",),
)
"""The chassis from top to bottom; an import leads down, or stays inside its wing."""
STEPS = {name: step for step, names in enumerate(STAIR) for name in names}

SUITE_OWN = ("__main__", "acts", "demonstration", "names", "states")
"""What under services/ is no service, but knows them all."""

PROGRAMS = (
    "chassis/settings.py",
    "services/__main__.py",
    "services/payments/adapters/processors/sandbox_provider/__main__.py",
)
"""The settings, and the programs that are started by themselves: they read the environment."""

IMPORTS_BY_NAME = ("chassis/settings.py",)
"""The settings read each service's own list of them, wherever the service is installed."""

CONTRACTS_MAY = sys.stdlib_module_names | {"msgspec", "contracts"}
MAPPING = (
    *("Date", "ForeignKey", "Index", "JSON", "LargeBinary", "String", "Table", "Text"),
    *("UniqueConstraint", "text", "orm.DeclarativeBase", "orm.Mapped", "orm.declared_attr"),
    *("orm.mapped_column", "orm.relationship"),
)
"""What of SQLAlchemy describes a table; everything else of it opens sessions or asks databases."""
DOMAIN_MAY = (
    *("abc", "calendar", "collections", "dataclasses", "datetime", "decimal", "difflib", "enum"),
    *("functools", "itertools", "json", "math", "operator", "re", "typing", "unicodedata", "uuid"),
    "contracts",
    *(f"sqlalchemy.{name}" for name in MAPPING),
    *("chassis.calendar", "chassis.i18n.text", "chassis.ids", "chassis.problems"),
    *("chassis.jurisdiction", "chassis.names", "chassis.rules", "chassis.state_folder"),
    "msgspec.Meta",
    *("chassis.storage.database.Versioned", "chassis.storage.replicas"),
    *("chassis.storage.tables.service_metadata", "chassis.storage.types"),
    "chassis.worklist.domain",
)
"""All that a domain may import, besides its own service's domain and rules."""
RULES_MAY = (*DOMAIN_MAY, "msgspec", "pathlib")
"""All that a jurisdiction's rules may import: they are read from a state's file."""


class Import(NamedTuple):
    """A module that a line brings in; of `from a import b`, `a.b` where that is a module."""

    line: int
    module: str
    names: tuple[str, ...]


def find_violations(root: Path) -> list[str]:
    """Every line under `root` that breaks a rule, with the rule."""
    found = []
    for path in modules_of(root, ("contracts", "chassis", "services")):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        place = path.relative_to(root)
        found += [f"{place}:{line}: {rule}" for line, rule in _violations(root, place, tree)]
    for service in sorted(each for each in (root / "services").glob("*") if each.is_dir()):
        if service.name not in SUITE_OWN:
            found += _inward_violations(root, service.name)
    return found


def _violations(root: Path, place: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    imports = list(_imports(root, place, tree))
    yield from _between_packages(place, imports)
    if str(place) not in PROGRAMS:
        yield from _environment(imports, tree)
    if place.parts[0] == "chassis":
        yield from _stair(place, imports)
        yield from _imports_by_name(place, tree)
    if place.parts[0] == "services" and is_domain(place.parts):
        yield from _pure("domain", DOMAIN_MAY, place, imports, tree)
    elif place.parts[0] == "services" and is_jurisdiction(place.parts):
        yield from _pure("jurisdiction", RULES_MAY, place, imports, tree)


def is_domain(parts: tuple[str, ...]) -> bool:
    """Whether a module is of a service's domain, in whichever folder of a noun it stands."""
    return "domain" in {_inner_name(part) for part in parts[2:]}


def _imports_by_name(place: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    if str(place) in IMPORTS_BY_NAME:
        return
    for node in ast.walk(tree):
        named = ast.unparse(node) if isinstance(node, ast.Call) else ""
        if named.startswith(("import_module(", "importlib.import_module(", "__import__(")):
            yield getattr(node, "lineno", 0), "the chassis imports nothing by its name"


def is_jurisdiction(parts: tuple[str, ...]) -> bool:
    """Whether a module holds a service's rules that differ between states."""
    return "jurisdiction" in {_inner_name(part) for part in parts[2:]}


def _stair(place: Path, imports: list[Import]) -> Iterator[tuple[int, str]]:
    here = _inner_name(place.parts[1])
    if here == "__init__":
        return
    if here not in STEPS:
        yield 1, f"chassis: {here} has no place on the stair"
        return
    for each in imports:
        package, _, rest = each.module.partition(".")
        there = rest.partition(".")[0]
        if package == "chassis" and there and there != here and STEPS.get(there, -1) <= STEPS[here]:
            yield each.line, f"chassis: {here} may not import {there}, which is not below it"


def _between_packages(place: Path, imports: list[Import]) -> Iterator[tuple[int, str]]:
    package, inner = place.parts[0], _inner_name(place.parts[1])
    for each in imports:
        target, _, rest = each.module.partition(".")
        if target in ("tests", "bench"):
            yield each.line, f"the product may not import {each.module}"
        if package == "contracts" and target not in CONTRACTS_MAY:
            yield each.line, f"contracts imports only the standard library, not {each.module}"
        if target != "services" or (package == "services" and inner in SUITE_OWN):
            continue
        if package == "chassis":
            yield each.line, f"the chassis knows no service, not {each.module}"
        elif package == "services" and rest.partition(".")[0] != inner:
            yield each.line, f"a service never imports another: {each.module}"


def _environment(imports: list[Import], tree: ast.Module) -> Iterator[tuple[int, str]]:
    said = "only chassis/settings.py reads the environment"
    for each in imports:
        if each.module == "os" and {"environ", "getenv"} & set(each.names):
            yield each.line, said
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv"):
            yield node.lineno, said


def _pure(
    kind: str, may: tuple[str, ...], place: Path, imports: list[Import], tree: ast.Module
) -> Iterator[tuple[int, str]]:
    for each in imports:
        if not _is_allowed(may, place.parts[1], each):
            yield each.line, f"the {kind} knows no {each.module}"
    for line, asked in times_asked(tree):
        yield line, f"the {kind} is told the time and never asks: {asked}"


def _is_allowed(may: tuple[str, ...], service: str, each: Import) -> bool:
    parts = tuple(each.module.split("."))
    if parts[:2] == ("services", service):
        inner = {"domain", "jurisdiction"}
        return bool(inner & set(parts[2:]) or (each.names and inner >= set(each.names)))
    names = [f"{each.module}.{name}" for name in each.names] or [each.module]
    return all(any(f"{name}.".startswith(f"{allowed}.") for allowed in may) for name in names)


def _inward_violations(root: Path, service: str) -> Iterator[str]:
    """Imports inside one service that lead outward, also by way of modules without a layer.

    A large service has a folder a noun, each with the same layers; nouns import each other in one
    order, never in a circle.
    """
    graph = _graph(root, service)
    for name in sorted(graph):
        if _layer(name) not in RANKS:
            continue
        for reached in sorted(_reached(graph, name)):
            here, there = _layer(name), _layer(reached)
            if RANKS[there] > RANKS[here] or (here in EDGES and there in EDGES):
                yield f"services/{service}: {name} may not import {reached}"
    yield from _circles(service, graph)


def _circles(service: str, graph: dict[str, set[str]]) -> Iterator[str]:
    nouns: dict[str, set[str]] = {}
    for name, imported in graph.items():
        if noun := _noun(name):
            nouns.setdefault(noun, set()).update({_noun(each) for each in imported} - {noun, ""})
    for noun in sorted(nouns):
        seen: set[str] = set()
        waiting = list(nouns[noun])
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting += nouns.get(each, ())
        if noun in seen:
            yield f"services/{service}: {noun} imports itself by way of other nouns"


def _graph(root: Path, service: str) -> dict[str, set[str]]:
    """For each layer of each noun inside a service, what inside it that it imports."""
    graph: dict[str, set[str]] = {}
    own = f"services.{service}."
    for path in sorted((root / "services" / service).rglob("*.py")):
        place = path.relative_to(root)
        if "migrations" in place.parts:
            continue
        name = _part_of(place.parts[2:])
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        names = {
            _part_of(tuple(each.module.removeprefix(own).split(".")))
            for each in _imports(root, place, tree)
            if each.module.startswith(own)
        }
        graph.setdefault(name, set()).update(names - {name})
    return graph


def _part_of(parts: tuple[str, ...]) -> str:
    """`usecases`, or `members/usecases` in a folder of a noun; else the first name."""
    inner = [_inner_name(part) for part in parts]
    if inner[0] not in RANKS and len(inner) > 1 and inner[1] in RANKS:
        return f"{inner[0]}/{inner[1]}"
    return inner[0]


def _layer(name: str) -> str:
    return name.rpartition("/")[2]


def _noun(name: str) -> str:
    return name.rpartition("/")[0]


def _reached(graph: dict[str, set[str]], name: str) -> set[str]:
    """What has a layer and is imported, directly or through modules without one."""
    reached: set[str] = set()
    seen: set[str] = set()
    waiting = list(graph[name])
    while waiting:
        each = waiting.pop()
        if _layer(each) in RANKS:
            reached.add(each)
        elif each not in seen:
            seen.add(each)
            waiting += graph.get(each, ())
    return reached - {name}


def _imports(root: Path, place: Path, tree: ast.Module) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, each.name, ()) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(each.name for each in node.names)
            module = _absolute(place, node)
            yield Import(node.lineno, module, names)
            for name in names:
                inner = root.joinpath(*module.split("."), name)
                if inner.is_dir() or inner.with_suffix(".py").is_file():
                    yield Import(node.lineno, f"{module}.{name}", ())


def _absolute(place: Path, node: ast.ImportFrom) -> str:
    """The module that is imported from, also when it is named from where the line stands."""
    if not node.level:
        return node.module or ""
    package = place.parts[: len(place.parts) - node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def _inner_name(part: str) -> str:
    return part.removesuffix(".py")
