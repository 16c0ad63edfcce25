"""The arrows between the suite's modules, read from their source: which imports break a rule.

`services.X → chassis → contracts`, and inside a service inwards through `LAYERS`.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LAYERS = (
    ("domain", "jurisdiction"),
    ("usecases", "queries", "schemas"),
    ("api", "commands", "internal", "pages", "reactions", "schedule"),
    ("app",),
)
RANKS = {name: rank for rank, names in enumerate(LAYERS) for name in names}
EDGES = LAYERS[2]

SUITE_OWN = ("__main__", "demonstration")
"""What under services/ is no service, but knows them all."""

PROGRAMS = (
    "chassis/settings.py",
    "services/__main__.py",
    "services/payments/adapters/processors/sandbox_provider/__main__.py",
)
"""The settings, and the programs that are started by themselves: they read the environment."""

CONTRACTS_MAY = sys.stdlib_module_names | {"marshmallow", "contracts"}
OUTSIDE_DOMAIN = (
    "flask",
    "chassis.security.access",
    "chassis.clock",
    "chassis.messaging.inbox",
    "chassis.messaging.outbox",
    "chassis.service",
    "chassis.app",
)
SESSION_NAMES = {"Session", "sessionmaker", "select", "insert", "update", "delete"}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}


class Import(NamedTuple):
    """A module that a line brings in; of `from a import b`, `a.b` where that is a module."""

    line: int
    module: str
    names: tuple[str, ...]


def find_violations(root: Path) -> list[str]:
    """Every line under `root` that breaks a rule, with the rule."""
    found = []
    for folder in ("contracts", "chassis", "services"):
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
                place = path.relative_to(root)
                found += [
                    f"{place}:{line}: {rule}" for line, rule in _violations(root, place, tree)
                ]
    for service in sorted(each for each in (root / "services").glob("*") if each.is_dir()):
        if service.name not in SUITE_OWN:
            found += _inward_violations(root, service.name)
    return found


def _violations(root: Path, place: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    imports = list(_imports(root, place, tree))
    yield from _between_packages(place, imports)
    if str(place) not in PROGRAMS:
        yield from _environment(imports, tree)
    if place.parts[0] == "services" and "domain" in (place.parts[2:3] or ("",))[0].split("."):
        yield from _domain(imports, tree)


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


def _domain(imports: list[Import], tree: ast.Module) -> Iterator[tuple[int, str]]:
    for each in imports:
        if any(f"{each.module}.".startswith(f"{outside}.") for outside in OUTSIDE_DOMAIN):
            yield each.line, f"the domain knows no {each.module}"
        if each.module.partition(".")[0] == "sqlalchemy":
            for name in sorted(SESSION_NAMES & set(each.names)):
                yield each.line, f"the domain knows no session and no query: {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            named = ast.unparse(node)
            if any(named == clock or named.endswith(f".{clock}") for clock in CLOCKS):
                yield node.lineno, f"the domain is told the time and never asks: {named}"


def _inward_violations(root: Path, service: str) -> Iterator[str]:
    """Imports inside one service that lead outward, also by way of modules without a layer."""
    graph = _graph(root, service)
    for name in sorted(set(graph) & set(RANKS)):
        for reached in sorted(_reached(graph, name)):
            if RANKS[reached] > RANKS[name] or (name in EDGES and reached in EDGES):
                yield f"services/{service}: {name} may not import {reached}"


def _graph(root: Path, service: str) -> dict[str, set[str]]:
    """For each name inside a service, the names inside it that it imports."""
    graph: dict[str, set[str]] = {}
    own = f"services.{service}."
    for path in sorted((root / "services" / service).rglob("*.py")):
        place = path.relative_to(root)
        name = _inner_name(place.parts[2])
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        names = {
            each.module.removeprefix(own).partition(".")[0]
            for each in _imports(root, place, tree)
            if each.module.startswith(own)
        }
        graph.setdefault(name, set()).update(names - {name})
    return graph


def _reached(graph: dict[str, set[str]], name: str) -> set[str]:
    """The layered names that a name imports, directly or through modules without a layer."""
    reached: set[str] = set()
    seen: set[str] = set()
    waiting = list(graph[name])
    while waiting:
        each = waiting.pop()
        if each in RANKS:
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
