"""Loads and checks a jurisdiction's file: each state is data; an error names the file and key."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import marshmallow
from marshmallow import Schema, fields


class JurisdictionFault(Exception):
    """A jurisdiction's file is missing or wrong; says which file and which key."""


@dataclass(frozen=True)
class Place:
    """What every service needs about the state it serves."""

    code: str
    name: str
    government_name: str
    agency_name: str
    agency_short_name: str
    contact_email: str
    time_zone: ZoneInfo
    educator_number_label: str

    def today(self, now: datetime) -> date:
        """The calendar day at a moment, in the state's time zone."""
        return now.astimezone(self.time_zone).date()


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = "Write a time zone such as America/New_York."
        raise marshmallow.ValidationError(message) from error


class _PlaceSchema(Schema):
    name = fields.String(required=True)
    government_name = fields.String(required=True)
    agency_name = fields.String(required=True)
    agency_short_name = fields.String(required=True)
    contact_email = fields.Email(required=True)
    time_zone = fields.String(required=True, validate=_check_time_zone)
    educator_number_label = fields.String(required=True)


class Dated(Protocol):
    """An entry that is in force from a day on, until a later one replaces it."""

    @property
    def effective_from(self) -> date:
        """The first day on which it is in force."""


class Coded(Dated, Protocol):
    """One of several dated entries for the same code."""

    @property
    def code(self) -> str:
        """The code that identifies what the entry is about."""


AnyDated = TypeVar("AnyDated", bound=Dated)
AnyCoded = TypeVar("AnyCoded", bound=Coded)


def in_force(entries: Iterable[AnyDated], on: date) -> AnyDated | None:
    """The entry about one thing that is in force on a day; None before the first."""
    begun = (entry for entry in entries if entry.effective_from <= on)
    return max(begun, key=lambda entry: entry.effective_from, default=None)


def in_force_by_code(entries: Iterable[AnyCoded], on: date) -> dict[str, AnyCoded]:
    """The entry in force on a day for each code that has one, in the order of the file."""
    by_code: dict[str, list[AnyCoded]] = {}
    for entry in entries:
        by_code.setdefault(entry.code, []).append(entry)
    newest = {code: in_force(of_code, on) for code, of_code in by_code.items()}
    return {code: entry for code, entry in newest.items() if entry is not None}


def load_file(folder: Path, code: str, schema: Schema) -> Any:
    """`<folder>/<code>.toml` as loaded by `schema`; raises `JurisdictionFault`."""
    path = folder / f"{code}.toml"
    if not path.is_file():
        codes = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
        raise JurisdictionFault(f"no jurisdiction {code!r} in {folder.name}; there are: {codes}")
    try:
        return schema.load(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise JurisdictionFault(f"{path}: {error}") from error
    except marshmallow.ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        faults = "; ".join(_faults(messages))
        raise JurisdictionFault(f"{path}: {faults}") from error


def load_place(code: str) -> Place:
    """The state that this suite serves; raises `JurisdictionFault`."""
    loaded = load_file(Path(__file__).parent / "jurisdictions", code, _PlaceSchema())
    return Place(code=code, **{**loaded, "time_zone": ZoneInfo(loaded["time_zone"])})


def _faults(messages: Mapping[Any, Any], path: str = "") -> Iterator[str]:
    for key, value in messages.items():
        here = f"{path}.{key}".lstrip(".")
        if isinstance(value, Mapping):
            yield from _faults(value, here)
        else:
            yield f"{here}: {' '.join(str(message) for message in value)}"
