"""The rules of a state that nobody has found in a source yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.state_folder import Key, StateFolder, written


@dataclass(frozen=True)
class UnconfirmedRule:
    """A rule that nobody has found in a source yet."""

    file: str
    line: int
    key: str
    name: str
    source: str


def unconfirmed_rules(state: StateFolder) -> Iterator[UnconfirmedRule]:
    """The rules of every file that say `confirmed = false`; raises `JurisdictionFault`."""
    for path in sorted(state.path.glob("*.toml")):
        file = state.file(path.stem)
        for key, rule in _tables(file.contents):
            if rule.get("confirmed") is False:
                own = str(key[-1]).replace("_", " ").capitalize()
                name = str(rule.get("title") or rule.get("text") or own)
                source = str(rule.get("source", ""))
                yield UnconfirmedRule(file.place, file.line_of(key), written(key), name, source)


def _tables(value: Any, key: Key = ()) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        yield key, value
    entries = value.items() if isinstance(value, Mapping) else enumerate(value)
    for name, entry in entries:
        if isinstance(entry, (Mapping, list)):
            yield from _tables(entry, (*key, name))
