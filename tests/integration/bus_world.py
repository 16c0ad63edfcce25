"""Two small services on one bus, for tests of what a bus promises: one speaks, the other reacts.

They have the names of services whose events they send: a reader takes no others.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pika
from sqlalchemy import Column, Integer, MetaData, Table, Uuid, func, insert, select
from sqlalchemy.orm import Session

from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.messaging.embedded import EmbeddedBus
from chassis.messaging.outbox import record
from chassis.messaging.participant import Bus, Participant
from chassis.messaging.rabbitmq.bus import RabbitBus, declare_topology
from chassis.messaging.rabbitmq.topology import parked_name
from chassis.messaging.reactions import Reactions
from chassis.storage.database import Database
from chassis.storage.tables import OUTBOX, PARKED, service_metadata
from contracts.certification import ApplicationSubmitted
from contracts.payments import NothingDue

SPEAKER, LISTENER = "payments", "certification"
POISON = UUID(int=13)

_METADATA: MetaData = service_metadata()
# No unique key: an effect that happened twice shows as two rows.
EFFECT = Table(
    "effect",
    _METADATA,
    Column("row", Integer, primary_key=True, autoincrement=True),
    Column("application_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
)


@dataclass
class World:
    """A speaker and a listener, each with a database, and the bus between them."""

    speaker: Database
    listener: Database
    broker_url: str | None

    def participants(self) -> list[Participant]:
        reactions = Reactions()

        @reactions.when(NothingDue)
        def when_nothing_due(session: Session, event: NothingDue, at: datetime) -> None:
            if event.application_id == POISON:
                raise ValueError("this reaction cannot take this event")
            session.execute(
                insert(EFFECT).values(application_id=event.application_id, version=event.version)
            )
            record(session, answer_to(event))

        echoes = Reactions()

        @echoes.when(ApplicationSubmitted)
        def when_submitted(session: Session, event: ApplicationSubmitted, at: datetime) -> None:
            session.execute(
                insert(EFFECT).values(application_id=event.application_id, version=event.version)
            )

        return [
            Participant(SPEAKER, self.speaker, echoes),
            Participant(LISTENER, self.listener, reactions),
        ]

    def bus(self) -> Bus:
        if self.broker_url is None:
            return EmbeddedBus(self.participants())
        return RabbitBus(self.broker_url, self.participants())

    @contextmanager
    def carrying(self) -> Iterator[Bus]:
        bus = self.bus()
        bus.start()
        try:
            yield bus
        finally:
            bus.stop()

    def prepare(self) -> "World":
        for database in (self.speaker, self.listener):
            _METADATA.create_all(database.engine)
        if self.broker_url is not None:
            declare_topology(self.broker_url, self.participants())
        return self

    def say(self, *events: NothingDue) -> None:
        with self.speaker.transaction() as session:
            record(session, *events)

    def said(self) -> int:
        """How many events the speaker has recorded."""
        with self.speaker.reading() as session:
            return session.scalar(select(func.count()).select_from(OUTBOX)) or 0

    def effects(self, database: Database | None = None) -> dict[UUID, int]:
        """How often each event had its effect."""
        with (database or self.listener).reading() as session:
            rows = session.execute(
                select(EFFECT.c.application_id, func.count()).group_by(EFFECT.c.application_id)
            )
            return {row[0]: row[1] for row in rows}

    def echoes(self) -> dict[UUID, int]:
        """How often the speaker took in what the listener's reactions caused."""
        return self.effects(self.speaker)

    def parked(self) -> int:
        """How many messages the listener gave up."""
        if self.broker_url is None:
            with self.listener.reading() as session:
                return session.scalar(select(func.count()).select_from(PARKED)) or 0
        with pika.BlockingConnection(pika.URLParameters(self.broker_url)) as connection:
            channel = connection.channel()
            declared: Any = channel.queue_declare(parked_name(LISTENER), passive=True)
            return int(declared.method.message_count)

    def close(self) -> None:
        self.speaker.close()
        self.listener.close()


def sqlite_world(folder: Path, broker_url: str | None = None) -> World:
    return World(
        Database(SPEAKER, f"sqlite:///{folder}/speaker.sqlite", SystemClock()),
        Database(LISTENER, f"sqlite:///{folder}/listener.sqlite", SystemClock()),
        broker_url,
    ).prepare()


def saying(application_id: UUID | None = None, version: int = 1) -> NothingDue:
    return NothingDue(
        version=version, application_id=application_id or new_id(), educator_id=new_id()
    )


def answer_to(event: NothingDue) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        version=event.version,
        application_id=event.application_id,
        educator_id=event.educator_id,
        application_kind="new",
        certificate_type="ANY",
        submitted_on=date(2026, 11, 22),
    )


def eventually(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.02)


def moment() -> datetime:
    return datetime.now(UTC)
