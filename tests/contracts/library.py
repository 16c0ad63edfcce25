"""A small published language for tests: a library tells that a book was lent."""

import json
import types
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts import Event, Part, check
from contracts.event import public

TOPIC = "library.book-lent.v1"
READERS = {TOPIC: ["lookup", "reminders"]}
SUITE = ("library", "lookup", "reminders")


class Shelf(StrEnum):
    FICTION = "fiction"
    LAW = "law"


class Copy(Part):
    code: str
    pages: int = 1


def book_lent() -> type[Event]:
    """The fact as it was released; each test below declares it again with one thing changed."""

    class BookLent(Event, topic=TOPIC, subject="book_id"):
        """A book was lent to a reader."""

        book_id: UUID = public()
        title: str = public()
        shelf: Shelf = public()
        lent_on: date = public()
        due_on: date | None = public(default=None)
        copies: tuple[Copy, ...] = public(default=())

    return BookLent


SAMPLE = {
    "version": 1,
    "book_id": "0199f3c2-5a10-7c41-9b1e-3f5d2a7c8e01",
    "title": "The Law of Lending",
    "shelf": "law",
    "lent_on": "2026-11-22",
    "due_on": "2026-12-20",
    "copies": [{"code": "B-1", "pages": 212}],
}


def change(**changed: Any) -> type[Event]:
    """The released fact again, with these annotations and marks in place of its own.

    A value is an (annotation, mark) pair, or None for a field that is gone.
    """
    members: dict[str, tuple[Any, Any] | None] = {
        "book_id": (UUID, public()),
        "title": (str, public()),
        "shelf": (Shelf, public()),
        "lent_on": (date, public()),
        "due_on": (date | None, public(default=None)),
        "copies": (tuple[Copy, ...], public(default=())),
        **changed,
    }
    kept = {name: pair for name, pair in members.items() if pair is not None}
    body: dict[str, Any] = {name: mark for name, (_, mark) in kept.items()}
    body["__annotations__"] = {name: annotation for name, (annotation, _) in kept.items()}
    body["__doc__"] = "A book was lent to a reader."
    keywords = {"topic": TOPIC, "subject": "book_id"}
    return types.new_class("BookLent", (Event,), keywords, lambda members: members.update(body))


def write_sample(folder: Path, sample: object) -> None:
    (folder / "samples" / f"{TOPIC}.json").write_text(json.dumps(sample))


def faults_in(folder: Path, readers: dict[str, list[str]] | None = None) -> list[str]:
    """What is wrong, apart from documents that only follow what is."""
    found = check.find_faults(READERS if readers is None else readers, SUITE, folder)
    return [fault for fault in found if "out of date" not in fault]
