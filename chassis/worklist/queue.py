"""A queue: what waits for a team, and how one looks through it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.context import current_context
from chassis.i18n.text import Translatable, translatable
from chassis.storage.page import Page, page_of
from chassis.worklist.domain import WorkItem, sought_in
from contracts.permission import Permission

PAGE_SIZE = 50


class Part(StrEnum):
    """The parts of a queue, by who has what; `ALL` is everything but what is set aside."""

    ALL = "all"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    ASIDE = "aside"


class Order(StrEnum):
    """What comes first; what came first among equals."""

    DUE = "due"
    CAME = "came"
    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True)
class Cell:
    """What a service shows of an item in its own columns; `kind` is that of a status, or none."""

    words: str
    kind: str = ""


def nothing_more(session: Session) -> Mapping[str, Any]:
    """For a queue whose page shows nothing besides."""
    return {}


def no_cells(session: Session, items: Sequence[WorkItem]) -> Mapping[UUID, Sequence[Cell]]:
    """For a queue whose service adds no columns."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Things that wait for a team.

    `path` is the address of its page; an item's is below it, by its id.
    `permissions` let one see the queue and work on it: any of them.
    `kinds` and `waiting_for` are the words for what a `Work` has as codes; what waits for `team`
    is given to who asks for the next.
    `columns` are the headings of the service's own columns by name; `cells` stand in them.
    `template` extends `work/queue.html`, and `more` gives what it shows besides.
    """

    name: str
    path: str
    title: Translatable
    number_label: Translatable
    person_label: Translatable
    kind_label: Translatable
    permissions: tuple[Permission, ...]
    kinds: Callable[[], Mapping[str, str]]
    waiting_for: Mapping[str, Translatable]
    team: str
    columns: Mapping[str, Translatable] = field(default_factory=dict)
    cells: Callable[[Session, Sequence[WorkItem]], Mapping[UUID, Sequence[Cell]]] = no_cells
    template: str = "work/queue.html"
    more: Callable[[Session], Mapping[str, Any]] = nothing_more

    @property
    def no_cells(self) -> list[Cell]:
        """For an item of which the service knows nothing."""
        return [Cell("")] * len(self.columns)

    def path_of(self, item_id: UUID) -> str:
        """The address of an item's page."""
        return f"{self.path}/{item_id}"


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What somebody asks of a queue: which part, what it must match, and in which order."""

    part: Part = Part.ALL
    text: str = ""
    kind: str = ""
    waiting_for: str = ""
    late: bool = False
    order: Order = Order.DUE
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        """Whether it leaves out some of the part."""
        return bool(self.text or self.kind or self.waiting_for or self.late)


_ORDERS: Mapping[Order, tuple[InstrumentedAttribute[Any], ...]] = {
    Order.DUE: (WorkItem.due_on, WorkItem.came_at),
    Order.CAME: (WorkItem.came_at,),
    Order.NUMBER: (WorkItem.number,),
    Order.NAME: (WorkItem.person_name,),
}


def items_of(
    session: Session, queue_name: str, looked: Looked, holder_id: UUID, today: date
) -> Page[WorkItem]:
    """One page of the queue, without anything about the person who looks."""
    query = _list_of(queue_name, looked, holder_id, today)
    return page_of(session, query, looked.page, PAGE_SIZE)


def _list_of(queue_name: str, looked: Looked, holder_id: UUID, today: date) -> Select[WorkItem]:
    return (
        _select(queue_name)
        .where(*_part(looked.part, holder_id, today), *_filters(looked, today))
        .order_by(*_ORDERS[looked.order], WorkItem.item_id)
    )


def each_item_of(
    session: Session, queue_name: str, looked: Looked, holder_id: UUID, today: date
) -> Iterator[Sequence[WorkItem]]:
    """The whole list that a look finds, in batches, in its order."""
    query = _list_of(queue_name, looked, holder_id, today)
    yield from session.scalars(query).yield_per(PAGE_SIZE).partitions()


def counts_of(session: Session, queue_name: str, holder_id: UUID, today: date) -> dict[Part, int]:
    """How many items each part has."""
    return {part: _count(session, queue_name, *_part(part, holder_id, today)) for part in Part}


def count_late(session: Session, queue_name: str, today: date) -> int:
    """How many items should have been done before today, set aside or not."""
    return _count(session, queue_name, WorkItem.due_on < today)


def _count(session: Session, queue_name: str, *conditions: ColumnElement[bool]) -> int:
    query = _select(queue_name).where(*conditions)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _select(queue_name: str) -> Select[WorkItem]:
    return select(WorkItem).where(
        WorkItem.queue == queue_name,
        WorkItem.done_at.is_(None),
        WorkItem.person_id.not_in(current_context().own_ids),
    )


def _part(part: Part, holder_id: UUID | None, today: date) -> Iterator[ColumnElement[bool]]:
    is_aside = WorkItem.aside_until > today
    if part is Part.ASIDE:
        yield is_aside
        return
    yield or_(WorkItem.aside_until.is_(None), ~is_aside)
    if part is Part.MINE:
        yield WorkItem.holder_id == holder_id
    elif part is Part.UNASSIGNED:
        yield WorkItem.holder_id.is_(None)


def _filters(looked: Looked, today: date) -> Iterator[ColumnElement[bool]]:
    for word in sought_in(looked.text).split():
        yield WorkItem.sought.contains(word, autoescape=True)
    if looked.kind:
        yield WorkItem.kind == looked.kind
    if looked.waiting_for:
        yield WorkItem.waiting_for == looked.waiting_for
    if looked.late:
        yield WorkItem.due_on < today


def find_next(session: Session, queue: Queue, today: date) -> WorkItem | None:
    """The most urgent item that nobody has and that waits for this team.

    It is locked until the transaction ends: one that somebody else is taking is passed over.
    """
    query = (
        _select(queue.name)
        .where(WorkItem.waiting_for == queue.team, *_part(Part.UNASSIGNED, None, today))
        .order_by(WorkItem.due_on, WorkItem.came_at, WorkItem.item_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalar(query)


PART_WORDS = {
    Part.ALL: translatable("Everybody\N{RIGHT SINGLE QUOTATION MARK}s"),
    Part.MINE: translatable("Mine"),
    Part.UNASSIGNED: translatable("Unassigned"),
    Part.ASIDE: translatable("Set aside"),
}
ORDER_WORDS = {
    Order.DUE: translatable("Due first"),
    Order.CAME: translatable("Came first"),
    Order.NUMBER: translatable("Number"),
    Order.NAME: translatable("Name"),
}
