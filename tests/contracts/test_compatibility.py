"""A released fact may gain optional fields and nothing else: every other change is named."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts import Event, Part, check
from contracts.catalog import load_documents
from contracts.event import personal, public
from contracts.schemas import json_schema
from tests.contracts.library import TOPIC, Copy, Shelf, change, faults_in


class NarrowShelf(StrEnum):
    LAW = "law"


class WideShelf(StrEnum):
    FICTION = "fiction"
    LAW = "law"
    POETRY = "poetry"


class CopyWithoutCode(Part):
    pages: int = 1


class CopyWithColor(Part):
    code: str
    color: str
    pages: int = 1


class CopyWithTextPages(Part):
    code: str
    pages: str = "1"


class CopyWithOptionalColor(Part):
    code: str
    pages: int = 1
    color: str | None = None


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": None}, "title", "is gone"),
        ({"title": None, "name": (str, public())}, "title", "is gone (renamed to 'name'?)"),
        ({"title": (int, public())}, "title", "changed its type from string to integer"),
        ({"title": (date, public())}, "title", "changed its type from string to date"),
        ({"title": (UUID, public())}, "title", "changed its type from string to uuid"),
        ({"title": (Copy, public())}, "title", "changed its type from string to part"),
        ({"title": (dict[str, str], public())}, "title", "changed its type from string to map"),
        ({"title": (tuple[str, ...], public())}, "title", "changed its type from string to list"),
        ({"shelf": (str, public())}, "shelf", "changed its type from enumeration to string"),
        ({"color": (str, public())}, "color", "is new and required"),
        ({"due_on": (date | None, public())}, "due_on", "was optional and is now required"),
        ({"title": (str, public(default=""))}, "title", "was required and is now optional"),
        ({"shelf": (NarrowShelf, public())}, "shelf", "can no longer be fiction"),
        ({"shelf": (WideShelf, public())}, "shelf", "can now also be poetry"),
        ({"title": (str, personal())}, "title", "changed its mark from public to personal"),
        ({"title": (str | None, public())}, "title", "may now be null"),
        ({"due_on": (date, public(default=None))}, "due_on", "may no longer be null"),
        ({"copies": (tuple[CopyWithoutCode, ...], public(default=()))}, "copies[].code", "is gone"),
        (
            {"copies": (tuple[CopyWithColor, ...], public(default=()))},
            "copies[].color",
            "is new and required",
        ),
        (
            {"copies": (tuple[CopyWithTextPages, ...], public(default=()))},
            "copies[].pages",
            "changed its type from integer to string",
        ),
        (
            {"copies": (tuple[str, ...], public(default=()))},
            "copies[]",
            "changed its type from part to string",
        ),
    ],
)
def test_a_change_that_could_break_a_reader_is_named_with_its_event_field_and_readers(
    folder: Path, changed: dict[str, Any], field: str, said: str
) -> None:
    change(**changed)
    [told] = [
        fault
        for fault in faults_in(folder)
        if fault.startswith(f"{TOPIC}: field {field!r} ") and said in fault
    ]
    assert told.endswith("; this could break lookup, reminders")


def test_a_breaking_change_is_not_released(folder: Path) -> None:
    before = load_documents(folder / "released")
    change(title=None)
    check.release(folder)
    assert load_documents(folder / "released") == before


def test_a_fact_about_another_thing_than_before_is_a_breaking_change(folder: Path) -> None:
    class BookLent(Event, topic=TOPIC, subject="title"):
        """A book was lent to a reader."""

        book_id: UUID = public()
        title: str = public()
        shelf: Shelf = public()
        lent_on: date = public()
        due_on: date | None = public(default=None)
        copies: tuple[Copy, ...] = public(default=())

    assert [fault for fault in faults_in(folder) if "'book_id' and is now about 'title'" in fault]


def test_a_changed_fact_without_readers_may_still_have_some_elsewhere(folder: Path) -> None:
    change(title=None)
    (folder / "unheard.toml").write_text(f'"{TOPIC}" = "for the archive"')
    told = [fault for fault in faults_in(folder, {}) if "'title'" in fault and "gone" in fault]
    assert told == [
        f"{TOPIC}: field 'title' is gone; no service of the suite reads it, but others may"
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"color": (str | None, public(default=None))},
        {"copies": (tuple[CopyWithOptionalColor, ...], public(default=()))},
    ],
)
def test_an_optional_field_may_be_added_and_is_released(
    folder: Path, changed: dict[str, Any]
) -> None:
    fact = change(**changed)
    change_found = f"{TOPIC}: changed since its release without breaking a reader: {check.RELEASE}"
    assert change_found in faults_in(folder)
    check.release(folder)
    assert load_documents(folder / "released") == {TOPIC: json_schema(fact)}
    assert not [fault for fault in faults_in(folder) if "release" in fault]


def test_a_new_fact_must_be_released(folder: Path) -> None:
    (folder / "released" / f"{TOPIC}.json").unlink()
    assert faults_in(folder) == [f"{TOPIC}: not yet released: run `make release-contracts`"]


def test_a_released_fact_may_not_vanish(folder: Path, language: dict[str, type[Event]]) -> None:
    language.clear()
    assert (
        f"{TOPIC}: released, but its class is gone; this could break lookup, reminders"
        in faults_in(folder)
    )
