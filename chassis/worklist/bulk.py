"""One act on many items: shown before it is done, and undone where nobody has acted since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import Translatable, translatable
from chassis.ids import new_id
from chassis.problems import InvalidInput, NotFound, RuleBroken
from chassis.security.own_matter import refuse_own_matter
from chassis.storage import audit
from chassis.worklist.domain import A_LATER_DAY, BulkKind, WorkBulk, Worker, WorkItem
from chassis.worklist.queue import PAGE_SIZE, Queue

MOST_AT_ONCE = PAGE_SIZE
_KEPT = ("holder_id", "holder_name", "held_since", "aside_until", "aside_why")


@dataclass(frozen=True, kw_only=True)
class BulkAct:
    """One act on many items: a worker to assign them to, a day and why to set them aside.

    `seen` are the items, each at the version that was on the page of whoever chose it.
    Raises `InvalidInput` for a day that is not after today.
    """

    kind: BulkKind
    seen: Mapping[UUID, int]
    today: date
    worker: Worker | None = None
    until: date | None = None
    why: str = ""

    def __post_init__(self) -> None:
        if self.kind is BulkKind.SET_ASIDE and (self.until is None or self.until <= self.today):
            raise InvalidInput({"until": [A_LATER_DAY]})


@dataclass(frozen=True)
class Planned:
    """What the act would do with an item: change it, or leave it as it is and why."""

    item: WorkItem
    left_because: Translatable | None = None

    @property
    def is_changed(self) -> bool:
        """Whether the act changes the item."""
        return self.left_because is None


class AlreadyUndone(RuleBroken):
    """An act on many items is undone once."""

    title = translatable("This was undone before")
    advice = translatable("Look at the queue to see who has what.")


def plan(session: Session, queue: Queue, act: BulkAct) -> list[Planned]:
    """What the act would do, item by item, in the order of the queue.

    Raises `OwnMatter` if any item is about the acting person: none was on their page.
    """
    items = _items(session, queue, list(act.seen), for_update=True)
    return [Planned(item, next(_reasons_to_leave(item, act), None)) for item in items]


def _items(
    session: Session, queue: Queue, item_ids: Sequence[UUID], *, for_update: bool = False
) -> Sequence[WorkItem]:
    query = (
        select(WorkItem)
        .where(WorkItem.queue == queue.name, WorkItem.item_id.in_(item_ids[:MOST_AT_ONCE]))
        .order_by(WorkItem.due_on, WorkItem.came_at, WorkItem.item_id)
    )
    items = session.scalars(query.with_for_update() if for_update else query).all()
    for item in items:
        refuse_own_matter(item.person_id)
    return items


def _reasons_to_leave(item: WorkItem, act: BulkAct) -> Iterator[Translatable]:
    if not item.is_waiting:
        yield translatable("It is done.")
    if item.version != act.seen[item.item_id]:
        yield translatable("Somebody has acted on it since you looked.")
    if act.worker and item.person_id in act.worker.own_ids:
        yield translatable("It is about {name} themselves.", name=act.worker.name)
    if act.worker and item.holder_id == act.worker.account_id:
        yield translatable("{name} has it already.", name=act.worker.name)
    if act.kind is BulkKind.GIVE_BACK and item.holder_id is None:
        yield translatable("Nobody has it.")
    if act.kind is BulkKind.BRING_BACK and item.aside_until is None:
        yield translatable("It is not set aside.")


def carry_out(
    session: Session, queue: Queue, act: BulkAct, account_id: UUID, now: datetime
) -> WorkBulk:
    """Do it to every item that it changes; raises `OwnMatter`."""
    changed = [planned.item for planned in plan(session, queue, act) if planned.is_changed]
    before = {item.item_id: _state_of(item) for item in changed}
    for item in changed:
        _do(item, act, now)
    bulk = WorkBulk(
        bulk_id=new_id(),
        queue=queue.name,
        account_id=account_id,
        kind=act.kind,
        done_at=now,
        items=[
            {"item_id": str(item.item_id), "version": item.version, "before": before[item.item_id]}
            for item in changed
        ],
    )
    session.add(bulk)
    _audit_each(session, f"work in bulk: {act.kind.replace('_', ' ')}", changed, before)
    return bulk


def _do(item: WorkItem, act: BulkAct, now: datetime) -> None:
    match act.kind:
        case BulkKind.ASSIGN:
            assert act.worker
            item.give_to(act.worker, now)
        case BulkKind.GIVE_BACK:
            item.give_back()
        case BulkKind.SET_ASIDE:
            assert act.until
            item.set_aside(act.until, act.why, act.today)
        case BulkKind.BRING_BACK:
            item.bring_back()


def get_bulk(session: Session, queue: Queue, bulk_id: UUID, account_id: UUID) -> WorkBulk:
    """An act of one's own; raises `NotFound`."""
    bulk = session.get(WorkBulk, bulk_id)
    if bulk is None or bulk.queue != queue.name or bulk.account_id != account_id:
        raise NotFound(translatable("There is no such act of yours."))
    return bulk


def items_in(
    session: Session, queue: Queue, bulk: WorkBulk, *, for_update: bool = False
) -> Sequence[WorkItem]:
    """The items that an act changed, in the order of the queue."""
    item_ids = [UUID(each["item_id"]) for each in bulk.items]
    return _items(session, queue, item_ids, for_update=for_update)


def undo(session: Session, queue: Queue, bulk: WorkBulk, now: datetime) -> list[WorkItem]:
    """Put every item back to how it was; returns those that were left, as somebody acted since.

    Raises `AlreadyUndone` and `OwnMatter`.
    """
    session.refresh(bulk, with_for_update=True)
    if bulk.undone_at is not None:
        raise AlreadyUndone
    kept = {UUID(each["item_id"]): each for each in bulk.items}
    items = items_in(session, queue, bulk, for_update=True)
    left = [item for item in items if item.version != kept[item.item_id]["version"]]
    restored = [item for item in items if item not in left]
    before = {item.item_id: _state_of(item) for item in restored}
    for item in restored:
        _restore(item, kept[item.item_id]["before"])
    bulk.undone_at = now
    _audit_each(session, "work in bulk: undone", restored, before)
    return left


def _state_of(item: WorkItem) -> dict[str, str | None]:
    return {name: _as_text(getattr(item, name)) for name in _KEPT}


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def _restore(item: WorkItem, state: Mapping[str, str | None]) -> None:
    holder, since, until = state["holder_id"], state["held_since"], state["aside_until"]
    item.holder_id = UUID(holder) if holder else None
    item.holder_name = state["holder_name"]
    item.held_since = datetime.fromisoformat(since) if since else None
    item.aside_until = date.fromisoformat(until) if until else None
    item.aside_why = state["aside_why"]
    item.version += 1


def _audit_each(
    session: Session,
    action: str,
    items: Sequence[WorkItem],
    before: Mapping[UUID, Mapping[str, str | None]],
) -> None:
    for item in items:
        was, after = before[item.item_id], _state_of(item)
        changed = [name for name in ("holder_name", "aside_until") if was[name] != after[name]]
        audit.record_entry(
            session,
            action,
            item.item_id,
            before={name: was[name] for name in changed},
            after={name: after[name] for name in changed},
        )
