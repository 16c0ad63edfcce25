"""Fast-path codec: reads and writes facts directly from their annotations.

It handles only values that match exactly. All others go to marshmallow (see `schemas`), which alone
decides what is rejected and why; for exact values, both give the same result.
"""

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin
from uuid import UUID

from contracts.event import Declared, Part


class DoesNotFit(Exception):
    """A value does not match its annotation exactly; marshmallow may still accept it."""


Step = Callable[[Any], Any]

_NOT_EXACT = (DoesNotFit, ValueError, TypeError, LookupError)


def read_exactly(declared: type[Declared], payload: Any) -> Declared:
    """The fact, or part, in a payload of JSON's types; raises `DoesNotFit`."""
    try:
        read: Declared = _reader(declared)(payload)
    except _NOT_EXACT as error:
        raise DoesNotFit from error
    return read


def write_exactly(value: Declared) -> dict[str, Any]:
    """A fact in JSON's types, which reads back as the same fact; raises `DoesNotFit`."""
    try:
        written: dict[str, Any] = _writer(type(value))(value)
    except _NOT_EXACT as error:
        raise DoesNotFit from error
    return written


def _exactly(kind: type) -> Step:
    def same(value: Any) -> Any:
        if type(value) is kind:
            return value
        raise DoesNotFit

    return same


def _text(value: Any) -> str:
    if type(value) is not str:
        raise DoesNotFit
    if not value.isascii():
        value.encode()  # a lone surrogate cannot be encoded
    return value


def _read_from_text(make: Step) -> Step:
    def read(value: Any) -> Any:
        if type(value) is str:
            return make(value)
        raise DoesNotFit

    return read


def _read_instant(value: Any) -> datetime:
    instant: datetime = _read_from_text(datetime.fromisoformat)(value)
    if instant.tzinfo is None:
        raise DoesNotFit
    return instant


def _write_from(kind: type, write: Step) -> Step:
    def written(value: Any) -> Any:
        if type(value) is kind:
            return write(value)
        raise DoesNotFit

    return written


def _write_instant(value: Any) -> str:
    if type(value) is datetime and value.tzinfo is UTC:
        return value.isoformat()
    raise DoesNotFit


_READ: dict[type, Step] = {
    str: _text,
    int: _exactly(int),
    bool: _exactly(bool),
    UUID: _read_from_text(UUID),
    date: _read_from_text(date.fromisoformat),
    datetime: _read_instant,
}
_WRITE: dict[type, Step] = {
    str: _text,
    int: _exactly(int),
    bool: _exactly(bool),
    UUID: _write_from(UUID, str),
    date: _write_from(date, date.isoformat),
    datetime: _write_instant,
}


def without_none(annotation: Any) -> tuple[Any, bool]:
    """The annotation without `| None`, and whether None was allowed."""
    if get_origin(annotation) in (Union, types.UnionType):
        kept = [option for option in get_args(annotation) if option is not type(None)]
        if len(kept) == 1:
            return kept[0], True
    return annotation, False


def _or_none(step: Step) -> Step:
    return lambda value: None if value is None else step(value)


def _text_by_text(value: Any) -> dict[str, str]:
    if type(value) is not dict:
        raise DoesNotFit
    return {_text(key): _text(text) for key, text in value.items()}


def _step_reading(annotation: Any) -> Step:
    kind, nullable = without_none(annotation)
    if nullable:
        return _or_none(_step_reading(kind))
    if get_origin(kind) is tuple:
        inner = _step_reading(get_args(kind)[0])
        return lambda value: tuple([inner(item) for item in _exactly(list)(value)])
    if get_origin(kind) is dict:
        return _text_by_text
    if issubclass(kind, StrEnum):
        return _read_from_text(kind)
    if issubclass(kind, Part):
        return _reader(kind)
    return _READ[kind]


def _step_writing(annotation: Any) -> Step:
    kind, nullable = without_none(annotation)
    if nullable:
        return _or_none(_step_writing(kind))
    if get_origin(kind) is tuple:
        inner = _step_writing(get_args(kind)[0])
        return lambda value: [inner(item) for item in _exactly(tuple)(value)]
    if get_origin(kind) is dict:
        return _text_by_text
    if issubclass(kind, StrEnum):
        return _write_from(kind, lambda member: member.value)
    if issubclass(kind, Part):
        return _writer(kind)
    return _WRITE[kind]


_readers: dict[type[Declared], Step] = {}
_writers: dict[type[Declared], Step] = {}


def _reader(declared: type[Declared]) -> Step:
    if declared not in _readers:
        _readers[declared] = _make_reader(declared)
    return _readers[declared]


def _writer(declared: type[Declared]) -> Step:
    if declared not in _writers:
        _writers[declared] = _make_writer(declared)
    return _writers[declared]


def _make_reader(declared: type[Declared]) -> Step:
    hints = typing.get_type_hints(declared)
    members = [
        (field.name, _step_reading(hints[field.name]), field.default)
        for field in fields(declared)  # type: ignore[arg-type]  # dataclass made in __init_subclass__
    ]

    def read(payload: Any) -> Any:
        if type(payload) is not dict:
            raise DoesNotFit
        values = {}
        for name, step, default in members:
            value = payload.get(name, MISSING)
            if value is not MISSING:
                values[name] = step(value)
            elif default is MISSING:
                raise DoesNotFit
        return declared(**values)

    return read


def _make_writer(declared: type[Declared]) -> Step:
    hints = typing.get_type_hints(declared)
    members = [
        (field.name, _step_writing(hints[field.name]))
        for field in fields(declared)  # type: ignore[arg-type]
    ]

    def write(value: Any) -> dict[str, Any]:
        if type(value) is not declared:
            raise DoesNotFit
        return {name: step(getattr(value, name)) for name, step in members}

    return write
