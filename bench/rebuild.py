"""Benchmark: how soon a new lookup replica is ready.

From a peer's copy of a million educators, and by reading the stream; each with a live writer.
"""

import multiprocessing
import os
import random
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, count, islice
from pathlib import Path

from bench.harness import Report, Spread, options, wait_until
from bench.lookup import running_replica
from bench.population import (
    EDUCATORS,
    ROOT,
    WORK,
    facts_of,
    held_before,
    message_of,
    replica_file,
    service_at,
)
from chassis.messaging.rabbitmq import stream_consumer
from chassis.messaging.rabbitmq.bus import declare_topology
from chassis.messaging.rabbitmq.publisher import WindowedPublisher
from chassis.messaging.relay import Outgoing
from chassis.observability.logging import configure_logging
from chassis.operations import migrations
from contracts.certification import CertificateIssued
from tests.servers import provide_rabbitmq
from tests.servers.processes import ServerProcess

REPLAY, EACH = "replay", "replay, one event per transaction"
LIVE_PER_SECOND = 100
PUBLISHED_AT_ONCE = 500
LOG = WORK / "rebuild.log"


def main(arguments: Sequence[str]) -> int:
    """Run the rounds, judge, and return the exit code."""
    asked = options(
        arguments, rounds=3, events=100_000, few=5_000, educators=EDUCATORS, snapshots=1
    )
    configure_logging(str(LOG))
    report = Report("rebuild")
    rabbitmq = provide_rabbitmq()
    try:
        url = rabbitmq.create_vhost("replay")
        service = service_at(_new_file())
        declare_topology(url, [service.participant])
        service.database.close()
        _publish_population(url, asked.events)
        with _live_writer(url, asked.educators):
            contenders = {
                REPLAY: lambda: _replayed(url, asked.events, stream_consumer.BATCH),
                EACH: lambda: _replayed(url, asked.few, 1),
            }
            report.interleave(asked.rounds, contenders)
        replayed = report.ratio(f"{REPLAY}, events per s", f"{EACH}, events per s")
        report.at_least("replay / one event per transaction", 4.0, replayed)
        _note_whole(report, asked.educators)
        for _ in range(asked.snapshots):
            url = rabbitmq.create_vhost("snapshot")
            for name, value in _from_peer(url, asked.educators).items():
                report.figures.setdefault(name, []).append(value)
    finally:
        rabbitmq.stop()
    return report.finish()


def _note_whole(report: Report, educators: int) -> None:
    per_second = Spread.of(report.figures[f"{REPLAY}, events per s"])
    minutes = held_before(educators) / per_second.median / 60
    report.note(
        f"reading all {held_before(educators):,} events at the median rate would take "
        f"{minutes:.0f} minutes (computed: only a part of them was read)"
    )


# Replay


def _publish_population(url: str, events: int) -> None:
    """The population's first facts, as they are in the stream of a running suite."""
    publisher = WindowedPublisher(url)
    facts = chain.from_iterable(map(facts_of, count()))
    for first in range(0, events, PUBLISHED_AT_ONCE):
        several = min(PUBLISHED_AT_ONCE, events - first)
        publisher.publish([_outgoing(fact) for fact in islice(facts, several)])
    publisher.close()


def _outgoing(fact: CertificateIssued) -> Outgoing:
    now = datetime.now(UTC)
    return Outgoing(0, fact.event_id, fact.topic, message_of(fact, now), now)


def _replayed(url: str, events: int, batch: int) -> dict[str, float]:
    """Read the stream from the beginning into a new file, until that many events are applied."""
    service = service_at(_new_file())
    configure_logging(str(LOG))
    migrations.upgrade(service)
    stopping, connected = threading.Event(), threading.Event()
    usual, stream_consumer.BATCH = stream_consumer.BATCH, batch
    reader = stream_consumer.StreamConsumer(url, service.participant)
    thread = threading.Thread(target=reader.run, args=(stopping, connected))
    began = time.monotonic()
    try:
        thread.start()
        wait_until(lambda: _offset(service.settings.database_url) >= events - 1, 3600, every=0.05)
        seconds = time.monotonic() - began
    finally:
        stopping.set()
        thread.join()
        stream_consumer.BATCH = usual
        service.database.close()
    return {"events per s": events / seconds}


def _new_file() -> Path:
    path = WORK / "rebuilt.sqlite"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return path


def _offset(database_url: str) -> int:
    return int(_one(Path(database_url.removeprefix("sqlite:///")), _OFFSET) or 0)


_OFFSET = "select max(position) from stream_offset"
_READY = "select count(*) from freshness"
_ROWS = "select (select count(*) from educator) + (select count(*) from certificate)"


def _one(file: Path, select: str) -> int | None:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        value: int | None = connection.execute(select).fetchone()[0]
    return value


# The live writer


@contextmanager
def _live_writer(url: str, educators: int) -> Iterator[None]:
    """Change certificates continuously, from another process."""
    writer = multiprocessing.get_context("spawn").Process(
        target=_write, args=(url, educators), daemon=True
    )
    writer.start()
    try:
        yield
    finally:
        writer.terminate()
        writer.join()


def _write(url: str, educators: int) -> None:
    publisher, chance, began = WindowedPublisher(url), random.Random(), time.monotonic()
    written = 0
    while True:
        due = int((time.monotonic() - began) * LIVE_PER_SECOND) - written
        changed = [facts_of(chance.randrange(educators))[0] for _ in range(due)]
        # Newer than in an earlier run on the same file.
        version = int(time.time())
        publisher.publish([_outgoing(replace(fact, version=version)) for fact in changed])
        written += due
        time.sleep(0.02)


# From a peer


def _from_peer(url: str, educators: int) -> dict[str, float]:
    """Start a new replica next to a running one, and wait until it is ready."""
    peer, new = replica_file(educators), _new_file()
    with closing(sqlite3.connect(peer)) as file:
        # This run's stream starts from the beginning.
        file.execute("delete from stream_offset")
        file.commit()
    at_peer = _environment(url, peer)
    _migrate(at_peer)
    with (
        _live_writer(url, educators),
        _worker("peer", at_peer),
        running_replica(peer) as port,
    ):
        wait_until(lambda: bool(_one(peer, _OFFSET)), 60)
        beginning = {**_environment(url, new), "LOOKUP_PEER_URL": f"http://127.0.0.1:{port}"}
        began = time.monotonic()
        _migrate(beginning)
        copied = time.monotonic() - began
        with _worker("new", beginning):
            wait_until(lambda: bool(_one(new, _READY)), 600, every=0.1)
            ready = time.monotonic() - began
            rows = _one(new, _ROWS) or 0
            lag = (_one(peer, _OFFSET) or 0) - (_one(new, _OFFSET) or 0)
    return {
        "from a peer, seconds to its copy": copied,
        "from a peer, minutes to ready": ready / 60,
        "from a peer, rows per s": rows / ready,
        "from a peer, events behind the peer when ready": max(0, lag),
    }


def _environment(url: str, file: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(WORK),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "BROKER_URL": url,
        "DATABASE_URL": f"sqlite:///{file}",
        "VAR_DIR": str(WORK),
    }


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "services.lookup.app", *arguments]


def _migrate(environment: dict[str, str]) -> None:
    """Run a replica's first command, which copies a peer if it has no file yet."""
    process = ServerProcess("migrate", _command("migrate"), folder=WORK, environment=environment)
    process.launch()
    wait_until(lambda: not process.running, 1800, every=0.1)


@contextmanager
def _worker(name: str, environment: dict[str, str]) -> Iterator[None]:
    process = ServerProcess(name, _command("worker"), folder=WORK, environment=environment)

    process.start(lambda: process.running)
    try:
        yield
    finally:
        process.stop()
