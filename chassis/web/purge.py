"""Leaves of a style sheet only the rules that can apply to a page of ours.

The build of the assets needs this module and its parser; nothing that answers requests does.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import tinycss2
from tinycss2.ast import (
    AtRule,
    FunctionBlock,
    IdentToken,
    LiteralToken,
    Node,
    QualifiedRule,
)

Selector = Sequence[Node]
IsUsed = Callable[[str], bool]
"""Whether a page may have an element of the class with this name."""

_NESTING = ("media", "supports")
_ALTERNATIVES = ("is", "where", "has")
_KEYFRAMES = re.compile(r"@keyframes (?P<name>[\w-]+)\{(?:[^{}]*\{[^{}]*\})*\}")


def classes_of(css: str) -> frozenset[str]:
    """The name of each class that a style sheet has rules for."""
    return frozenset(
        name
        for rule in _rules(tinycss2.parse_stylesheet(css))
        for selector in _selectors(rule.prelude)
        for name in _classes(selector)
    )


def purged(css: str, is_used: IsUsed) -> str:
    """The style sheet without its fonts, its comments, and rules for classes that no page has."""
    kept = "".join(_kept(tinycss2.parse_stylesheet(css, skip_comments=True), is_used))
    return _KEYFRAMES.sub(lambda each: each[0] if kept.count(each["name"]) > 1 else "", kept)


def _kept(nodes: Iterable[Node], is_used: IsUsed) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, QualifiedRule):
            selectors = [each for each in _selectors(node.prelude) if _may_match(each, is_used)]
            if selectors:
                names = ",".join(tinycss2.serialize(each).strip() for each in selectors)
                yield f"{names}{{{tinycss2.serialize(node.content)}}}"
        elif isinstance(node, AtRule) and node.lower_at_keyword in _NESTING:
            inside = "".join(_kept(tinycss2.parse_rule_list(node.content), is_used))
            if inside:
                condition = tinycss2.serialize(node.prelude)
                yield f"@{node.at_keyword}{condition}{{{inside}}}"
        elif not (isinstance(node, AtRule) and node.lower_at_keyword == "font-face"):
            yield node.serialize()


def _rules(nodes: Iterable[Node]) -> Iterator[Any]:
    for node in nodes:
        if isinstance(node, QualifiedRule):
            yield node
        elif isinstance(node, AtRule) and node.lower_at_keyword in _NESTING:
            yield from _rules(tinycss2.parse_rule_list(node.content))


def _selectors(tokens: Iterable[Node]) -> list[list[Node]]:
    found: list[list[Node]] = [[]]
    for token in tokens:
        if isinstance(token, LiteralToken) and token.value == ",":
            found.append([])
        else:
            found[-1].append(token)
    return found


def _classes(selector: Selector) -> Iterator[str]:
    """The classes that an element or those around it must have; not those within parentheses."""
    for before, token in pairwise(selector):
        if (
            isinstance(before, LiteralToken)
            and before.value == "."
            and isinstance(token, IdentToken)
        ):
            yield token.value


def _may_match(selector: Selector, is_used: IsUsed) -> bool:
    return all(is_used(name) for name in _classes(selector)) and all(
        _may_hold(each, is_used) for each in selector
    )


def _may_hold(condition: Node, is_used: IsUsed) -> bool:
    """Whether a part of a selector such as `:where(.usa-input,.usa-select)` can be true."""
    if isinstance(condition, FunctionBlock) and condition.lower_name in _ALTERNATIVES:
        return any(_may_match(each, is_used) for each in _selectors(condition.arguments))
    return True
