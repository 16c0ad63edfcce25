"""Compares a fact's released JSON Schema with the current one; reports what could break a reader.

A released fact may gain optional fields and nothing else: events of any age may still wait in a
queue or be replayed from a stream, and readers of any age may receive today's events.
Even a new enumeration value counts as a break: an older reader does not accept it.
Any other change needs a new fact, `.v2`, published with the old one until every reader has moved.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

JsonSchema = Mapping[str, Any]


def faults(released: JsonSchema, current: JsonSchema, readers: Sequence[str]) -> list[str]:
    """The changes since the release that could break `readers`, each with event and field."""
    topic = str(released["$id"]).rpartition(":")[2]
    return [f"{topic}: {change}; {breaks(readers)}" for change in _changes(released, current)]


def breaks(readers: Sequence[str]) -> str:
    """Which readers a change of a fact could break."""
    if readers:
        return f"this could break {', '.join(readers)}"
    return "no service of the suite reads it, but others may"


def _changes(was: JsonSchema, now: JsonSchema) -> Iterator[str]:
    if was.get("x-subject") != now.get("x-subject"):
        yield f"it was about its {was.get('x-subject')!r} and is now about {now.get('x-subject')!r}"
    yield from _field_changes(was, now, "")


def _field_changes(was: JsonSchema, now: JsonSchema, path: str) -> Iterator[str]:
    before, after = was["properties"], now["properties"]
    for name in before:
        here = f"field {path + name!r}"
        if name not in after:
            yield f"{here} is gone{_new_name(before[name], before, after)}"
            continue
        yield from _type_changes(before[name], after[name], path + name)
        if name in now["required"] and name not in was["required"]:
            yield f"{here} was optional and is now required"
        if name in was["required"] and name not in now["required"]:
            yield f"{here} was required and is now optional"
    for name in after:
        if name not in before and name in now["required"]:
            yield f"field {path + name!r} is new and required; a new field must be optional"


def _new_name(lost: JsonSchema, before: JsonSchema, after: JsonSchema) -> str:
    """A guess at the new name of a lost field."""
    alike = [name for name in after if name not in before and after[name] == lost]
    return f" (renamed to {alike[0]!r}?)" if alike else ""


def _type_changes(was: JsonSchema, now: JsonSchema, path: str) -> Iterator[str]:
    here = f"field {path!r}"
    if was.get("x-mark") != now.get("x-mark"):
        yield f"{here} changed its mark from {was.get('x-mark')} to {now.get('x-mark')}"
    before, could_be_null = _without_null(was)
    after, can_be_null = _without_null(now)
    if can_be_null and not could_be_null:
        yield f"{here} may now be null"
    if could_be_null and not can_be_null:
        yield f"{here} may no longer be null, as it is in events already sent"
    if _type_name(before) != _type_name(after):
        yield f"{here} changed its type from {_type_name(before)} to {_type_name(after)}"
    elif "properties" in before:
        yield from _field_changes(before, after, f"{path}.")
    elif "items" in before:
        yield from _type_changes(before["items"], after["items"], f"{path}[]")
    elif "enum" in before:
        yield from _value_changes(before["enum"], after["enum"], here)


def _value_changes(was: Sequence[str], now: Sequence[str], here: str) -> Iterator[str]:
    if lost := [value for value in was if value not in now]:
        yield f"{here} can no longer be {' or '.join(lost)}, as it is in events already sent"
    if gained := [value for value in now if value not in was]:
        yield f"{here} can now also be {' or '.join(gained)}, which existing readers reject"


def _without_null(schema: JsonSchema) -> tuple[JsonSchema, bool]:
    """The schema without null, and whether null is allowed."""
    options = schema.get("anyOf", [])
    kept = [option for option in options if option != {"type": "null"}]
    return (kept[0], True) if len(kept) < len(options) else (schema, False)


def _type_name(schema: JsonSchema) -> str:
    """The name of the type: `date`, `integer`, `list`, `map`, `part`, `enumeration`, ..."""
    if schema["type"] == "object":
        return "part" if "properties" in schema else "map"
    if schema["type"] == "array":
        return "list"
    if "enum" in schema:
        return "enumeration"
    return str(schema.get("format", schema["type"]))
