"""What the forms of a queue send."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from marshmallow import Schema, fields, validate

from chassis.i18n.text import translatable
from chassis.web.forms import MemorableDate
from chassis.worklist.domain import LONGEST_VIEW_NAME, BulkKind
from chassis.worklist.note import LONGEST_NOTE
from chassis.worklist.queue import Looked, Order, Part, Queue

ME, NOBODY = "me", "nobody"
LONGEST_REASON = 500
AT_LEAST_ONE = translatable("Choose at least one row.")
AnyChoice = TypeVar("AnyChoice", bound=StrEnum)


def looked_at(asked: Mapping[str, str], queue: Queue, page: int) -> Looked:
    """What the query of an address asks of a queue; what it does not know is left out."""
    kind, waiting_for = asked.get("kind", ""), asked.get("waiting_for", "")
    return Looked(
        part=_chosen(Part, asked.get("part"), Part.ALL),
        text=asked.get("q", "").strip()[:100],
        kind=kind if kind in queue.kinds() else "",
        waiting_for=waiting_for if waiting_for in queue.waiting_for else "",
        late="late" in asked,
        order=_chosen(Order, asked.get("order"), Order.DUE),
        page=page,
    )


def _chosen(choices: type[AnyChoice], text: str | None, default: AnyChoice) -> AnyChoice:
    return choices(text) if text in list(choices) else default


def query_of(looked: Looked) -> dict[str, str]:
    """The query of the address that asks this, without its page."""
    asked = {
        "part": "" if looked.part is Part.ALL else looked.part,
        "q": looked.text,
        "kind": looked.kind,
        "waiting_for": looked.waiting_for,
        "late": "yes" if looked.late else "",
        "order": "" if looked.order is Order.DUE else looked.order,
    }
    return {name: value for name, value in asked.items() if value}


class HolderForm(Schema):
    """Who is to have an item: `me`, `nobody`, or a colleague's account."""

    holder = fields.String(required=True, metadata={"label": translatable("who is to have it")})


class AsideForm(Schema):
    """When to look at an item again, and why not now."""

    until = MemorableDate(required=True, metadata={"label": translatable("the day")})
    why = fields.String(
        required=True,
        validate=validate.Length(max=LONGEST_REASON),
        metadata={"label": translatable("the reason")},
    )


class NoteForm(Schema):
    """A note to colleagues."""

    note = fields.String(
        required=True,
        validate=validate.Length(max=LONGEST_NOTE),
        metadata={"label": translatable("the note")},
    )


class ViewForm(Schema):
    """The name of a view; the page's address says what it shows."""

    name = fields.String(
        required=True,
        validate=validate.Length(max=LONGEST_VIEW_NAME),
        metadata={"label": translatable("a name for the view")},
    )


class BulkForm(Schema):
    """One act on the chosen items, each as `id:version` as it was on the page."""

    items = fields.List(fields.String(), required=True, error_messages={"required": AT_LEAST_ONE})
    act = fields.String(required=True, validate=validate.OneOf(list(BulkKind)))
    holder = fields.String(load_default="")
    until = MemorableDate(load_default=None, metadata={"label": translatable("the day")})
    why = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST_REASON),
        metadata={"label": translatable("the reason")},
    )


def find_uuid(text: str) -> UUID | None:
    """The id that a text is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def seen_versions(items: list[str]) -> dict[UUID, int]:
    """The chosen items, each with its version on the page; what is no such thing is left out."""
    seen = {}
    for each in items:
        item_id, _, version = each.partition(":")
        if (found := find_uuid(item_id)) and version.isascii() and version.isdigit():
            seen[found] = int(version[:9])
    return seen
