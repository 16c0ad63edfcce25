"""A service's source, as far as it tells what is recorded."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from contracts.event import Event, event_classes

Facts = frozenset[str]
"""Topics."""
NONE: Facts = frozenset()
PASSED: Facts = frozenset({"(what its caller gives)"})
"""Stands for facts that a function records on behalf of who calls it."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Recorded(NamedTuple):
    """What a piece of code records always, and what it records or does not."""

    always: Facts = NONE
    sometimes: Facts = NONE


@dataclass
class Source:
    """A service's functions and methods, by module and name."""

    families: Mapping[str, Facts]
    modules: dict[str, dict[str, Function]] = field(default_factory=dict)
    imports: dict[str, dict[str, str]] = field(default_factory=dict)
    methods: dict[str, dict[str, tuple[str, Function]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    kept: dict[tuple[str, str], list[tuple[Function, ast.expr]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    known: dict[ast.AST, Recorded] = field(default_factory=dict)


def families_of_facts() -> dict[str, Facts]:
    """By the name of each class of facts, the topics that it stands for."""
    found: dict[str, set[str]] = defaultdict(set)
    for fact in event_classes():
        for kind in fact.__mro__:
            if issubclass(kind, Event) and kind is not Event:
                found[kind.__name__].add(fact.topic)
    return {name: frozenset(topics) for name, topics in found.items()}


def read(source: Source, module: str, path: Path) -> None:
    """Add a module of the service."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    source.modules[module] = {
        function.name: function for function in tree.body if isinstance(function, Function)
    }
    imports = source.imports.setdefault(module, {})
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                imports[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, Function):
                    source.methods[member.name][node.name] = (module, member)
        elif isinstance(node, Function):
            for name, added in _additions(node):
                source.kept[module, name].append((node, added))


def _additions(function: Function) -> Iterator[tuple[str, ast.expr]]:
    """What is added to which collection."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "extend"):
            yield from ((ast.unparse(call.func.value), argument) for argument in call.args)


def names_in(node: ast.AST) -> set[str]:
    """The names that stand in an expression, in annotations that are text too."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} | {
        name
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
        for name in part.value.replace("|", " ").split()
    }
