"""A small, sharp run: two services on the chassis, kills several times a second, and cuts.

`python -m tests.faults.duel --control "no inbox"` shows within seconds what a mistake in the bus
would do; without a control nothing may be missing or doubled.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import func, select, text

from chassis.storage.database import Database
from chassis.storage.tables import OUTBOX
from contracts.envelope import decode
from tests.faults.control import CONTROLS
from tests.faults.duellists import Places, carry, is_answered, say_nothing, write
from tests.faults.proxy import Proxy, Road
from tests.integration.bus_world import EFFECT, LISTENER, SPEAKER, World, saying
from tests.servers import PostgresServer, RabbitServer, provide_postgres, provide_rabbitmq

_GAP_SECONDS = (0.0, 0.2)
_CUT_SECONDS = 0.2
_SECONDS_FOR_WORK, _SECONDS_FOR_WORK_ON_A_CUT_ROAD = 10, 3
_SECONDS_FOR_A_SIGN, _SECONDS_BETWEEN_SIGNS = 300, 1
# A mistake shows in what never comes; without one everything comes, however slow the machine.
_PATIENCE_WITH_A_CONTROL_SECONDS, _PATIENCE_SECONDS = 3, 30
_WRITER = "writer"
# What is done in a round, in a shuffled order: a road to be cut, or None for a kill.
_ROUND: tuple[tuple[str, Road | None], ...] = (
    (SPEAKER, Road.NOTHING_OUT),
    (LISTENER, Road.NOTHING_OUT),
    (LISTENER, Road.NOTHING_BACK),
    *((name, None) for name in (SPEAKER, LISTENER, LISTENER, _WRITER)),
)
# Whether somebody has marked an event as handled, and has not committed it yet.
_REACTING = text("""
    select count(*) from pg_locks join pg_class on pg_class.oid = relation
    where relname = 'inbox' and mode = 'RowExclusiveLock'
    and database = (select oid from pg_database where datname = current_database())
""")
# A process that is forked from one with everything imported is back at once after a kill.
_processes = multiprocessing.get_context("forkserver")


class NoSign(Exception):
    """The two services do not work at all, so that nothing can be said of what is missing."""


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


class Duel:
    """The two services and their writer as processes, and who kills them."""

    def __init__(self, places: Places, proxy: Proxy, seed: int, control: str | None) -> None:
        self.kills = 0
        self._world = places.world(SPEAKER)
        self._places = places
        self._proxy = proxy
        self._chance = random.Random(seed)
        self._control = control
        self._lives = 0
        self._processes: dict[str, BaseProcess] = {}

    def fight(self, rounds: int) -> None:
        """Kill and cut in so many rounds; afterwards both services run, and nobody writes."""
        for name in (SPEAKER, LISTENER, _WRITER):
            self._start(name)
        for _ in range(rounds):
            for name, road in self._chance.sample(_ROUND, len(_ROUND)):
                # Whoever is hit must be at work, however slow the machine.
                self._wait_for_work(SPEAKER)
                self._wait_for_work(LISTENER)
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
        if name == LISTENER:
            self._wait_for_a_reaction()
        self._kill(name)
        self.kills += 1
        self._start(name)

    def _cut(self, name: str, road: Road) -> None:
        """Let bytes pile up on the way, either way, and lose them."""
        self._proxy.set_road(name, road)
        if road is Road.NOTHING_OUT:
            # Something is to be handled whose acknowledgment is then lost.
            self._wait_for_work(name, _SECONDS_FOR_WORK_ON_A_CUT_ROAD)
        time.sleep(_CUT_SECONDS)
        self._proxy.set_road(name, Road.RESET)
        self._proxy.set_road(name, Road.OPEN)

    def _wait_for_work(self, name: str, seconds: float = _SECONDS_FOR_WORK) -> None:
        """Wait until the service has handled something more."""
        database = self._world.speaker if name == SPEAKER else self._world.listener
        before, deadline = _count(database), time.monotonic() + seconds
        while _count(database) == before and time.monotonic() < deadline:
            time.sleep(0.01)

    def _wait_for_a_reaction(self) -> None:
        """Wait until the listener is amid a transaction that handles events."""
        deadline = time.monotonic() + _SECONDS_FOR_WORK
        while time.monotonic() < deadline:
            with self._world.listener.reading() as session:
                if session.scalar(_REACTING):
                    return

    def _start(self, name: str) -> None:
        self._lives += 1
        target, arguments = (
            (write, (self._places, self._lives))
            if name == _WRITER
            else (carry, (self._places, name, self._control))
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
    _processes.set_forkserver_preload(["tests.faults.duellists"])
    broker_url = rabbitmq.create_vhost("duel")
    with tempfile.TemporaryDirectory() as folder, Proxy() as proxy:
        places = Places(
            {each: postgres.create_database(f"duel_{each}") for each in (SPEAKER, LISTENER)},
            {each: _through(proxy, each, broker_url) for each in (SPEAKER, LISTENER)},
            Path(folder) / "answered",
        )
        world = places.world(SPEAKER).prepare()
        fighters = Duel(places, proxy, seed, control)
        try:
            fighters.fight(rounds)
            ended = time.monotonic()
            expected = _expected(world, places.answered)
            _wait_for_a_sign(world)
            patience = _PATIENCE_WITH_A_CONTROL_SECONDS if control else _PATIENCE_SECONDS
            last = _drain(world, expected, patience)
        finally:
            fighters.end()
        outcome = Outcome(seed, fighters.kills, drained_in=last - ended)
        for what, due, effects in (
            ("effect", expected, world.effects()),
            ("echo", set(filter(is_answered, expected)), world.echoes()),
        ):
            outcome.events += len(due)
            outcome.missing += [f"the {what} of {each}" for each in due - effects.keys()]
            outcome.doubled += [f"the {what} of {k}: {n}" for k, n in effects.items() if n > 1]
        if outcome.doubled:
            outcome.missing = []  # nobody waited for them
        world.close()
    rabbitmq.delete_vhost("duel")
    for each in (SPEAKER, LISTENER):
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


def _wait_for_a_sign(world: World) -> None:
    """Wait until something new goes all the way, there and back; raises `NoSign`.

    What has not come by then, with both services at work, is late for another reason than a slow
    machine. The first signs may be lost too, if that is the mistake.
    """
    signs: set[UUID] = set()
    deadline = time.monotonic() + _SECONDS_FOR_A_SIGN
    while not signs & world.echoes().keys() and not _is_anything_doubled(world):
        if time.monotonic() > deadline:
            raise NoSign(f"nothing came back within {_SECONDS_FOR_A_SIGN} s")
        sign = next(filter(is_answered, iter(uuid4, None)))
        world.say(saying(sign))
        signs.add(sign)
        time.sleep(_SECONDS_BETWEEN_SIGNS)


def _is_anything_doubled(world: World) -> bool:
    """Whether there is no need to wait for what is missing."""
    return any(times > 1 for times in (*world.effects().values(), *world.echoes().values()))


def _drain(world: World, expected: set[UUID], patience: float) -> float:
    """Wait until all arrived, or nothing more arrives; returns the moment of the last arrival."""
    seen, last = -1, time.monotonic()
    while time.monotonic() - last < patience and not _is_anything_doubled(world):
        effects, echoes = world.effects(), world.echoes()
        count = sum(effects.values()) + sum(echoes.values())
        if count != seen:
            seen, last = count, time.monotonic()
        if expected <= effects.keys() and set(filter(is_answered, expected)) <= echoes.keys():
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
    say_nothing()
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
