"""On which line of a TOML file each key stands, which the reader of TOML does not say."""

import re
from collections.abc import Iterator

Key = tuple[str | int, ...]

_TABLE = re.compile(r"\[(?P<row>\[)?(?P<name>[\w.\"-]+)\]\]?\s*(#.*)?$")
_ASSIGNMENT = re.compile(r"(?P<name>[\w\"-]+)\s*=\s*(?P<value>.*)$")


def keys_by_line(text: str) -> Iterator[tuple[Key, int]]:
    """The keys of a TOML file that is written a row or a key a line, each with its line."""
    table: Key = ()
    rows: dict[Key, int] = {}
    listed: Key | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if match := _TABLE.match(line):
            table = tuple(match["name"].replace('"', "").split("."))
            if match["row"]:
                table = _next_row(rows, table)
            listed = None
            yield table, number
        elif match := _ASSIGNMENT.match(line):
            key = (*table, match["name"].strip('"'))
            listed = key if match["value"].rstrip() == "[" else None
            yield key, number
        elif listed and bare.startswith("{"):
            yield _next_row(rows, listed), number


def _next_row(rows: dict[Key, int], table: Key) -> Key:
    rows[table] = rows.get(table, -1) + 1
    return (*table, rows[table])
