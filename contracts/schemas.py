"""Derives a fact's marshmallow schema and its JSON Schema from its annotations.

Writing is strict: a fact that does not read back as itself is rejected.
Reading is tolerant: unknown fields are ignored.
"""

import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar, get_args, get_origin
from uuid import UUID

import marshmallow
from marshmallow import EXCLUDE, Schema, post_load
from marshmallow import fields as wire

from contracts.direct import DoesNotFit, read_exactly, without_none, write_exactly
from contracts.event import ContractError, Declared, Event, Part


class InvalidEvent(ContractError):
    """A fact's values do not fit its fields."""

    def __init__(self, topic: str, faults: object) -> None:
        super().__init__(f"{topic}: {faults}")
        self.faults = faults


class _DeclaredSchema(Schema):
    declared: ClassVar[type[Declared]]

    class Meta:
        unknown = EXCLUDE

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Declared:
        return self.declared(**values)


class _Tuple(wire.List[Any]):
    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(*args, **kwargs))


class _Text(wire.String):
    """Text that can be encoded; rejects a lone surrogate, which JSON lets through."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(*args, **kwargs)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise self.make_error("invalid_utf8") from None
        return text


class _Scalar(typing.NamedTuple):
    make: Any
    options: dict[str, Any]
    json: dict[str, Any]


_SCALARS: dict[type, _Scalar] = {
    str: _Scalar(_Text, {}, {"type": "string"}),
    int: _Scalar(wire.Integer, {"strict": True}, {"type": "integer"}),
    bool: _Scalar(wire.Boolean, {"truthy": {True}, "falsy": {False}}, {"type": "boolean"}),
    UUID: _Scalar(wire.UUID, {}, {"type": "string", "format": "uuid"}),
    date: _Scalar(wire.Date, {"format": "iso"}, {"type": "string", "format": "date"}),
    datetime: _Scalar(
        wire.AwareDateTime,
        {"format": "iso", "default_timezone": UTC},
        {"type": "string", "format": "date-time"},
    ),
}


def _wire_field(annotation: Any, **options: Any) -> wire.Field[Any]:
    kind, nullable = without_none(annotation)
    options["allow_none"] = nullable
    if get_origin(kind) is tuple:
        return _Tuple(_wire_field(get_args(kind)[0]), **options)
    if get_origin(kind) is dict:
        return wire.Dict(keys=_Text(), values=_Text(), **options)
    if issubclass(kind, StrEnum):
        return wire.Enum(kind, by_value=True, **options)
    if issubclass(kind, Part):
        return wire.Nested(schema_of(kind), **options)
    scalar = _SCALARS[kind]
    wire_field: wire.Field[Any] = scalar.make(**scalar.options, **options)
    return wire_field


def _json_type(annotation: Any) -> dict[str, Any]:
    kind, nullable = without_none(annotation)
    if nullable:
        return {"anyOf": [_json_type(kind), {"type": "null"}]}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _json_type(get_args(kind)[0])}
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    if issubclass(kind, StrEnum):
        return {"type": "string", "enum": [str(member) for member in kind]}
    if issubclass(kind, Part):
        return _json_object(kind)
    return dict(_SCALARS[kind].json)


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING


def _json_object(declared: type[Declared]) -> dict[str, Any]:
    hints = typing.get_type_hints(declared)
    properties: dict[str, Any] = {}
    for field in fields(declared):  # type: ignore[arg-type]  # dataclass made in __init_subclass__
        properties[field.name] = _json_type(hints[field.name])
        if "mark" in field.metadata:
            properties[field.name]["x-mark"] = str(field.metadata["mark"])
    return {
        "type": "object",
        "properties": properties,
        "required": [field.name for field in fields(declared) if _is_required(field)],  # type: ignore[arg-type]
    }


_schemas: dict[type[Declared], Schema] = {}


def schema_of(declared: type[Declared]) -> Schema:
    """The marshmallow schema that writes and reads a fact, or a part of one."""
    if declared not in _schemas:
        _schemas[declared] = _derive_schema(declared)
    return _schemas[declared]


def _derive_schema(declared: type[Declared]) -> Schema:
    hints = typing.get_type_hints(declared)
    members: dict[str, Any] = {"declared": declared}
    for field in fields(declared):  # type: ignore[arg-type]
        options: dict[str, Any] = {"required": _is_required(field)}
        if not _is_required(field):
            options["load_default"] = field.default
        members[field.name] = _wire_field(hints[field.name], **options)
    schema: type[Schema] = type(f"{declared.__name__}Schema", (_DeclaredSchema,), members)
    return schema()


def json_schema(fact: type[Event]) -> dict[str, Any]:
    """The JSON Schema of a fact's payload, with each field's mark under `x-mark` and the subject's
    field under `x-subject`.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:credence:{fact.topic}",
        "title": fact.__name__,
        "description": fact.sent_when(),
        "x-subject": fact.subject_field,
        **_json_object(fact),
    }


def payload_of(event: Event) -> dict[str, Any]:
    """The payload as published; raises `InvalidEvent` unless it reads back as the same fact."""
    try:
        return write_exactly(event)
    except DoesNotFit:
        return _dumped(event)


def _dumped(event: Event) -> dict[str, Any]:
    try:
        payload: dict[str, Any] = schema_of(type(event)).dump(event)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidEvent(event.topic, error) from error
    if _loaded(type(event), payload) != event:
        raise InvalidEvent(event.topic, "its values do not read back as they were written")
    return payload


def event_from(fact: type[Event], payload: Mapping[str, Any]) -> Event:
    """The fact in a payload; raises `InvalidEvent` when a field is missing or has a wrong type."""
    try:
        return typing.cast(Event, read_exactly(fact, payload))
    except DoesNotFit:
        return _loaded(fact, payload)


def _loaded(fact: type[Event], payload: Mapping[str, Any]) -> Event:
    try:
        event: Event = schema_of(fact).load(payload)
    except marshmallow.ValidationError as error:
        raise InvalidEvent(fact.topic, error.messages) from error
    return event
