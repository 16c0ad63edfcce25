"""The measured chain, as far as all contenders share it: tables, facts, processes and timing.

A certificate changes and its fact is written in the same transaction; a relay publishes the fact
to a quorum queue; a reader adds it to its inbox and stores the certificate's newest version.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing.synchronize import Event as ProcessEvent
from typing import Any
from uuid import UUID

import psycopg
from kombu import Connection
from sqlalchemy import Column, Date, DateTime, Integer, String, Table, Uuid, create_engine, text

from bench.harness import percentile, wait_until
from bench.servers import Servers
from chassis.ids import new_id
from chassis.messaging.rabbitmq.topology import queue_name
from chassis.storage.tables import service_metadata
from contracts.certification import Authorization, CertificateIssued
from contracts.envelope import Message, encode

# The speaker has the name of the facts' publisher: a reader refuses them from anybody else.
SPEAKER, READER = "certification", "reader"
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

METADATA = service_metadata()
CERTIFICATE = Table(
    "certificate",
    METADATA,
    Column("certificate_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("holder", String, nullable=False),
)
SHOWN = Table(
    "shown",
    METADATA,
    Column("certificate_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("number", String, nullable=False),
    Column("holder", String, nullable=False),
    Column("expires_on", Date),
)
# The table for the frameworks' inserts, and for those of the worker compared with them.
SEEN = Table(
    "seen",
    METADATA,
    Column("seen_id", Integer, primary_key=True, autoincrement=True),
    Column("certificate_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("number", String, nullable=False),
    Column("holder", String, nullable=False),
    Column("at", DateTime(timezone=True), server_default=text("clock_timestamp()")),
)

# A part of a contender: runs in its own process, sets the first event once it is connected, and
# ends when the second is set.
Part = Callable[["Place", ProcessEvent, ProcessEvent], None]


@dataclass(frozen=True)
class Place:
    """One contender's two databases, and its virtual host."""

    speaker: str
    reader: str
    broker: str

    @classmethod
    def made(cls, servers: Servers, contender: str) -> "Place":
        """A new place with all tables, and without rows or queues."""
        speaker, reader = (
            _prepared(servers.postgres.create_database(f"{contender}_{role}"))
            for role in (SPEAKER, READER)
        )
        return cls(speaker, reader, servers.rabbitmq.create_vhost(contender))

    def empty(self) -> None:
        """Delete all rows and messages."""
        tables = ", ".join(METADATA.tables)
        for url in (self.speaker, self.reader):
            with connect(url) as connection:
                connection.execute(f"truncate {tables} restart identity")
                connection.execute("checkpoint")
        with Connection(self.broker) as broker:
            broker.channel().queue_purge(queue_name(READER))


def _prepared(url: str) -> str:
    engine = create_engine(url)
    METADATA.create_all(engine)
    engine.dispose()
    return url


def plain(url: str) -> str:
    """The URL in psycopg's form."""
    return url.replace("+psycopg", "")


def connect(url: str) -> psycopg.Connection:
    """A connection on which every statement commits."""
    return psycopg.connect(plain(url), autocommit=True)


def facts(count: int) -> list[CertificateIssued]:
    """`count` facts about half as many certificates: first all versions 1, then all versions 2."""
    ids = [new_id() for _ in range(count // 2)]
    return [fact_of(certificate_id, version) for version in (1, 2) for certificate_id in ids]


def fact_of(certificate_id: UUID, version: int = 1) -> CertificateIssued:
    """A certificate like those that states issue."""
    number = certificate_id.int % 1_000_000
    return CertificateIssued(
        version=version,
        certificate_id=certificate_id,
        certificate_number=f"KY-2026-{number:07}",
        educator_id=certificate_id,
        educator_number=f"{200_000_000 + number}",
        holder_name="Ottoline Inkwell",
        holder_last_name="Inkwell",
        certificate_type="professional",
        certificate_title="Professional Certificate for Teaching in Elementary School",
        authorizations=(
            Authorization(
                code="elementary",
                title="Elementary school, primary through grade 5",
                lowest_grade=-1,
                highest_grade=5,
            ),
        ),
        rank="3",
        issued_on=date(2026, 7, 1),
        effective_on=date(2026, 7, 1),
        expires_on=date(2031, 6, 30),
    )


def message_of(fact: CertificateIssued) -> Message:
    """The message that the product sends for a fact."""
    return Message(
        event=fact,
        source=f"/credence/{SPEAKER}",
        time=datetime.now(UTC),
        correlation_id=str(new_id()),
        traceparent=TRACEPARENT,
    )


@dataclass(frozen=True)
class Written:
    """A fact with its bytes, for contenders that do not encode it themselves."""

    fact: CertificateIssued
    event_id: UUID
    body: bytes


def written(those: Sequence[CertificateIssued]) -> list[Written]:
    """The facts with the bytes that the product writes."""
    return [Written(fact, fact.event_id, encode(message_of(fact))) for fact in those]


@contextmanager
def running(place: Place, *parts: Part) -> Iterator[None]:
    """Run the parts, each in its own process; yields once they are connected, and stops them."""
    context = multiprocessing.get_context("spawn")
    stop, readies = context.Event(), [context.Event() for _ in parts]
    processes = [
        context.Process(target=part, args=(place, ready, stop), daemon=True)
        for part, ready in zip(parts, readies, strict=True)
    ]
    for process in processes:
        process.start()
    try:
        for ready, process in zip(readies, processes, strict=True):
            wait_until(lambda r=ready, p=process: r.is_set() or not p.is_alive(), 60)  # type: ignore[misc]
            if not ready.is_set():
                raise RuntimeError(f"{process.name} ended before it was ready")
        yield
    finally:
        stop.set()
        for process in processes:
            process.join(30)


def drained_per_second(
    place: Place, those: Sequence[CertificateIssued], load: Callable[[], float], parts: list[Part]
) -> float:
    """Facts per second, from the commit of all of them until the last is shown.

    `load` writes and commits them, and returns the time just before the commit.
    """
    place.empty()
    with running(place, *parts), connect(place.reader) as connection:
        began = load()
        last = those[-1]
        query = "select 1 from shown where certificate_id = %s and version = %s"
        wait_until(
            lambda: connection.execute(query, (last.certificate_id, last.version)).rowcount == 1,
            300,
        )
        elapsed = time.monotonic() - began
        _check_shown(connection, those)
    return len(those) / elapsed


def _check_shown(connection: psycopg.Connection, those: Sequence[CertificateIssued]) -> None:
    newest = {fact.certificate_id: fact.version for fact in those}

    def all_there() -> bool:
        shown = connection.execute("select certificate_id, version from shown").fetchall()
        handled = connection.execute("select count(*) from inbox").fetchone()
        return {row[0]: row[1] for row in shown} == newest and handled == (len(those),)

    wait_until(all_there, 30, every=0.1)


def latencies(
    place: Place, rate: int, seconds: int, send: Callable[[CertificateIssued], datetime | None]
) -> dict[str, float]:
    """Milliseconds until facts that are sent at a steady rate are shown.

    Measured from the time that `send` returns, or else from the commit of the certificate, to the
    commit of the row that shows it, both as PostgreSQL recorded them.
    """
    count = rate * seconds
    those = [fact_of(new_id()) for _ in range(count + rate)]
    sent: dict[UUID, datetime | None] = {}
    began = time.monotonic()
    for number, fact in enumerate(those):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        sent[fact.certificate_id] = send(fact)
    shown = _commit_times(place.reader, "shown", len(those))
    committed = _commit_times(place.speaker, "certificate", 0)
    # The first second is for warming up.
    waits = [
        (shown[certificate] - (sent[certificate] or committed[certificate])).total_seconds() * 1000
        for certificate in list(sent)[rate:]
    ]
    return {
        f"p50 ms at {rate}/s": percentile(waits, 50),
        f"p99 ms at {rate}/s": percentile(waits, 99),
    }


def _commit_times(url: str, table: str, at_least: int) -> dict[UUID, datetime]:
    query = f"select certificate_id, pg_xact_commit_timestamp(xmin) from {table}"
    found: list[tuple[Any, ...]] = []
    with connect(url) as connection:

        def enough() -> bool:
            found[:] = connection.execute(query).fetchall()
            return len(found) >= at_least

        wait_until(enough, 60, every=0.1)
    return {row[0]: row[1] for row in found}


def seen_per_second(place: Place, count: int) -> float:
    """Inserts per second from the first to the last, once all of them are there."""
    query = "select count(*), extract(epoch from max(at) - min(at)) from seen"
    row: list[Any] = [0, 0]
    with connect(place.reader) as connection:

        def all_there() -> bool:
            row[:] = connection.execute(query).fetchone() or row
            return int(row[0]) >= count

        wait_until(all_there, 180, every=0.1)
    return (count - 1) / float(row[1])
