"""The relay: publishes what was committed to the outbox, batch by batch."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import psycopg
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, literal, select, text, update
from sqlalchemy.orm import Session

from chassis.observability.logging import log
from chassis.observability.metrics import PUBLISHED
from chassis.storage.database import Database, is_postgresql
from chassis.storage.tables import OUTBOX

BATCH = 500
POLL_SECONDS = 0.2


class Outgoing(NamedTuple):
    """A committed event to be published."""

    position: int
    event_id: UUID
    topic: str
    body: bytes
    recorded_at: datetime


class Publisher(Protocol):
    """Publishes a batch; returns only when all of it is confirmed, and raises on any doubt."""

    def publish(self, batch: Sequence[Outgoing]) -> None:
        """Publish and wait for the confirms."""
        ...


def waiting_events(limit: int = BATCH) -> Select[Any]:
    """The oldest unpublished events.

    Selected by a published flag, never by the last id seen: ids are not committed in order, and a
    cursor would skip those that commit late.
    """
    columns = (
        OUTBOX.c.position,
        OUTBOX.c.event_id,
        OUTBOX.c.topic,
        OUTBOX.c.body,
        OUTBOX.c.recorded_at,
    )
    return (
        select(*columns)
        .where(OUTBOX.c.published_at.is_(None))
        .order_by(OUTBOX.c.position)
        .limit(limit)
    )


def relay_batch(database: Database, publisher: Publisher) -> int:
    """Publish one batch and mark it; returns how many events it held."""
    with database.transaction() as session:
        batch = take_waiting(session)
        if not batch:
            return 0
        now = database.clock.now()
        publisher.publish(batch)
        session.execute(
            update(OUTBOX)
            .where(_is_among(database, [event.position for event in batch]))
            .values(published_at=now)
        )
    PUBLISHED.labels(database.service).inc(len(batch))
    log.info("events published", service=database.service, count=len(batch))
    return len(batch)


def take_waiting(session: Session) -> list[Outgoing]:
    """The oldest unpublished events that no other relay holds, locked until the transaction
    ends.
    """
    if is_postgresql(session):
        # While its statistics on the outbox are stale, it may sort a whole backlog for each batch;
        # without sorting it walks the partial index of unpublished rows.
        session.execute(text("SET LOCAL enable_sort = off"))
    rows = session.execute(waiting_events().with_for_update(skip_locked=True))
    return [Outgoing(*row) for row in rows]


def _is_among(database: Database, positions: list[int]) -> ColumnElement[bool]:
    if database.is_sqlite:
        return OUTBOX.c.position.in_(positions)
    # One parameter instead of hundreds, so that the statement stays the same and is prepared once.
    return OUTBOX.c.position == any_(literal(positions, ARRAY(BigInteger)))


class OutboxAlarm:
    """Wakes the relay when something is committed to the outbox; the relay also polls."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._event = threading.Event()
        self._listener: psycopg.Connection | None = None
        database.after_record.append(self._event.set)

    def wait(self, seconds: float = POLL_SECONDS) -> None:
        """Return when an event is recorded, or after `seconds` at the latest."""
        if self._database.is_sqlite:
            self._event.wait(seconds)
            self._event.clear()
            return
        if self._listener is None:
            url = self._database.engine.url.set(drivername="postgresql")
            self._listener = psycopg.connect(
                url.render_as_string(hide_password=False), autocommit=True
            )
            self._listener.execute("LISTEN outbox")
        for _ in self._listener.notifies(timeout=seconds, stop_after=1):
            pass

    def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            with suppress(psycopg.Error):
                self._listener.close()
            self._listener = None
