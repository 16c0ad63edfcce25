"""The envelope is a CloudEvent, and whatever bytes come in, a reader reads or refuses them."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from jsonschema.exceptions import FormatError

from contracts import Event
from contracts.envelope import UndecodableMessage, decode, encode
from contracts.event import ContractError, UnknownTopic
from tests.contracts.any_events import FACTS, any_json, each_fact, message_of, odd_text, sample_of

REQUIRED = {"specversion", "id", "source", "type"}
FORMATS = {"source": "uri-reference", "dataschema": "uri", "time": "date-time"}


def read_as_cloudevent(body: bytes) -> CloudEvent:
    """The event by the reader that the specification's authors give; raises what is wrong with it.

    The formats of text and the lack of required attributes, which it makes up, are ours to check.
    """
    envelope = json.loads(body)
    assert envelope.keys() >= REQUIRED
    for attribute in FORMATS.keys() & envelope.keys():
        Draft7Validator.FORMAT_CHECKER.check(envelope[attribute], FORMATS[attribute])
    event = JSONFormat().read(CloudEvent, body)
    assert isinstance(event, CloudEvent)
    return event


@each_fact
def test_the_envelope_is_a_cloudevent(fact: type[Event]) -> None:
    message = message_of(sample_of(fact))
    envelope = json.loads(encode(message))
    event = read_as_cloudevent(encode(message))
    assert event.get_attributes() | {"time": envelope["time"], "data": event.get_data()} == envelope
    assert (event.get_id(), event.get_type()) == (str(message.id), fact.topic)
    assert (event.get_source(), event.get_time()) == (message.source, message.time)
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in envelope)
    assert envelope["specversion"] == "1.0"
    assert envelope["id"] == str(message.event.event_id)
    assert envelope["type"] == fact.topic
    assert envelope["subject"] == str(getattr(message.event, fact.subject_field))
    assert envelope["sequence"] == str(message.event.version)
    assert envelope["time"] == "2026-11-22T15:00:00.123456+00:00"
    assert envelope["dataschema"] == f"urn:credence:{fact.topic}"


@pytest.mark.parametrize(
    ("attribute", "wrong"),
    [
        ("specversion", "0.9"),
        ("id", ""),
        ("id", 7),
        ("source", ""),
        ("source", "what of this?>"),
        ("type", None),
        ("subject", ""),
        ("time", "2026-11-22T15:00:00"),
        ("time", "yesterday"),
        ("datacontenttype", 1),
        ("dataschema", "certificate"),
        ("correlationId", "0199f3c2"),
    ],
)
def test_an_envelope_that_is_no_cloudevent_is_found(attribute: str, wrong: Any) -> None:
    good = json.loads(SAMPLE_BODIES[0])
    with pytest.raises((CloudEventValidationError, FormatError)):
        read_as_cloudevent(json.dumps({**good, attribute: wrong}).encode())


@pytest.mark.parametrize("attribute", sorted(REQUIRED))
def test_an_envelope_without_a_required_attribute_is_no_cloudevent(attribute: str) -> None:
    bare = json.loads(SAMPLE_BODIES[0])
    del bare[attribute]
    with pytest.raises(AssertionError):
        read_as_cloudevent(json.dumps(bare).encode())


def test_what_the_road_need_not_add_is_left_out() -> None:
    bare = replace(message_of(sample_of(FACTS[0])), causation_id=None, traceparent=None)
    assert not {"causationid", "traceparent"} & set(json.loads(encode(bare)))
    assert decode(encode(bare)) == bare


def test_an_unknown_topic_is_told_from_bytes_that_are_no_event() -> None:
    envelope = json.loads(encode(message_of(sample_of(FACTS[0]))))
    with pytest.raises(UnknownTopic, match=r"library\.book-bound\.v1"):
        decode(json.dumps({**envelope, "type": "library.book-bound.v1"}).encode())
    with pytest.raises(UndecodableMessage):
        decode(b"not an event")


def decodes_or_is_refused(body: bytes) -> None:
    """Nothing but a `ContractError` may come out of a reader, whatever comes in."""
    try:
        message = decode(body)
    except ContractError:
        return
    assert message.time.tzinfo is not None
    assert isinstance(message.source, str)
    assert isinstance(message.correlation_id, str)
    assert decode(encode(message)) == message


@given(body=st.binary())
def test_random_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(ContractError):
        decode(body)


@given(document=any_json)
def test_random_json_is_refused(document: Any) -> None:
    with pytest.raises(ContractError):
        decode(json.dumps(document).encode())


SAMPLE_BODIES = [encode(message_of(sample_of(fact))) for fact in FACTS]


@given(body=st.sampled_from(SAMPLE_BODIES), values=st.data())
def test_a_message_with_damaged_bytes_is_read_or_refused(
    body: bytes, values: st.DataObject
) -> None:
    begin = values.draw(st.integers(0, len(body)))
    end = values.draw(st.integers(begin, min(len(body), begin + 40)))
    decodes_or_is_refused(body[:begin] + values.draw(st.binary(max_size=8)) + body[end:])


@given(body=st.sampled_from(SAMPLE_BODIES), wrong=any_json | odd_text, values=st.data())
def test_a_message_with_a_wrong_value_anywhere_is_read_or_refused(
    body: bytes, wrong: Any, values: st.DataObject
) -> None:
    document = json.loads(body)
    place = values.draw(st.sampled_from(list(places_in(document))))
    *path, last = place
    inner = document
    for step in path:
        inner = inner[step]
    inner[last] = wrong
    decodes_or_is_refused(json.dumps(document).encode())


def places_in(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value inside a document."""
    inner: Any = ()
    if isinstance(document, dict):
        inner = document.items()
    elif isinstance(document, list):
        inner = enumerate(document)
    for step, value in inner:
        yield (*path, step)
        yield from places_in(value, (*path, step))


@pytest.mark.parametrize(
    ("attribute", "wrong"),
    [
        ("type", None),
        ("type", ["certification"]),
        ("source", None),
        ("time", "2026-11-22T15:00:00"),
        ("time", "yesterday"),
        ("time", 1795359600),
        ("correlationid", 7),
        ("correlationid", "\ud83d"),
        ("causationid", "the weather"),
        ("causationid", 7),
        ("traceparent", ["00"]),
        ("data", None),
        ("data", []),
        ("data", "{}"),
    ],
)
def test_an_envelope_with_a_wrong_attribute_is_refused(attribute: str, wrong: Any) -> None:
    envelope = json.loads(SAMPLE_BODIES[0])
    with pytest.raises(ContractError):
        decode(json.dumps({**envelope, attribute: wrong}).encode())


@pytest.mark.parametrize("attribute", ["type", "source", "time", "correlationid", "data"])
def test_an_envelope_without_a_needed_attribute_is_refused(attribute: str) -> None:
    envelope = json.loads(SAMPLE_BODIES[0])
    del envelope[attribute]
    with pytest.raises(UndecodableMessage, match=attribute):
        decode(json.dumps(envelope).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"' + b"a" * 10_000 + b'"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 10_000,
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b'{"type": [], "data": {}}',
        b'{"type": {}, "data": [], "time": 1}',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_no_publisher_would_send_is_refused(body: bytes) -> None:
    with pytest.raises(ContractError):
        decode(body)
