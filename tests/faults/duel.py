"""A small, sharp run: two services on the chassis, kills several times a second, and cuts.

`python -m tests.faults.duel --control "no inbox"` shows within seconds what a mistake in the bus
would do; without a control nothing may be missing or doubled.
"""

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from chassis.bus import Participant
from chassis.bus.rabbitmq import RabbitBus
from chassis.database import Database
from chassis.outbox import record
from chassis.reactions import Reactions
from chassis.tables import OUTBOX
from contracts.envelope import decode
from contracts.payments import NothingDue
from tests.faults.control import CONTROLS
from tests.faults.proxy import Proxy, Road
from tests.integration.bus_world import EFFECT, World, answer_to, saying
from tests.servers import PostgresServer, RabbitServer, provide_postgres, provide_rabbitmq

WRITERS = 4
_SECONDS_OF_A_REACTION = 0.002
_LONGEST_USE_CASE_SECONDS = 0.02
_GAP_SECONDS = (0.0, 0.2)
_CUT_SECONDS = 0.2
_SECONDS_FOR_WORK = 3
# A mistake shows in what never comes; without one everything comes, however slow the machine.
_PATIENCE_WITH_A_CONTROL_SECONDS, _PATIENCE_SECONDS = 3, 30
_SPEAKER, _LISTENER, _WRITER = "speaker", "listener", "writer"
# What is done in a round, in a shuffled order: a road to be cut, or None for a kill.
_ROUND: tuple[tuple[str, Road | None], ...] = (
    (_SPEAKER, Road.NOTHING_OUT),
    (_LISTENER, Road.NOTHING_OUT),
    (_LISTENER, Road.NOTHING_BACK),
    *((name, None) for name in (_SPEAKER, _LISTENER, _LISTENER, _WRITER)),
)
# A process that is forked from one with everything imported is back at once after a kill.
_processes = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Places:
    """Where the two services find their databases and their broker, and note what was answered."""

    databases: Mapping[str, str]
    brokers: Mapping[str, str]
    answered: Path

    def world(self, name: str) -> World:
        """Both services, with the broker as `name` reaches it."""
        speaker, listener = (Database(each, self.databases[each]) for each in (_SPEAKER, _LISTENER))
        return World(speaker, listener, self.brokers[name])


@dataclass
class Outcome:
    """What a duel left behind."""

    seed: int
    kills: int = 0
    events: int = 0
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    drained_in: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether every event had its effect once."""
        return not self.missing and not self.doubled

    def __str__(self) -> str:
        return (
            f"faults: seed {self.seed}, {self.kills} kills, {self.events} events, "
            f"{len(self.missing)} missing, {len(self.doubled)} doubled, "
            f"drained in {self.drained_in:.1f} s"
        )


def _carry(places: Places, name: str, control: str | None) -> None:
    """The worker of one of the two, until killed."""
    _say_nothing()
    if control:
        CONTROLS[control]()
    participant = next(
        each for each in _unhurried(places.world(name).participants()) if each.name == name
    )
    RabbitBus(places.brokers[name], [participant]).start()
    _live_as_long_as_the_parent()


def _unhurried(participants: list[Participant]) -> list[Participant]:
    """The same two, but the listener's reaction takes its time, as a real one does."""
    speaker, listener = participants
    reactions = Reactions()

    @reactions.when(NothingDue)
    def when_nothing_due(session: Session, event: NothingDue, at: datetime) -> None:
        time.sleep(_SECONDS_OF_A_REACTION)
        session.execute(
            insert(EFFECT).values(application_id=event.application_id, version=event.version)
        )
        if _is_answered(event.application_id):
            record(session, answer_to(event))

    return [speaker, Participant(_LISTENER, listener.database, reactions)]


def _write(places: Places, seed: int) -> None:
    """Use cases at once, each as long as it takes; that it succeeded is answered."""
    _say_nothing()
    world = places.world(_SPEAKER)
    answers = os.open(places.answered, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def work(number: int) -> None:
        chance = random.Random(seed * WRITERS + number)
        while True:
            event = saying()
            with world.speaker.transaction() as session:
                record(session, event)
                time.sleep(chance.uniform(0, _LONGEST_USE_CASE_SECONDS))
            os.write(answers, event.application_id.bytes)

    for number in range(WRITERS):
        threading.Thread(target=work, args=(number,), daemon=True).start()
    _live_as_long_as_the_parent()


def _is_answered(application_id: UUID) -> bool:
    """Half of the events cause another; the outbox would refuse to record that a second time, and
    so hide that the other half has its effect twice.
    """
    return application_id.int % 2 == 0


def _say_nothing() -> None:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def _live_as_long_as_the_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)


class Duel:
    """The two services and their writer as processes, and who kills them."""

    def __init__(self, places: Places, proxy: Proxy, seed: int, control: str | None) -> None:
        self.kills = 0
        self._world = places.world(_SPEAKER)
        self._places = places
        self._proxy = proxy
        self._chance = random.Random(seed)
        self._control = control
        self._lives = 0
        self._processes: dict[str, BaseProcess] = {}

    def fight(self, rounds: int) -> None:
        """Kill and cut in so many rounds; afterwards both services run, and nobody writes."""
        for name in (_SPEAKER, _LISTENER, _WRITER):
            self._start(name)
        for _ in range(rounds):
            for name, road in self._chance.sample(_ROUND, len(_ROUND)):
                # Whoever is hit must be at work, however slow the machine.
                self._wait_for_work(_SPEAKER)
                self._wait_for_work(_LISTENER)
                time.sleep(self._chance.uniform(*_GAP_SECONDS))
                if road is None:
                    self._strike(name)
                else:
                    self._cut(name, road)
        self._kill(_WRITER)

    def end(self) -> None:
        """End all processes."""
        self._world.close()
        for name in self._processes:
            self._kill(name)

    def _strike(self, name: str) -> None:
        self._kill(name)
        self.kills += 1
        self._start(name)

    def _cut(self, name: str, road: Road) -> None:
        """Let bytes pile up on the way, either way, and lose them."""
        self._proxy.set_road(name, road)
        if road is Road.NOTHING_OUT:
            # Something is to be handled whose acknowledgment is then lost.
            self._wait_for_work(name)
        time.sleep(_CUT_SECONDS)
        self._proxy.set_road(name, Road.RESET)
        self._proxy.set_road(name, Road.OPEN)

    def _wait_for_work(self, name: str) -> None:
        """Wait until the service has handled something more."""
        database = self._world.speaker if name == _SPEAKER else self._world.listener
        before, deadline = _count(database), time.monotonic() + _SECONDS_FOR_WORK
        while _count(database) == before and time.monotonic() < deadline:
            time.sleep(0.01)

    def _start(self, name: str) -> None:
        self._lives += 1
        target, arguments = (
            (_write, (self._places, self._lives))
            if name == _WRITER
            else (_carry, (self._places, name, self._control))
        )
        process = _processes.Process(target=target, args=arguments, daemon=True)
        process.start()
        self._processes[name] = process

    def _kill(self, name: str) -> None:
        self._processes[name].kill()
        self._processes[name].join()


def duel(
    postgres: PostgresServer,
    rabbitmq: RabbitServer,
    *,
    seed: int,
    rounds: int = 1,
    control: str | None = None,
) -> Outcome:
    """Fight, let what is under way arrive, and count what is missing and what is doubled."""
    _processes.set_forkserver_preload(["tests.faults.duel"])
    broker_url = rabbitmq.create_vhost("duel")
    with tempfile.TemporaryDirectory() as folder, Proxy() as proxy:
        places = Places(
            {each: postgres.create_database(f"duel_{each}") for each in (_SPEAKER, _LISTENER)},
            {each: _through(proxy, each, broker_url) for each in (_SPEAKER, _LISTENER)},
            Path(folder) / "answered",
        )
        world = places.world(_SPEAKER).prepare()
        fighters = Duel(places, proxy, seed, control)
        try:
            fighters.fight(rounds)
            ended = time.monotonic()
            expected = _expected(world, places.answered)
            patience = _PATIENCE_WITH_A_CONTROL_SECONDS if control else _PATIENCE_SECONDS
            last = _drain(world, expected, patience)
        finally:
            fighters.end()
        outcome = Outcome(seed, fighters.kills, drained_in=last - ended)
        for what, due, effects in (
            ("effect", expected, world.effects()),
            ("echo", set(filter(_is_answered, expected)), world.echoes()),
        ):
            outcome.events += len(due)
            outcome.missing += [f"the {what} of {each}" for each in due - effects.keys()]
            outcome.doubled += [f"the {what} of {k}: {n}" for k, n in effects.items() if n > 1]
        world.close()
    rabbitmq.delete_vhost("duel")
    for each in (_SPEAKER, _LISTENER):
        postgres.drop_database(f"duel_{each}")
    return outcome


def _count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(EFFECT)) or 0


def _through(proxy: Proxy, name: str, url: str) -> str:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    link = proxy.link(name, parts.hostname, parts.port)
    who = parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{who}@127.0.0.1:{link.port}").geturl()


def _expected(world: World, answered: Path) -> set[UUID]:
    """The events of all committed use cases, and of those that were answered, if that is more."""
    with world.speaker.reading() as session:
        bodies = session.scalars(select(OUTBOX.c.body)).all()
    committed = {UUID(decode(body).event.subject) for body in bodies}
    answers = answered.read_bytes()
    return committed | {UUID(bytes=answers[at : at + 16]) for at in range(0, len(answers), 16)}


def _drain(world: World, expected: set[UUID], patience: float) -> float:
    """Wait until all arrived, or nothing more arrives; returns the moment of the last arrival."""
    seen, last = -1, time.monotonic()
    while time.monotonic() - last < patience:
        effects, echoes = world.effects(), world.echoes()
        if any(times > 1 for times in (*effects.values(), *echoes.values())):
            break
        count = sum(effects.values()) + sum(echoes.values())
        if count != seen:
            seen, last = count, time.monotonic()
        if expected <= effects.keys() and set(filter(_is_answered, expected)) <= echoes.keys():
            break
        time.sleep(0.1)
    return last


def main() -> int:
    """Fight once, and say what came of it in one line; 1 unless nothing is missing or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.duel", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", choices=list(CONTROLS))
    asked = parser.parse_args()
    postgres, rabbitmq = provide_postgres(durable=True), provide_rabbitmq()
    try:
        outcome = duel(
            postgres, rabbitmq, seed=asked.seed, rounds=asked.rounds, control=asked.control
        )
    finally:
        rabbitmq.stop()
        postgres.stop()
    print(outcome)
    return 0 if outcome.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
