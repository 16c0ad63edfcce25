"""Republish the current state of what a service owns."""

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
VERSIONS = 100
"""How many versions one query looks back for the last recorded fact; not every version has one."""


class NoVersionToRaise(Exception):
    """A fact gained a field, but its subject has no version that could be raised."""

    def __init__(self, fact: type[Event]) -> None:
        super().__init__(
            f"{fact.topic} changed, but no versioned table is identified by {fact.subject_field}"
        )


class Republished(NamedTuple):
    """How many facts of each topic were recorded, and how many were unchanged."""

    recorded: Counter[str]
    unchanged: int


class _Batch(NamedTuple):
    """A batch of announced facts, compared with the outbox.

    `changed` facts differ from the recorded fact of the same version; `others` may be recorded as
    they are. `unrecorded` are those of the others that have no fact at their version and differ
    from the last one before.
    """

    changed: list[Event]
    others: list[Event]
    unrecorded: list[Event]


def republish(service: Service, *, as_newest: bool = False) -> int:
    """Record a fact again for each thing the service owns; unchanged ones keep their event ids.

    Readers therefore ignore the facts they have handled, and a new reader receives everything.
    A fact that changed in shape is recorded at the next version, as by `republish_changed`.
    With `as_newest` all versions are raised, so that every reader applies every fact.
    Raises `NoVersionToRaise`.
    """
    if as_newest:
        return _republish_as_newest(service)
    count = 0
    with service.context(), service.database.reading() as reading:
        for batch in _announced(reading, service):
            count += _record(service, batch.others, batch.changed).total()
    return count


def _republish_as_newest(service: Service) -> int:
    """One transaction, so that no version is raised without its fact."""
    with span("republish", service.name), as_operator(service) as session:
        recovery.raise_versions(session, service)
        facts = list(service.announce(session))
        for start in range(0, len(facts), BATCH):
            ids = [fact.event_id for fact in facts[start : start + BATCH]]
            session.execute(delete(OUTBOX).where(OUTBOX.c.event_id.in_(ids)))
        record(session, *facts)
        counts = Counter(fact.topic for fact in facts)
        audit.record_entry(session, "facts republished", "facts", after=counts)
    return len(facts)


def republish_changed(service: Service) -> Republished:
    """Record only the facts that differ from when they were last recorded.

    For readers that need a field that a fact gained.
    Raises `NoVersionToRaise`.
    """
    recorded: Counter[str] = Counter()
    unchanged = 0
    with service.context(), service.database.reading() as reading:
        for batch in _announced(reading, service):
            unchanged += len(batch.others) - len(batch.unrecorded)
            if batch.changed or batch.unrecorded:
                recorded += _record(service, batch.unrecorded, batch.changed)
    return Republished(recorded, unchanged)


def _announced(session: Session, service: Service) -> Iterator[_Batch]:
    """Everything that the service announces, one batch in memory at a time."""
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
            batch.changed.append(fact)
            continue
        batch.others.append(fact)
        if same_version is None and _differs_from_last(session, fact):
            batch.unrecorded.append(fact)
    return batch


def _recorded(session: Session, ids: Sequence[UUID]) -> dict[UUID, Event]:
    """The events that are in the outbox, as today's code decodes them."""
    bodies = session.scalars(select(OUTBOX.c.body).where(OUTBOX.c.event_id.in_(ids)))
    facts = [decode(body).event for body in bodies]
    return {fact.event_id: fact for fact in facts}


def _differs_from_last(session: Session, fact: Event) -> bool:
    """Whether a fact that is not recorded at its version differs from the last recorded one."""
    last = _find_last_before(session, fact)
    return last is None or replace(last, version=fact.version) != fact


def _find_last_before(session: Session, fact: Event) -> Event | None:
    for end in range(fact.version, 1, -VERSIONS):
        versions = range(max(1, end - VERSIONS), end)
        ids = [replace(fact, version=version).event_id for version in versions]
        if earlier := _recorded(session, ids).values():
            return max(earlier, key=lambda event: event.version)
    return None


def _record(
    service: Service, as_they_are: Sequence[Event], changed: Sequence[Event]
) -> Counter[str]:
    """Record facts, the changed ones at the next version; returns how many of each topic.

    One batch is one transaction: the service keeps working meanwhile, and a stopped run can be
    finished by running it again.
    """
    with span("republish", service.name), as_operator(service) as session:
        ids = [fact.event_id for fact in as_they_are]
        session.execute(delete(OUTBOX).where(OUTBOX.c.event_id.in_(ids)))
        facts = [*as_they_are, *_raised(session, service, changed)]
        record(session, *facts)
        counts = Counter(fact.topic for fact in facts)
        if counts:
            audit.record_entry(session, "facts republished", "facts", after=counts)
    return counts


def _raised(session: Session, service: Service, facts: Sequence[Event]) -> Iterator[Event]:
    """The facts at the next version of their subjects.

    A subject that changed in the meantime is skipped: that change recorded its current state.
    """
    by_table: dict[Table, list[Event]] = defaultdict(list)
    for fact in facts:
        by_table[_table_of(service, fact)].append(fact)
    for table, concerned in by_table.items():
        (key,) = table.primary_key.columns
        by_subject: dict[UUID, list[Event]] = defaultdict(list)
        for fact in concerned:
            by_subject[getattr(fact, fact.subject_field)].append(fact)
        seen = [(subject, facts[0].version) for subject, facts in by_subject.items()]
        raised = session.scalars(
            update(table)
            .where(tuple_(key, table.c.version).in_(seen))
            .values(version=table.c.version + 1)
            .returning(key)
        )
        for subject in raised.all():
            for fact in by_subject[subject]:
                yield replace(fact, version=fact.version + 1)


def _table_of(service: Service, fact: Event) -> Table:
    """The table of a fact's subject; raises `NoVersionToRaise`."""
    for table in recovery.versioned_tables(service):
        if table.primary_key.columns.keys() == [fact.subject_field]:
            return table
    raise NoVersionToRaise(type(fact))
