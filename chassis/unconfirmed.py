"""The rules of a state that nobody has found in a source yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.state_folder import Key, StateFolder, written


@dataclass(frozen=True)
class UnconfirmedRule:
    """A rule that nobody has found in a source yet; `says` are its values."""

    file: str
    line: int
    key: str
    name: str
    source: str
    says: str


def unconfirmed_rules(state: StateFolder) -> Iterator[UnconfirmedRule]:
    """The rules of every file that say `confirmed = false`; raises `JurisdictionFault`."""
    for path in sorted(state.path.glob("*.toml")):
        file = state.file(path.stem)
        for key, rule in _tables(file.contents):
            if rule.get("confirmed") is False:
                own_key = str(key[-1])
                own = own_key.replace("_", " ").capitalize()
                name = str(rule.get("title") or rule.get("text") or own)
                source = str(rule.get("source", ""))
                # An entry of `sources` speaks of the key that has its name.
                is_of_another = key[0] == "sources"
                about = key[1:] if is_of_another else key
                said = file.contents[own_key] if is_of_another else rule
                line = file.line_of(about)
                yield UnconfirmedRule(file.place, line, written(about), name, source, _says(said))


_ABOUT_THE_RULE = {"source", "confirmed", "title", "text", "code", "key"}


def _says(said: Any) -> str:
    """What a rule says: its values by key; of a list how many rows it has."""
    if not isinstance(said, Mapping):
        return _value(said)
    return "; ".join(
        f"{key.replace('_', ' ')}: {_value(value)}"
        for key, value in said.items()
        if key not in _ABOUT_THE_RULE
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping) or (isinstance(value, list) and value and _is_row(value[0])):
        return f"{len(value)} entries"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _is_row(value: Any) -> bool:
    return isinstance(value, (Mapping, list))


def _tables(value: Any, key: Key = ()) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        yield key, value
    entries = value.items() if isinstance(value, Mapping) else enumerate(value)
    for name, entry in entries:
        if isinstance(entry, (Mapping, list)):
            yield from _tables(entry, (*key, name))
