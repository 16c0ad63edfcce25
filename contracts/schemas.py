"""Derives a fact's JSON Schema from its annotations."""

import types
import typing
from dataclasses import MISSING, fields
from datetime import date
from enum import StrEnum
from typing import Any, Union, get_args, get_origin
from uuid import UUID

from contracts.event import Declared, Event, Instant, Part

_TYPES: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"},
    date: {"type": "string", "format": "date"},
    Instant: {"type": "string", "format": "date-time"},
    dict[str, str]: {"type": "object", "additionalProperties": {"type": "string"}},
}


def json_schema(fact: type[Event]) -> dict[str, Any]:
    """The JSON Schema of a fact's payload, with each field's mark under `x-mark` and the subject's
    field under `x-subject`.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:credence:{fact.topic}",
        "title": fact.__name__,
        "description": fact.sent_when(),
        **({"deprecated": True} if fact.once_sent_by else {}),
        "x-subject": fact.subject_field,
        **_json_object(fact),
    }


def _json_object(declared: type[Declared]) -> dict[str, Any]:
    hints = typing.get_type_hints(declared, include_extras=True)
    members = fields(declared)  # type: ignore[arg-type]  # dataclass made in __init_subclass__
    properties: dict[str, Any] = {}
    for member in members:
        properties[member.name] = _json_type(hints[member.name])
        if "mark" in member.metadata:
            properties[member.name]["x-mark"] = str(member.metadata["mark"])
    return {
        "type": "object",
        "properties": properties,
        "required": [member.name for member in members if member.default is MISSING],
    }


def _json_type(annotation: Any) -> dict[str, Any]:
    kind, nullable = _without_none(annotation)
    if nullable:
        return {"anyOf": [_json_type(kind), {"type": "null"}]}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _json_type(get_args(kind)[0])}
    if kind in _TYPES:
        return dict(_TYPES[kind])
    if issubclass(kind, StrEnum):
        return {"type": "string", "enum": [str(member) for member in kind]}
    if issubclass(kind, Part):
        return _json_object(kind)
    raise TypeError(f"an event cannot hold {kind}")


def _without_none(annotation: Any) -> tuple[Any, bool]:
    """The annotation without `| None`, and whether None was allowed."""
    if get_origin(annotation) in (Union, types.UnionType):
        kept = [option for option in get_args(annotation) if option is not type(None)]
        if len(kept) == 1:
            return kept[0], True
    return annotation, False
