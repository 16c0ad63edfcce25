"""Every fact of the published language reads back as it was written, and nothing else is let in."""

import json
import re
from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.i18n.text import translatable
from contracts import Event, Part, event_class
from contracts.codec import InvalidEvent, dump, load, read, write
from contracts.envelope import decode, encode
from contracts.event import Instant, RestrictedField, public, restricted
from contracts.notices import ALWAYS, NoticeFact
from contracts.payments import InvoiceOpened, PaymentFailed
from contracts.schemas import json_schema
from tests.contracts.any_events import (
    SAMPLES,
    any_json,
    declared,
    each_fact,
    message_of,
    odd_text,
    sample_of,
)


class Chapter(Part):
    title: str
    pages: int = 1


class Language(StrEnum):
    ENGLISH = "en"
    SPANISH = "es"


class BookBound(Event, subject="book_id"):
    """A fact with a field of every type; without a topic it does not enter the language."""

    book_id: UUID = public()
    title: str = public()
    pages: int = public()
    is_cloth: bool = public()
    bound_on: date = public()
    bound_at: Instant = public()
    language: Language = public()
    first: Chapter = public()
    chapters: tuple[Chapter, ...] = public()
    authors: tuple[str, ...] = public()
    names: dict[str, str] = public()
    returned_on: date | None = public(default=None)
    last: Chapter | None = public(default=None)


BOUND = BookBound(
    version=1,
    book_id=UUID("0199f3c2-5a10-7c41-9b1e-3f5d2a7c8e01"),
    title="The Law of Lending",
    pages=212,
    is_cloth=True,
    bound_on=date(2026, 11, 22),
    bound_at=datetime(2026, 11, 22, 15, 0, tzinfo=UTC),
    language=Language.ENGLISH,
    first=Chapter(title="Of Books"),
    chapters=(Chapter(title="Of Books"), Chapter(title="Of Borrowers", pages=12)),
    authors=("Ottoline Inkwell", "Barnaby Leafturner"),
    names={"es": "La ley del préstamo"},
)


@each_fact
@given(values=st.data())
def test_every_fact_reads_back_as_it_was_written(fact: type[Event], values: st.DataObject) -> None:
    message = message_of(values.draw(declared(fact)))
    assert decode(encode(message)) == message


@given(event=declared(BookBound))
def test_every_type_of_field_reads_back_as_it_was_written(event: Event) -> None:
    assert read(BookBound, write(event)) == event == load(BookBound, dump(event))


@each_fact
def test_a_sample_is_what_is_on_the_wire(fact: type[Event]) -> None:
    sample = json.loads((SAMPLES / f"{fact.topic}.json").read_text())
    compact = json.dumps(sample, ensure_ascii=False, separators=(",", ":"))
    assert write(sample_of(fact)) == compact.encode()


@each_fact
def test_a_payload_fits_the_json_schema_of_its_fact(fact: type[Event]) -> None:
    schema = json_schema(fact)
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    payload = dump(sample_of(fact))
    validator.validate(payload)
    for name in schema["required"]:
        assert not validator.is_valid({**payload, name: None})


@given(event=declared(BookBound))
def test_the_json_schema_allows_whatever_may_be_written(event: Event) -> None:
    jsonschema.validate(dump(event), json_schema(BookBound))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("book_id", str(BOUND.book_id)),
        ("title", None),
        ("title", 7),
        ("title", b"bytes"),
        ("pages", "212"),
        ("pages", 2.5),
        ("pages", None),
        ("is_cloth", "yes"),
        ("is_cloth", None),
        ("bound_on", "2026-11-22"),
        ("bound_on", BOUND.bound_at),
        ("bound_at", datetime(2026, 11, 22, 15, 0)),  # noqa: DTZ001  # the wrong is meant
        ("bound_at", BOUND.bound_on),
        ("language", "en"),
        ("language", "fr"),
        ("first", {"title": "Of Books"}),
        ("first", Chapter(title=7)),  # type: ignore[arg-type]  # the wrong is meant
        ("first", BOUND),
        ("chapters", list(BOUND.chapters)),
        ("chapters", (None,)),
        ("chapters", BOUND.first),
        ("authors", "Ottoline Inkwell"),
        ("authors", (1, 2)),
        ("names", {"es": 1}),
        ("names", ("es",)),
        ("returned_on", "later"),
        ("title", "half of a surrogate pair: \ud83d"),
    ],
)
def test_a_fact_with_a_value_of_the_wrong_type_is_not_written(field: str, wrong: Any) -> None:
    event = BookBound(**{**vars(BOUND), field: wrong})
    with pytest.raises(InvalidEvent):
        write(event)


@given(wrong=any_json | odd_text | st.dates(), values=st.data())
def test_whatever_is_in_a_field_is_written_so_that_it_reads_back_or_is_refused(
    wrong: Any, values: st.DataObject
) -> None:
    field = values.draw(st.sampled_from(sorted(vars(BOUND))))
    event = BookBound(**{**vars(BOUND), field: wrong})
    try:
        payload = write(event)
    except InvalidEvent:
        return
    assert read(BookBound, payload) == event
    jsonschema.validate(json.loads(payload), json_schema(BookBound))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        *(("version", wrong) for wrong in (True, 1.0, "1", None, [1])),
        ("title", None),
        ("title", 7),
        ("title", "half of a surrogate pair: \ud83d"),
        ("is_cloth", 1),
        ("is_cloth", "true"),
        ("book_id", 7),
        ("book_id", ""),
        ("book_id", "{0199f3c2-5a10-7c41-9b1e-3f5d2a7c8e01}"),
        ("book_id", "urn:uuid:0199f3c2-5a10-7c41-9b1e-3f5d2a7c8e01"),
        ("bound_on", 20261122),
        ("bound_on", "20261122"),
        ("bound_on", "2026-W47-7"),
        ("bound_on", "2026-02-30"),
        ("bound_on", "2026-11-22T15:00:00Z"),
        ("bound_at", 1795359600),
        ("bound_at", "2026-11-22"),
        ("bound_at", "2026-11-22T15:00:00"),
        ("language", "EN"),
        ("language", "fr"),
        ("language", None),
        ("first", "Of Books"),
        ("first", {}),
        ("first", {"title": "Of Books", "pages": "1"}),
        ("chapters", {}),
        ("chapters", [None]),
        ("authors", "Ottoline Inkwell"),
        ("authors", [1]),
        ("names", []),
        ("names", {"es": 1}),
        ("names", {"es": None}),
        ("returned_on", ""),
    ],
)
def test_a_payload_with_a_wrong_value_is_refused_by_its_place(field: str, wrong: Any) -> None:
    payload = json.dumps({**dump(BOUND), field: wrong}).encode()
    with pytest.raises(InvalidEvent) as refused:
        read(BookBound, payload)
    assert field in str(refused.value) or "surrogate" in str(wrong)


@pytest.mark.parametrize("title", [Language.ENGLISH, translatable("en")])
def test_text_of_a_class_of_its_own_is_written_as_text(title: str) -> None:
    assert read(BookBound, write(replace(BOUND, title=title))).title == "en"


@pytest.mark.parametrize("kind", [datetime, float, bytes, dict[str, int]])
def test_a_field_of_a_type_that_the_language_does_not_have_is_found(kind: Any) -> None:
    class BookFound(Event, subject="version"):
        found: kind = public()

    with pytest.raises(TypeError):
        json_schema(BookFound)


@pytest.mark.parametrize("written", ["2026-11-22T15:00:00Z", "2026-11-22T20:30:00+05:30"])
def test_an_instant_may_be_given_in_any_offset(written: str) -> None:
    assert load(BookBound, {**dump(BOUND), "bound_at": written}) == BOUND


def test_a_fact_cannot_be_changed_or_made_incomplete() -> None:
    with pytest.raises(FrozenInstanceError):
        BOUND.title = "Another"  # type: ignore[misc]  # the wrong is meant
    with pytest.raises(TypeError, match="title"):
        BookBound(version=1)  # type: ignore[call-arg]  # the wrong is meant
    with pytest.raises(TypeError, match="color"):
        BookBound(**{**vars(BOUND), "color": "red"})


def test_a_restricted_field_is_not_written(language: dict[str, type[Event]]) -> None:
    class BorrowerNoted(Event, topic="library.borrower-noted.v1", subject="borrower_id"):
        """A borrower was noted."""

        borrower_id: UUID = public()
        ssn: str = restricted()
        forgotten: str = "no mark"

    noted = BorrowerNoted(version=1, borrower_id=uuid4(), ssn="900-00-0000")
    with pytest.raises(RestrictedField, match="ssn, forgotten"):
        encode(message_of(noted))


def with_unknown_fields(document: Any) -> Any:
    """The document with fields of a later release in every object of it."""
    if isinstance(document, list):
        return [with_unknown_fields(each) for each in document]
    # Texts by language are a map, which has no fields.
    if not isinstance(document, dict) or ALWAYS in document:
        return document
    known = {name: with_unknown_fields(value) for name, value in document.items()}
    return {**known, "added_later": {"anything": [1, None]}}


@each_fact
def test_a_reader_ignores_fields_that_it_does_not_know(fact: type[Event]) -> None:
    message = message_of(sample_of(fact))
    later = with_unknown_fields(json.loads(encode(message)))
    assert decode(json.dumps(later).encode()) == message


@each_fact
def test_a_reader_needs_the_required_fields_only(fact: type[Event]) -> None:
    required = json_schema(fact)["required"]
    payload = dump(sample_of(fact))
    smallest = load(fact, {name: payload[name] for name in required})
    assert dump(smallest).keys() == payload.keys(), "what was left out is sent on"
    for each in fields(fact):
        left_out = each.name not in required
        assert getattr(smallest, each.name) == (
            each.default if left_out else getattr(sample_of(fact), each.name)
        )


@each_fact
def test_a_message_without_a_required_field_is_refused_by_its_name(fact: type[Event]) -> None:
    payload = dump(sample_of(fact))
    for missing in json_schema(fact)["required"]:
        incomplete = {name: value for name, value in payload.items() if name != missing}
        with pytest.raises(InvalidEvent, match=missing):
            load(fact, incomplete)


def test_a_part_without_a_required_field_is_refused_by_its_name() -> None:
    payload = dump(BOUND)
    with pytest.raises(InvalidEvent, match="title"):
        load(BookBound, {**payload, "chapters": [{"pages": 2}]})


@each_fact
def test_the_same_fact_about_the_same_version_is_the_same_event(fact: type[Event]) -> None:
    event = sample_of(fact)
    assert sample_of(fact).event_id == event.event_id
    assert replace(event, version=event.version + 1).event_id != event.event_id
    about_another = fact(**{**vars(event), fact.subject_field: uuid4()})
    assert about_another.event_id != event.event_id


def test_two_facts_about_the_same_version_are_two_events() -> None:
    opened = sample_of(InvoiceOpened)
    failed = PaymentFailed(**vars(opened), reason="card_declined")
    assert (failed.subject, failed.version) == (opened.subject, opened.version)
    assert failed.event_id != opened.event_id


@each_fact
def test_a_fact_keeps_the_grammar(fact: type[Event]) -> None:
    publisher, name, version = fact.topic.split(".")
    words = "".join(word.capitalize() for word in name.split("-"))
    assert re.fullmatch(r"v[1-9][0-9]*", version)
    if issubclass(fact, NoticeFact):
        # Several services have one, each of its own.
        assert fact.__name__ == publisher.capitalize() + words
    else:
        assert fact.__name__ == words + ("" if version == "v1" else version.upper())
    assert fact.__module__ == f"contracts.{publisher}"
    assert event_class(fact.topic) is fact
    assert fact.sent_when().endswith("."), "the first docstring line is one sentence"
    assert fact.subject_field in json_schema(fact)["required"]
