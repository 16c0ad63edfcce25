"""Announce again the current state of what a service owns."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Table, delete, event, select, tuple_, update
from sqlalchemy.orm import ORMExecuteState, Session

from chassis.messaging.outbox import record
from chassis.observability.tracing import span
from chassis.operations import recovery
from chassis.operations.operator import as_operator
from chassis.service import Service
from chassis.storage import audit
from chassis.storage.tables import OUTBOX
from contracts.envelope import decode
from contracts.event import Event

BATCH = 500
LOOK_BACK = 100
"""How many versions back the last recorded fact is looked for; not every version has one."""


class NoVersionToRaise(Exception):
    """A fact gained a field, but what it is about has no version that could be raised."""

    def __init__(self, fact: type[Event]) -> None:
        super().__init__(
            f"{fact.topic} changed, but no versioned table is identified by {fact.subject_field}"
        )


class Republished(NamedTuple):
    """How many facts of each topic were recorded, and how many were left as they are."""

    recorded: Counter[str]
    unchanged: int


class _Batch(NamedTuple):
    """Some of what is announced, by what was recorded before.

    `outgrown` differs from what was recorded at its version; the others may be recorded as they
    are. `unsaid`, among the others, has no fact at its version and differs from the one before.
    """

    outgrown: list[Event]
    others: list[Event]
    unsaid: list[Event]


def republish(service: Service, *, as_newest: bool = False) -> int:
    """Record again a fact for each thing the service owns; unchanged ones keep their event ids.

    Readers therefore leave alone what they already know, and a new reader learns everything.
    With `as_newest` all take over what is told, whatever they were told before.
    Raises `NoVersionToRaise`.
    """
    if as_newest:
        with as_operator(service) as session:
            recovery.raise_versions(session, service)
    count = 0
    with service.context(), service.database.reading() as reading:
        for batch in _announced(reading, service):
            count += _record(service, batch.others, batch.outgrown).total()
    return count


def republish_changed(service: Service) -> Republished:
    """Record only the facts that say more than when they were last recorded.

    For readers that must learn a field that a fact gained.
    Raises `NoVersionToRaise`.
    """
    recorded: Counter[str] = Counter()
    unchanged = 0
    with service.context(), service.database.reading() as reading:
        for batch in _announced(reading, service):
            unchanged += len(batch.others) - len(batch.unsaid)
            if batch.outgrown or batch.unsaid:
                recorded += _record(service, batch.unsaid, batch.outgrown)
    return Republished(recorded, unchanged)


def _announced(session: Session, service: Service) -> Iterator[_Batch]:
    """All that the service announces; only one batch of it is held in memory."""
    event.listen(session, "do_orm_execute", _stream)
    announced = iter(service.announce(session))
    while facts := list(islice(announced, BATCH)):
        yield _compared(session, facts)


def _stream(execution: ORMExecuteState) -> None:
    if execution.is_orm_statement and not execution.is_relationship_load:
        execution.update_execution_options(yield_per=BATCH)


def _compared(session: Session, facts: Sequence[Event]) -> _Batch:
    batch = _Batch([], [], [])
    recorded = _recorded(session, [fact.event_id for fact in facts])
    for fact in facts:
        same_version = recorded.get(fact.event_id)
        if same_version is not None and same_version != fact:
            batch.outgrown.append(fact)
            continue
        batch.others.append(fact)
        if same_version is None and _says_more(session, fact):
            batch.unsaid.append(fact)
    return batch


def _recorded(session: Session, ids: Sequence[UUID]) -> dict[UUID, Event]:
    """Those of the events that are in the outbox, as today's readers read them."""
    bodies = session.scalars(select(OUTBOX.c.body).where(OUTBOX.c.event_id.in_(ids)))
    facts = [decode(body).event for body in bodies]
    return {fact.event_id: fact for fact in facts}


def _says_more(session: Session, fact: Event) -> bool:
    """Whether a fact, not recorded at its version, differs from the last one that was."""
    versions = range(max(1, fact.version - LOOK_BACK), fact.version)
    earlier = _recorded(
        session, [replace(fact, version=version).event_id for version in versions]
    ).values()
    last = max(earlier, key=lambda each: each.version, default=None)
    return last is None or replace(last, version=fact.version) != fact


def _record(
    service: Service, as_they_are: Sequence[Event], outgrown: Sequence[Event]
) -> Counter[str]:
    """Record facts, the outgrown ones at the next version; returns how many of each topic.

    One batch is one transaction: the service keeps working meanwhile, and another run finishes one
    that was stopped.
    """
    with span("republish", service.name), as_operator(service) as session:
        ids = [fact.event_id for fact in as_they_are]
        session.execute(delete(OUTBOX).where(OUTBOX.c.event_id.in_(ids)))
        facts = [*as_they_are, *_raised(session, service, outgrown)]
        record(session, *facts)
        counts = Counter(fact.topic for fact in facts)
        if counts:
            audit.record_entry(session, "facts republished", "facts", after=counts)
    return counts


def _raised(session: Session, service: Service, facts: Sequence[Event]) -> Iterator[Event]:
    """The facts at the next version of what they are about.

    A thing that was changed in the meantime is left out: its change recorded it as it is now.
    """
    by_table: dict[Table, list[Event]] = defaultdict(list)
    for fact in facts:
        by_table[_table_of(service, fact)].append(fact)
    for table, concerned in by_table.items():
        (key,) = table.primary_key.columns
        subjects = {getattr(each, each.subject_field): each for each in concerned}
        seen = [(subject, each.version) for subject, each in subjects.items()]
        raised = session.scalars(
            update(table)
            .where(tuple_(key, table.c.version).in_(seen))
            .values(version=table.c.version + 1)
            .returning(key)
        )
        for subject in raised.all():
            fact = subjects[subject]
            yield replace(fact, version=fact.version + 1)


def _table_of(service: Service, fact: Event) -> Table:
    """Where the thing is kept that a fact is about; raises `NoVersionToRaise`."""
    for table in recovery.versioned_tables(service):
        if table.primary_key.columns.keys() == [fact.subject_field]:
            return table
    raise NoVersionToRaise(type(fact))
