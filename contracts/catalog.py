"""The catalog of facts: released schemas, samples, who hears what, and `docs/events.md`."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from itertools import groupby
from pathlib import Path
from typing import Any

from contracts.event import ContractError, Event, Mark

CONTRACTS = Path(__file__).parent

Readers = Mapping[str, Sequence[str]]
"""For each topic, the services that react to it."""

SENT_BY_ANY = "notices"
"""The publisher in whose name any service may speak."""

_HEAD = """\
# The events

Every fact that the services tell each other, by the service that publishes it.
A fact is about its *subject*, carries the whole public state of that thing, and is identified by topic, subject and version.
A field marked *public* may be seen by anybody, one marked *personal* only by the agency's own services; nothing more secret may stand in an event.
A field with a question mark is optional.

This page is generated from `contracts/`: `make documents` writes it anew.
"""  # noqa: E501  # one sentence a line


class UnreadableDocument(ContractError):
    """A committed file of the published language is not what it should be."""


def load_documents(folder: Path) -> dict[str, Any]:
    """The JSON documents of a folder, by topic; raises `UnreadableDocument`."""
    return {path.stem: _load_document(path) for path in sorted(folder.glob("*.json"))}


def _load_document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadableDocument(f"{path.parent.name}/{path.name} is not JSON: {error}") from error


def as_text(document: Any) -> str:
    """A JSON document as people can read it and git can compare it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def load_unheard(path: Path = CONTRACTS / "unheard.toml") -> dict[str, str]:
    """The facts that no service of the suite hears, each with the reason why it is sent.

    Raises `UnreadableDocument`.
    """
    try:
        return dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise UnreadableDocument(f"{path.name} is not TOML: {error}") from error


def events_page(facts: Sequence[type[Event]], readers: Readers, unheard: Mapping[str, str]) -> str:
    """The catalog as a Markdown page: one table a publisher."""
    parts = [_HEAD]
    by_publisher = sorted(facts, key=lambda fact: (fact.publisher(), fact.topic))
    for publisher, published in groupby(by_publisher, lambda fact: fact.publisher()):
        rows = [_row(fact, sorted(readers.get(fact.topic, ())), unheard) for fact in published]
        parts.append(
            "\n".join(
                [
                    f"## {publisher}{' (sent by any service)' if publisher == SENT_BY_ANY else ''}",
                    "",
                    "| Fact | Sent when | Subject | Fields | Who reacts |",
                    "|---|---|---|---|---|",
                    *rows,
                    "",
                ]
            )
        )
    return "\n".join(parts)


def _row(fact: type[Event], readers: Sequence[str], unheard: Mapping[str, str]) -> str:
    name = fact.topic.partition(".")[2]
    links = (
        f"[{name}](../contracts/released/{fact.topic}.json) "
        f"([sample](../contracts/samples/{fact.topic}.json))"
    )
    who = ", ".join(readers) or f"nobody: {unheard.get(fact.topic, 'not listed')}"
    cells = [links, fact.sent_when(), f"`{fact.subject_field}`", _fields_of(fact), who]
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _fields_of(fact: type[Event]) -> str:
    """The fields by mark, those that anybody may see first."""
    optional = {each.name for each in fields(fact) if each.default is not MISSING}
    groups = []
    for mark in Mark:
        names = [
            f"`{name}`{'?' if name in optional else ''}"
            for name, its_mark in fact.marks().items()
            if its_mark is mark
        ]
        if names:
            groups.append(f"*{mark}* {', '.join(names)}")
    return "<br>".join(groups)
