"""The keys of a state's files, for `docs/how-to/add-a-state.md`, which says what each means.

Everything is taken from the dataclasses that the files are read as: a key's meaning is the string
below it, or else the docstring of its table.
"""

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from chassis.settings import ROOT
from chassis.state_folder import (
    Count,
    Grade,
    MonthAndDay,
    StateFolder,
    without_none_and_marks,
)
from services.states.files import OPTIONAL, needed_files

BEGIN, END = "<!-- keys: written by `make documents` -->", "<!-- end of keys -->"
PAGE = ROOT / "docs/how-to/add-a-state.md"
LONGEST_EXAMPLE = 60


@dataclass(frozen=True)
class Documented:
    """One key of a file; rows of a list have `[]` in their keys."""

    key: str
    meaning: str
    kind: str
    is_needed: bool
    example: str
    source: str


def keys_of(shape: Any, examples: Any, prefix: str = "") -> Iterator[Documented]:
    """The keys of a table, with what `examples` has for each."""
    hints = get_type_hints(shape, include_extras=True)
    for attribute in fields(shape):
        inner = without_none_and_marks(hints[attribute.name])
        mark, nested = _nested(inner)
        example, source = _example(examples, attribute.name)
        table = nested if is_dataclass(nested) else None
        yield Documented(
            key=f"{prefix}{attribute.name}{mark}",
            meaning=_meanings(shape).get(attribute.name) or _first_line(table or shape),
            kind=_kind(hints[attribute.name]),
            is_needed=attribute.default is MISSING and attribute.default_factory is MISSING,
            example="" if table else _shortened(example),
            source=source,
        )
        if table:
            yield from keys_of(table, _rows(example, mark), f"{prefix}{attribute.name}{mark}.")


def _nested(shape: Any) -> tuple[str, Any]:
    inner = get_args(shape)
    if get_origin(shape) is tuple and inner[-1:] == (...,):
        nested = without_none_and_marks(inner[0])
        return ("[]" if is_dataclass(nested) else "", nested)
    if isinstance(get_origin(shape), type) and issubclass(get_origin(shape), Mapping):
        nested = without_none_and_marks(inner[1])
        return (".*" if is_dataclass(nested) else "", nested)
    return "", shape


def _rows(example: Any, mark: str) -> list[Any]:
    """Tables in which the nested keys may have examples."""
    if mark == "[]":
        return list(example or ())
    if mark == ".*":
        return list((example or {}).values())
    return [example or {}]


def _example(examples: Any, name: str) -> tuple[Any, str]:
    """The first value of a key, with the source that stands beside it."""
    for table in examples if isinstance(examples, list) else [examples]:
        if isinstance(table, Mapping) and table.get(name) not in (None, "", [], {}):
            return table[name], str(table.get("source", "")) if name != "source" else ""
    return None, ""


def _shortened(example: Any) -> str:
    if example is None:
        return ""
    if isinstance(example, date):
        return str(example)
    text = json.dumps(example, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[: LONGEST_EXAMPLE - 2]} …"


_WORDS: Mapping[Any, str] = {
    Count: "whole number, 1 or more",
    Grade: "grade, -1 to 12",
    MonthAndDay: "month and day",
    str: "text",
    bool: "true or false",
    int: "whole number",
    date: "date",
    ZoneInfo: "time zone",
}


def _kind(hint: Any) -> str:
    """A type in the words of who writes the file."""
    while hint not in _WORDS and (bare := _bare(hint)) != hint:
        hint = bare
    if hint in _WORDS:
        return _WORDS[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return f"one of: {', '.join(choice.value for choice in hint)}"
    return _kind_of_many(hint)


def _bare(hint: Any) -> Any:
    """A type with one mark less: first without `None`, so that known limits are still seen."""
    if get_origin(hint) is Annotated:
        return get_args(hint)[0]
    kept = [kind for kind in get_args(hint) if kind is not type(None)]
    return kept[0] if type(None) in get_args(hint) else hint


def _kind_of_many(hint: Any) -> str:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is re.Pattern:
        return "regular expression"
    if origin is frozenset or inner[-1:] == (...,):
        return f"list: {_kind(inner[0])}"
    if origin is tuple:
        return "pair"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"table: {_kind(inner[1])}"
    return "table"


@cache
def _meanings(shape: Any) -> dict[str, str]:
    """The string below each attribute, of the class and of those that it inherits from."""
    found: dict[str, str] = {}
    for parent in reversed(shape.__mro__):
        if not is_dataclass(parent):
            continue
        (node,) = ast.parse(textwrap.dedent(inspect.getsource(cast("type[Any]", parent)))).body
        assert isinstance(node, ast.ClassDef)
        for attribute, text in zip(node.body, node.body[1:], strict=False):
            match attribute, text:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(words))),
                ):
                    found[name] = " ".join(words.split())
    return found


def _first_line(shape: Any) -> str:
    return " ".join((inspect.getdoc(shape) or "").split("\n\n")[0].split())


def page(folder: StateFolder) -> str:
    """The keys of all files, with examples of a state."""
    parts = []
    for name, shape in {**needed_files(), **OPTIONAL}.items():
        path = folder.path / f"{name}.toml"
        examples = folder.file(name).contents if path.exists() else {}
        said = _first_line(shape).partition(": ")[2] or _first_line(shape)
        optional = " A state may do without it." if name in OPTIONAL else ""
        parts.append(f"### `{name}.toml`\n\n{said[:1].upper()}{said[1:]}{optional}\n")
        parts.append("| key | meaning | type | example |\n|---|---|---|---|")
        for key in keys_of(shape, examples):
            needed = "" if key.is_needed else ", optional"
            example = f"`{_cell(key.example)}`" if key.example else ""
            source = f" ({_cell(key.source)})" if key.source and key.example else ""
            parts.append(
                f"| `{key.key}` | {_cell(key.meaning)} | {key.kind}{needed} | {example}{source} |"
            )
        parts.append("")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def document(state: StateFolder) -> str:
    """The page as it should be, with the keys between its two marks."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{page(state)}\n{END}{after}"


def write_page(state: StateFolder) -> None:
    """Write the keys into `docs/how-to/add-a-state.md`, with examples of a state."""
    PAGE.write_text(document(state), encoding="utf-8")
