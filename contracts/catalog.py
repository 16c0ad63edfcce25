"""The catalog of facts: released schemas, samples, readers, and `docs/events.md`."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from itertools import groupby
from pathlib import Path
from typing import Any

from contracts.event import ContractError, Event, Mark
from contracts.notices import kinds_of

CONTRACTS = Path(__file__).parent

Readers = Mapping[str, Sequence[str]]
"""For each topic, the services that react to it."""

_HEAD = """\
# The events

Every fact that the services publish, by publisher.
A fact is about its *subject*, carries that subject's whole public state, and is identified by topic, subject and version.
Anybody may see a field marked *public*; only the agency's own services may see one marked *personal*; an event holds nothing more secret.
A field with a question mark is optional.

`make documents` generates this page from `contracts/`.
"""  # noqa: E501  # one sentence a line


class UnreadableDocument(ContractError):
    """A committed file of the published language cannot be read."""


def load_documents(folder: Path) -> dict[str, Any]:
    """The JSON documents of a folder, by topic; raises `UnreadableDocument`."""
    return {path.stem: _load_document(path) for path in sorted(folder.glob("*.json"))}


def _load_document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadableDocument(f"{path.parent.name}/{path.name} is not JSON: {error}") from error


def as_text(document: Any) -> str:
    """A JSON document, indented so that people can read it and git can compare it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def load_unheard(path: Path = CONTRACTS / "unheard.toml") -> dict[str, str]:
    """The facts that no service of the suite reacts to, each with the reason for publishing it.

    Raises `UnreadableDocument`.
    """
    try:
        return dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise UnreadableDocument(f"{path.name} is not TOML: {error}") from error


@dataclass(frozen=True)
class Entry:
    """A fact's catalog entry.

    `fields` holds, by mark, each field and whether it is optional; `kinds`, for a notice, each kind
    and when it is sent.
    """

    topic: str
    publisher: str
    sent_when: str
    subject_field: str
    fields: Mapping[Mark, Mapping[str, bool]]
    who_reacts: str
    kinds: Mapping[str, str]
    is_sent: bool

    @property
    def name(self) -> str:
        """The topic without its publisher, e.g. `hold-placed.v1`."""
        return self.topic.partition(".")[2]


def entries(
    facts: Sequence[type[Event]], readers: Readers, unheard: Mapping[str, str]
) -> list[Entry]:
    """The whole catalog, by publisher and topic."""
    by_publisher = sorted(facts, key=lambda fact: (fact.publisher(), fact.topic))
    return [
        Entry(
            topic=fact.topic,
            publisher=fact.publisher(),
            sent_when=fact.sent_when(),
            subject_field=fact.subject_field,
            fields=_fields_of(fact),
            who_reacts=", ".join(sorted(readers.get(fact.topic, ())))
            or f"nobody: {unheard.get(fact.topic, 'not listed')}",
            kinds=kinds_of(fact),
            is_sent=not fact.once_sent_by,
        )
        for fact in by_publisher
    ]


def _fields_of(fact: type[Event]) -> dict[Mark, dict[str, bool]]:
    """The fields by mark, public ones first."""
    optional = {field.name for field in fields(fact) if field.default is not MISSING}
    by_mark = {
        mark: {name: name in optional for name, own in fact.marks().items() if own is mark}
        for mark in Mark
    }
    return {mark: names for mark, names in by_mark.items() if names}


def events_page(facts: Sequence[type[Event]], readers: Readers, unheard: Mapping[str, str]) -> str:
    """The catalog as a Markdown page: one table per publisher."""
    parts = [_HEAD]
    by_publisher = groupby(entries(facts, readers, unheard), lambda entry: entry.publisher)
    for publisher, of_publisher in by_publisher:
        published = list(of_publisher)
        parts.append(
            "\n".join(
                [
                    f"## {publisher}",
                    "",
                    "| Fact | Sent when | Subject | Fields | Who reacts |",
                    "|---|---|---|---|---|",
                    *(_row(entry) for entry in published),
                    "",
                    *(line for entry in published for line in _lines_of_kinds(entry)),
                ]
            )
        )
    return "\n".join(parts)


def _lines_of_kinds(entry: Entry) -> list[str]:
    """The table of a notice's kinds; nothing for another fact."""
    if not entry.kinds:
        return []
    rows = [f"| `{kind}` | {sent_when} |" for kind, sent_when in entry.kinds.items()]
    return [f"| Kind of {entry.name} | Sent when |", "|---|---|", *rows, ""]


def _row(entry: Entry) -> str:
    links = (
        f"[{entry.name}](../contracts/released/{entry.topic}.json) "
        f"([sample](../contracts/samples/{entry.topic}.json))"
    )
    by_mark = "<br>".join(
        f"*{mark}* " + ", ".join(f"`{name}`{'?' * optional}" for name, optional in names.items())
        for mark, names in entry.fields.items()
    )
    sent_when = entry.sent_when if entry.is_sent else f"*No longer sent.* {entry.sent_when}"
    cells = [links, sent_when, f"`{entry.subject_field}`", by_mark, entry.who_reacts]
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
