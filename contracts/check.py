"""Checks the published language; `python -m services contracts` runs it.

The caller, which imports the services, passes in who reacts to what. Each rule is a function that
returns the faults it finds, each naming the event, the field and the readers.
"""

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts import asyncapi, compatibility
from contracts.catalog import (
    CONTRACTS,
    Readers,
    as_text,
    events_page,
    load_documents,
    load_unheard,
)
from contracts.codec import dump, load
from contracts.compatibility import breaks
from contracts.event import ContractError, Event, event_classes
from contracts.schemas import json_schema

OPEN_TO_ANYBODY = "lookup"
"""The service that shows all its data to anybody, and so may receive only public fields."""

RELEASE = "run `make release-contracts`"
WRITE = "run `make documents`"

Facts = Sequence[type[Event]]


def main(readers: Readers, publishers: Collection[str], folder: Path = CONTRACTS) -> int:
    """Check the published language and print its faults; returns the exit code, 1 for any fault."""
    try:
        faults = find_faults(readers, publishers, folder)
    except ContractError as error:
        faults = [str(error)]
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(f"contracts: {len(event_classes())} facts, {len(faults)} faults\n")
    return 1 if faults else 0


def find_faults(
    readers: Readers, publishers: Collection[str], folder: Path = CONTRACTS
) -> list[str]:
    """All faults of the published language; raises `UnreadableDocument`."""
    facts, unheard = event_classes(), load_unheard(folder / "unheard.toml")
    return [
        *released_faults(facts, readers, load_documents(folder / "released")),
        *publisher_faults(facts, readers, publishers),
        *reader_faults(facts, readers, unheard),
        *sample_faults(facts, load_documents(folder / "samples")),
        *mark_faults(facts),
        *openness_faults(facts, readers),
        *document_faults(_documents(readers, folder)),
    ]


def release(folder: Path = CONTRACTS) -> None:
    """Release the current schemas of all facts.

    A fact whose change could break a reader keeps its released schema; the check reports it.
    """
    released = load_documents(folder / "released")
    for fact in event_classes():
        if fact.topic in released and _breaking(fact, released[fact.topic], ()):
            continue
        path = folder / "released" / f"{fact.topic}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(as_text(json_schema(fact)), encoding="utf-8")


def write_documents(readers: Readers, folder: Path = CONTRACTS) -> None:
    """Regenerate `docs/events.md` and `docs/asyncapi.json`."""
    for path, text in _documents(readers, folder).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _documents(readers: Readers, folder: Path) -> dict[Path, str]:
    facts, docs = event_classes(), folder.parent / "docs"
    unheard = load_unheard(folder / "unheard.toml")
    return {
        docs / "events.md": events_page(facts, readers, unheard),
        docs / "asyncapi.json": as_text(asyncapi.document(facts, readers)),
    }


def released_faults(facts: Facts, readers: Readers, released: Mapping[str, Any]) -> Iterator[str]:
    """Facts that could break a reader, or differ from their release."""
    for fact in facts:
        schema = released.get(fact.topic)
        if schema is None:
            yield f"{fact.topic}: not yet released: {RELEASE}"
        elif breaking := _breaking(fact, schema, readers.get(fact.topic, ())):
            yield from breaking
        elif schema != json_schema(fact):
            yield f"{fact.topic}: changed since its release without breaking a reader: {RELEASE}"
    for topic in sorted(set(released) - {fact.topic for fact in facts}):
        yield f"{topic}: released, but its class is gone; {breaks(readers.get(topic, ()))}"


def _breaking(fact: type[Event], released: Any, readers: Sequence[str]) -> list[str]:
    return compatibility.faults(released, json_schema(fact), readers)


def publisher_faults(facts: Facts, readers: Readers, publishers: Collection[str]) -> Iterator[str]:
    """Facts whose publisher, or one that once sent them, is not a service of the suite."""
    for fact in facts:
        for sender in fact.senders():
            if sender not in publishers:
                waiting = ", ".join(readers.get(fact.topic, ())) or "none"
                yield f"{fact.topic}: no service {sender!r} publishes it; readers: {waiting}"


def reader_faults(facts: Facts, readers: Readers, unheard: Mapping[str, str]) -> Iterator[str]:
    """Facts without readers that are not listed as such, and topics that belong to no fact."""
    topics = {fact.topic for fact in facts}
    for topic in sorted(topics):
        reacting = readers.get(topic, ())
        if not reacting and topic not in unheard:
            yield f"{topic}: no service reacts to it; if that is intended, say why in unheard.toml"
        if reacting and topic in unheard:
            yield f"{topic}: listed in unheard.toml, but read by {', '.join(reacting)}"
    for topic in sorted(set(unheard) - topics):
        yield f"{topic}: listed in unheard.toml, but there is no such fact"
    for topic in sorted(topic for topic, reason in unheard.items() if not str(reason).strip()):
        yield f"{topic}: listed in unheard.toml without a reason"
    for topic in sorted(set(readers) - topics):
        yield f"{topic}: read by {', '.join(readers[topic])}, but there is no such fact"


def sample_faults(facts: Facts, samples: Mapping[str, Any]) -> Iterator[str]:
    """Samples that are missing, no longer load, or differ from what is published."""
    for fact in facts:
        if fact.topic not in samples:
            yield f"{fact.topic}: there is no sample contracts/samples/{fact.topic}.json"
            continue
        sample = samples[fact.topic]
        try:
            written = dump(load(fact, sample))
        except ContractError as error:
            yield f"{fact.topic}: its sample no longer loads: {error}"
            continue
        for name in sorted(name for name in {*sample, *written} if _differ(name, sample, written)):
            yield f"{fact.topic}: field {name!r} of its sample differs from what is published"
    for topic in sorted(set(samples) - {fact.topic for fact in facts}):
        yield f"{topic}: has a sample, but there is no such fact"


def _differ(name: str, sample: Mapping[str, Any], written: Mapping[str, Any]) -> bool:
    nothing = object()
    return bool(sample.get(name, nothing) != written.get(name, nothing))


def mark_faults(facts: Facts) -> Iterator[str]:
    """Fields that must not be in an event, or have no mark."""
    for fact in facts:
        for name, schema in json_schema(fact)["properties"].items():
            here = f"{fact.topic}: field {name!r}"
            if "x-mark" not in schema:
                yield f"{here} has no mark: declare it with public() or personal()"
            elif schema["x-mark"] == "restricted":
                yield f"{here} is restricted, and must not be in an event"
            for path in _marks_within(schema):
                yield f"{here} has a mark inside, at {path}; a part takes its field's mark"


def _marks_within(schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for inner in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from _marks_within(inner, path)
    for name, inner in schema.get("properties", {}).items():
        if "x-mark" in inner:
            yield f"{path}{name}"
        yield from _marks_within(inner, f"{path}{name}.")


def openness_faults(facts: Facts, readers: Readers) -> Iterator[str]:
    """Facts that the open service reacts to although not all their fields are public."""
    for fact in facts:
        if OPEN_TO_ANYBODY in readers.get(fact.topic, ()):
            for name, mark in fact.marks().items():
                if mark != "public":
                    yield (
                        f"{fact.topic}: {OPEN_TO_ANYBODY} reacts to it, "
                        f"but its field {name!r} is {mark}"
                    )


def document_faults(documents: Mapping[Path, str]) -> Iterator[str]:
    """Generated documents that are out of date."""
    for path, text in documents.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield f"{path.parent.name}/{path.name}: out of date: {WRITE}"
