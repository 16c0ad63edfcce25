"""What is done with items: they come and go with their things, and people take and give them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.problems import NotFound
from chassis.security.own_matter import refuse_own_matter
from chassis.storage import audit
from chassis.worklist.domain import Work, Worker, WorkItem
from chassis.worklist.queue import Queue, find_next


def find_item(session: Session, item_id: UUID, *, for_update: bool = False) -> WorkItem | None:
    """The item of a thing, if the thing ever waited."""
    return session.get(WorkItem, item_id, with_for_update=for_update)


def get_item(session: Session, queue: Queue, item_id: UUID) -> WorkItem:
    """An item of this queue, locked; raises `NotFound`, and `OwnMatter` for one's own matter."""
    item = find_item(session, item_id, for_update=True)
    if item is None or item.queue != queue.name:
        raise NotFound(translatable("This is not in the queue."))
    refuse_own_matter(item.person_id)
    return item


# With the thing, in the transaction that changes it.


def put_in_queue(
    session: Session, queue_name: str, work: Work, due_on: date, now: datetime
) -> WorkItem:
    """Have a thing wait: anew, or again for whoever had it; a waiting one is kept up to date."""
    item = find_item(session, work.item_id, for_update=True)
    if item is None:
        item = WorkItem.of(queue_name, work, due_on, now)
        session.add(item)
    elif item.is_waiting:
        item.keep(work)
    else:
        item.come_again(work, due_on, now)
    return item


def take_from_queue(session: Session, item_id: UUID, now: datetime) -> None:
    """Have a thing wait no longer."""
    item = find_item(session, item_id, for_update=True)
    if item is not None and item.is_waiting:
        item.finish(now)


def begin_work(session: Session, item_id: UUID, worker: Worker, now: datetime) -> None:
    """Have who acts on a thing hold it from now on; raises `HeldByColleague`.

    Asked by every command on a waiting thing, so that two people never do the same work.
    """
    item = find_item(session, item_id, for_update=True)
    if item is None or not item.is_waiting:
        return
    item.refuse_if_held_by_another(worker)
    _give(session, item, worker, now)


# By the people who work.


def take_next(
    session: Session, queue: Queue, worker: Worker, now: datetime, today: date
) -> WorkItem | None:
    """Give somebody the most urgent item that nobody has; None if there is none."""
    item = find_next(session, queue, today)
    if item is not None:
        _give(session, item, worker, now)
    return item


def assign(session: Session, item: WorkItem, worker: Worker, now: datetime) -> None:
    """Give an item to somebody, also from somebody else's hands; raises as `give_to`."""
    _give(session, item, worker, now)


def give_back(session: Session, item: WorkItem) -> None:
    """Let nobody have the item; raises as `WorkItem.give_back`."""
    before = item.holder_name
    item.give_back()
    if before:
        _audit(session, "work given back", item, {"holder": before}, {"holder": None})


def set_aside(session: Session, item: WorkItem, until: date, why: str, today: date) -> None:
    """Look at the item again on a later day; raises as `WorkItem.set_aside`."""
    item.set_aside(until, why, today)
    _audit(session, "work set aside", item, {}, {"until": until.isoformat(), "why": why})


def bring_back(session: Session, item: WorkItem) -> None:
    """Look at the item now; raises as `WorkItem.bring_back`."""
    before = item.aside_until
    item.bring_back()
    if before:
        _audit(session, "work brought back", item, {"until": before.isoformat()}, {})


def _give(session: Session, item: WorkItem, worker: Worker, now: datetime) -> None:
    before, version = item.holder_name, item.version
    item.give_to(worker, now)
    if item.version != version:
        _audit(session, "work assigned", item, {"holder": before}, {"holder": worker.name})


def _audit(
    session: Session, action: str, item: WorkItem, before: dict[str, Any], after: dict[str, Any]
) -> None:
    audit.record_entry(session, action, item.item_id, before=before, after=after)
