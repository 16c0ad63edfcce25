"""Updates the lists of services in manifests and scripts; `make documents` runs it.

Such a file has the template of its list in comments; the lines up to `#: end` are generated:

    #: services with a database
    #| - {name: SERVICE, login: true}
    - {name: identity, login: true}
    #: end

`SERVICE` in a template stands for one service, and the template is repeated for each;
`SERVICES(|)` stands for all names, joined by what is in the parentheses.
A list may leave out one service, named in its first line: `#: services but lookup`.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.names import SERVICES, WITH_DATABASE

FOLDER = Path(__file__).parent
BLOCK = re.compile(
    r"^(?P<indent> *)#: services(?P<some> with a database)?(?: but (?P<but>[a-z]+))?\n"
    r"(?P<template>(?: *#\|.*\n)+)"
    r"(?P<lines>(?:.*\n)*?)"
    r" *#: end$",
    re.MULTILINE,
)
_ALL = re.compile(r"SERVICES\((.*?)\)")


def main() -> int:
    """Bring every list up to date, and print the files that were changed."""
    for path, text in outdated(FOLDER):
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(FOLDER.parent)}: its list of services was updated\n")
    return 0


def outdated(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each file whose lists are out of date, with the text that it should have."""
    for path, text in files_with_lists(folder):
        written = filled(text)
        if written != text:
            yield path, written


def files_with_lists(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files that hold a list, with their texts."""
    suffixes = ("", ".conf", ".py", ".sh", ".yaml")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in suffixes and path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            if BLOCK.search(text):
                yield path, text


def filled(
    text: str, all_names: Sequence[str] = SERVICES, with_database: Sequence[str] = WITH_DATABASE
) -> str:
    """A file's text with its lists as they should be."""

    def fill(block: re.Match[str]) -> str:
        names = [
            name for name in (with_database if block["some"] else all_names) if name != block["but"]
        ]
        head = block[0].splitlines()[: 1 + block["template"].count("\n")]
        lines = _lines(block["template"], block["indent"], names)
        return "\n".join([*head, *lines, f"{block['indent']}#: end"])

    return BLOCK.sub(fill, text)


def _lines(template: str, indent: str, names: Sequence[str]) -> list[str]:
    lines = [line.lstrip()[2:].removeprefix(" ") for line in template.splitlines()]
    once = any(_ALL.search(line) for line in lines)
    made = []
    for name in ("",) if once else names:
        for line in lines:
            whole = _ALL.sub(lambda found: found[1].join(names), line)
            made.append((indent + re.sub(r"\bSERVICE\b", name, whole)).rstrip())
    return made


if __name__ == "__main__":
    sys.exit(main())
