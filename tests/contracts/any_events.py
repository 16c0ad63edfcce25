"""Any event of the published language, made by hypothesis from the annotations of its fact."""

import json
import types
import typing
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st

from contracts import Event, event_classes
from contracts.codec import load
from contracts.envelope import Message
from contracts.notices import NoticeFact, Recipient

FACTS = event_classes()
SAMPLES = Path(__file__).parents[2] / "contracts/samples"
each_fact = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.topic)

SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(),
    bool: st.booleans(),
    UUID: st.uuids(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    types.NoneType: st.none(),
}


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Whatever may stand in a field of this type."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([values_of(each) for each in inner])
    if origin is tuple:
        return st.lists(values_of(inner[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(st.text(), st.text(), max_size=3)
    if annotation in SCALARS:
        return SCALARS[annotation]
    if issubclass(annotation, StrEnum):
        return st.sampled_from(list(annotation))
    return declared(annotation)


IN_LANGUAGES = st.fixed_dictionaries({"en": st.text(), "es": st.text()})
# What a class checks besides its types.
NARROWER: dict[type[Any], dict[str, st.SearchStrategy[Any]]] = {
    NoticeFact: {
        "kind": st.sampled_from(["fee-due", "new"]),
        "title": IN_LANGUAGES,
        "text": IN_LANGUAGES,
        "link": st.none() | st.just("/payments/invoices/1"),
    },
}
RECIPIENTS = st.one_of(
    st.builds(Recipient, educator_id=st.uuids()),
    st.builds(Recipient, organization_id=st.uuids(), role=st.text()),
    st.builds(Recipient, email=st.text()),
)


def declared(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Any event of this fact, or any such part of one."""
    if kind is Recipient:
        return RECIPIENTS
    hints = typing.get_type_hints(kind)
    members = {each.name: values_of(hints[each.name]) for each in fields(kind)}
    for general, narrower in NARROWER.items():
        members |= narrower if issubclass(kind, general) else {}
    return st.fixed_dictionaries(members).map(lambda values: kind(**values))


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


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
"""Text that is almost a value of some type."""


def message_of(event: Event) -> Message:
    return Message(
        event=event,
        source=event.sources()[0],
        time=datetime(2026, 11, 22, 15, 0, 0, 123456, UTC),
        correlation_id="0199f3c2",
        causation_id=uuid4(),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )


def sample_of(fact: type[Event]) -> Event:
    return load(fact, json.loads((SAMPLES / f"{fact.topic}.json").read_text()))
