"""The product in the chain: its outbox, relay, queue, inbox and reactions, as workers run them."""

import time
from collections.abc import Sequence
from datetime import datetime
from multiprocessing.synchronize import Event as ProcessEvent
from pathlib import Path

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bench.chain import CERTIFICATE, READER, SEEN, SPEAKER, TRACEPARENT, Place
from bench.harness import wait_until
from chassis.clock import SystemClock
from chassis.messaging.outbox import record
from chassis.messaging.participant import Participant
from chassis.messaging.rabbitmq.bus import RabbitBus, declare_topology
from chassis.messaging.reactions import Reactions
from chassis.observability.logging import configure_logging
from chassis.observability.tracing import span
from chassis.storage.database import Database
from contracts.certification import CertificateIssued

LOG = Path(__file__).parents[1] / "var" / "bench.log"

showing, showing_each, inserting, inserting_each = (Reactions() for _ in range(4))

_SHOW = """
    insert into shown (certificate_id, version, number, holder, expires_on)
    select * from unnest(cast(:ids as uuid[]), cast(:versions as int[]), cast(:numbers as text[]),
                         cast(:holders as text[]), cast(:expiries as date[]))
    on conflict (certificate_id) do update
    set version = excluded.version, number = excluded.number, holder = excluded.holder,
        expires_on = excluded.expires_on
    where shown.version < excluded.version
"""
_SHOW_ONE = """
    insert into shown (certificate_id, version, number, holder, expires_on)
    values (:id, :version, :number, :holder, :expiry)
    on conflict (certificate_id) do update
    set version = excluded.version, number = excluded.number, holder = excluded.holder,
        expires_on = excluded.expires_on
    where shown.version < excluded.version
"""
_INSERT = """
    insert into seen (certificate_id, version, number, holder)
    select * from unnest(cast(:ids as uuid[]), cast(:versions as int[]), cast(:numbers as text[]),
                         cast(:holders as text[]))
"""


@showing.when_many(CertificateIssued)
def when_certificates_were_issued(session: Session, events: Sequence[CertificateIssued]) -> None:
    """Show the newest version of each, in a fixed order, so that two workers never deadlock."""
    newest: dict[object, CertificateIssued] = {}
    for event in events:
        other = newest.get(event.certificate_id)
        if other is None or other.version < event.version:
            newest[event.certificate_id] = event
    rows = sorted(newest.values(), key=lambda event: event.certificate_id)
    session.execute(
        text(_SHOW),
        {
            "ids": [event.certificate_id for event in rows],
            "versions": [event.version for event in rows],
            "numbers": [event.certificate_number for event in rows],
            "holders": [event.holder_name for event in rows],
            "expiries": [event.expires_on for event in rows],
        },
    )


@showing_each.when(CertificateIssued)
def when_a_certificate_was_issued(session: Session, event: CertificateIssued, at: datetime) -> None:
    """Show it, unless a newer version is shown."""
    session.execute(
        text(_SHOW_ONE),
        {
            "id": event.certificate_id,
            "version": event.version,
            "number": event.certificate_number,
            "holder": event.holder_name,
            "expiry": event.expires_on,
        },
    )


@inserting.when_many(CertificateIssued)
def when_certificates_came(session: Session, events: Sequence[CertificateIssued]) -> None:
    """Insert a row for each."""
    session.execute(
        text(_INSERT),
        {
            "ids": [event.certificate_id for event in events],
            "versions": [event.version for event in events],
            "numbers": [event.certificate_number for event in events],
            "holders": [event.holder_name for event in events],
        },
    )


@inserting_each.when(CertificateIssued)
def when_a_certificate_came(session: Session, event: CertificateIssued, at: datetime) -> None:
    """Insert a row."""
    session.execute(
        insert(SEEN).values(
            certificate_id=event.certificate_id,
            version=event.version,
            number=event.certificate_number,
            holder=event.holder_name,
        )
    )


def speaker_of(place: Place) -> Participant:
    """The service that owns the certificates and reacts to nothing."""
    return Participant(SPEAKER, Database(SPEAKER, place.speaker, SystemClock()), Reactions())


def reader_of(place: Place, reactions: Reactions) -> Participant:
    """The service that shows them."""
    return Participant(READER, Database(READER, place.reader, SystemClock()), reactions)


def declare(place: Place) -> None:
    """Create the queues of both."""
    declare_topology(place.broker, [speaker_of(place), reader_of(place, showing)])


def speak(place: Place, ready: ProcessEvent, stop: ProcessEvent) -> None:
    """The speaker's worker."""
    _work(place, speaker_of(place), ready, stop)


def show(place: Place, ready: ProcessEvent, stop: ProcessEvent) -> None:
    """The reader's worker, with a reaction that gets events in batches."""
    _work(place, reader_of(place, showing), ready, stop)


def show_each(place: Place, ready: ProcessEvent, stop: ProcessEvent) -> None:
    """The reader's worker, with a reaction that gets one event at a time."""
    _work(place, reader_of(place, showing_each), ready, stop)


def insert_many(place: Place, ready: ProcessEvent, stop: ProcessEvent) -> None:
    """The reader's worker, doing the frameworks' inserts in batches."""
    _work(place, reader_of(place, inserting), ready, stop)


def insert_each(place: Place, ready: ProcessEvent, stop: ProcessEvent) -> None:
    """The reader's worker, inserting one event at a time."""
    _work(place, reader_of(place, inserting_each), ready, stop)


def _work(place: Place, who: Participant, ready: ProcessEvent, stop: ProcessEvent) -> None:
    configure_logging(str(LOG))
    bus = RabbitBus(place.broker, [who])
    bus.start()
    wait_until(lambda: bus.problem is None, 30)
    ready.set()
    stop.wait()
    bus.stop()
    who.database.close()


class Owner:
    """Changes certificates and records the facts, as a use case does."""

    def __init__(self, place: Place) -> None:
        self._database = Database(SPEAKER, place.speaker, SystemClock())

    def change(self, *facts: CertificateIssued) -> float:
        """In one transaction; returns the time just before its commit, by the monotonic clock."""
        with self._database.transaction() as session, span("bench", SPEAKER, TRACEPARENT):
            rows = [
                {
                    "certificate_id": fact.certificate_id,
                    "version": fact.version,
                    "holder": fact.holder_name,
                }
                for fact in facts
            ]
            session.execute(insert(CERTIFICATE), rows)
            record(session, *facts)
            return time.monotonic()

    def close(self) -> None:
        """Close the connections."""
        self._database.close()
