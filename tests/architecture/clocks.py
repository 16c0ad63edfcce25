"""Where code asks the machine for the time, whatever names it gave to the modules it imports."""

import ast
import re
from collections.abc import Iterator

ASKS = {
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"),
    *("datetime.date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime"),
    *("time.strftime", "time.ctime", "sqlalchemy.func.now", "sqlalchemy.func.current_timestamp"),
    *("sqlalchemy.func.current_date", "sqlalchemy.func.current_time"),
}
CLOCKS = {"chassis.clock.SystemClock", "chassis.clock.MovableClock"}
"""Only settings make a clock; everybody else is given one."""
_IN_SQL = re.compile(r"\b(?:current_(?:timestamp|date|time)\b|now\(\))", re.IGNORECASE)


def times_asked(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each line that asks the machine for the time, and how."""
    names = dict(_names_bound(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            dotted = _dotted(node, names)
            if dotted in ASKS:
                yield node.lineno, dotted
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("text"):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and _IN_SQL.search(str(argument.value)):
                    yield node.lineno, str(argument.value)


def clocks_made(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each line that makes a clock of its own."""
    names = dict(_names_bound(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            dotted = _dotted(node, names)
            if dotted in CLOCKS:
                yield node.lineno, dotted


def _names_bound(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What each imported name stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (
                    alias.asname or alias.name.partition(".")[0],
                    (alias.name if alias.asname else alias.name.partition(".")[0]),
                )
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _dotted(node: ast.Attribute | ast.Name, names: dict[str, str]) -> str:
    first, dot, rest = ast.unparse(node).partition(".")
    return f"{names.get(first, '')}{dot}{rest}"
