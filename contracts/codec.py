"""Reads and writes facts as JSON, by msgspec from their annotations.

Writing is strict: a fact that does not read back as itself is rejected.
Reading is tolerant: unknown fields are ignored.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

import msgspec

from contracts.event import ContractError, Declared, Event

_Declared = TypeVar("_Declared", bound=Declared)
_MAY_HOLD_MEMBERS = (StrEnum, Declared, tuple)


class InvalidEvent(ContractError):
    """A fact's values do not fit its fields."""

    def __init__(self, declared: type[Declared], fault: object) -> None:
        super().__init__(f"{getattr(declared, 'topic', '') or declared.__name__}: {fault}")


def write(event: Event) -> bytes:
    """The payload as published; raises `InvalidEvent` unless it reads back as the same fact."""
    fact = type(event)
    payload = _encoded(fact, event)
    back = read(fact, payload)
    if back != event or not _keeps_members(event, back):
        raise InvalidEvent(fact, "its values do not read back as they were written")
    return payload


def read(declared: type[_Declared], payload: bytes | msgspec.Raw) -> _Declared:
    """The fact in a payload, or a part of one.

    Raises `InvalidEvent` when a field is missing or has a wrong type.
    """
    try:
        value: _Declared = _reader(declared).decode(payload)  # type: ignore[arg-type]  # classes hash
    except (ValueError, RecursionError) as error:
        raise InvalidEvent(declared, error) from error
    return value


def dump(value: Declared) -> dict[str, Any]:
    """A fact that was read, or a part of one, in JSON's types."""
    members: dict[str, Any] = msgspec.json.decode(_encoded(type(value), value))
    return members


def load(declared: type[_Declared], members: Mapping[str, Any]) -> _Declared:
    """The fact in JSON's types, or a part of one; raises `InvalidEvent` as `read` does."""
    return read(declared, _encoded(declared, members))


def _encoded(declared: type[Declared], value: object) -> bytes:
    try:
        return _to_json(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidEvent(declared, error) from error


def _plain(value: object) -> str:
    if isinstance(value, str):
        return str(value)  # text of a class of its own, such as one that is marked for translation
    raise TypeError(f"an event cannot hold {type(value)}")


_to_json = msgspec.json.Encoder(enc_hook=_plain).encode


@cache
def _reader(declared: type[Declared]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(declared)


def _keeps_members(written: Any, back: Any) -> bool:
    """Whether each member of an enum was written as one: its bare text is equal to it.

    The values are equal otherwise, and so have the same shape.
    """
    if isinstance(back, Declared):
        values = vars(written)
        return all(
            _keeps_members(values[name], value)
            for name, value in vars(back).items()
            if isinstance(value, _MAY_HOLD_MEMBERS)
        )
    if isinstance(back, tuple):
        return all(map(_keeps_members, written, back))
    return written is back if isinstance(back, StrEnum) else True
