"""The short way to read and write facts gives what marshmallow gives, or leaves it to that."""

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import Event
from contracts.direct import DoesNotFit, read_exactly, write_exactly
from contracts.schemas import InvalidEvent, schema_of
from tests.contracts.any_events import FACTS, any_json, declared, each_fact, sample_of
from tests.contracts.test_envelope import places_in
from tests.contracts.test_events import BOUND, BookBound

EXAMPLES = [BOUND, *(sample_of(fact) for fact in FACTS)]
WRITTEN: list[tuple[type[Event], dict[str, Any]]] = [
    (type(each), schema_of(type(each)).dump(each)) for each in EXAMPLES
]


@each_fact
@given(values=st.data())
def test_whatever_can_be_said_is_read_and_written_the_short_way(
    fact: type[Event], values: st.DataObject
) -> None:
    event = values.draw(declared(fact))

    payload = write_exactly(event)

    assert json.dumps(payload) == json.dumps(schema_of(fact).dump(event))
    assert read_exactly(fact, payload) == event == schema_of(fact).load(payload)


@given(event=declared(BookBound))
def test_every_type_of_field_goes_the_short_way(event: Event) -> None:
    payload = write_exactly(event)

    assert json.dumps(payload) == json.dumps(schema_of(BookBound).dump(event))
    assert read_exactly(BookBound, payload) == event


odd_text = st.sampled_from(
    [
        "",
        "1",
        "true",
        "\ud83d",
        "2026-11-22",
        "20261122",
        "2026-W47-7",
        "2026-11-22T15:00:00",
        "2026-11-22T15:00:00Z",
        "2026-11-22T15:00:00+05:30",
        "{0199f3c2-5a10-7c41-9b1e-3f5d2a7c8e01}",
        "urn:uuid:0199f3c25a107c419b1e3f5d2a7c8e01",
        "EN",
        "en",
    ]
)


@given(
    example=st.sampled_from(WRITTEN),
    wrong=any_json | odd_text | st.floats(allow_nan=False),
    values=st.data(),
)
def test_what_is_read_the_short_way_reads_the_same_through_marshmallow(
    example: tuple[type[Event], dict[str, Any]], wrong: Any, values: st.DataObject
) -> None:
    fact, payload = example
    changed = json.loads(json.dumps(payload))
    *path, last = values.draw(st.sampled_from(list(places_in(changed))))
    inner: Any = changed
    for step in path:
        inner = inner[step]
    if values.draw(st.booleans()):
        inner[last] = wrong
    else:
        del inner[last]
    try:
        event = read_exactly(fact, changed)
    except DoesNotFit:
        return
    # Raises ValidationError, and fails, where marshmallow would have refused.
    through_marshmallow = schema_of(fact).load(changed)
    assert through_marshmallow == event
    assert repr(through_marshmallow) == repr(event), "equal, but not of the same types"


@given(example=st.sampled_from(EXAMPLES), wrong=any_json | odd_text | st.dates(), values=st.data())
def test_what_is_written_the_short_way_is_written_the_same_through_marshmallow(
    example: Event, wrong: Any, values: st.DataObject
) -> None:
    name = values.draw(st.sampled_from([each.name for each in fields(example)]))
    members = {each.name: getattr(example, each.name) for each in fields(example)}
    event = type(example)(**{**members, name: wrong})
    try:
        payload = write_exactly(event)
    except DoesNotFit:
        return
    assert json.dumps(payload) == json.dumps(schema_of(type(event)).dump(event))
    assert schema_of(type(event)).load(json.loads(json.dumps(payload))) == event


@pytest.mark.parametrize("wrong", [True, 1.0, "1", None, [1]], ids=repr)
def test_a_number_that_is_not_quite_one_does_not_go_the_short_way(wrong: Any) -> None:
    fact, payload = WRITTEN[0]
    with pytest.raises(DoesNotFit):
        read_exactly(fact, {**payload, "version": wrong})


def test_a_refusal_still_names_every_fault() -> None:
    from contracts.schemas import event_from

    fact, payload = WRITTEN[0]
    with pytest.raises(InvalidEvent) as refused:
        event_from(fact, {**payload, "version": "one", "bound_on": 7})
    assert isinstance(refused.value.faults, dict)
    assert set(refused.value.faults) == {"version", "bound_on"}
