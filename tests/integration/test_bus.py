"""What every bus promises, checked on each: at least once, effect once, poison parked alone."""

import json
import multiprocessing
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.messaging.outbox import record
from chassis.storage.database import Database
from chassis.storage.tables import OUTBOX
from tests.integration.bus_world import (
    LISTENER,
    POISON,
    SPEAKER,
    World,
    eventually,
    moment,
    saying,
    sqlite_world,
)
from tests.integration.crashing import Crashing


@pytest.fixture(autouse=True)
def short_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same number of tries, without the long pauses between them."""
    monkeypatch.setattr("chassis.messaging.inbox.BACK_OFF_SECONDS", (0.05, 0.05, 0.1, 0.1))


@pytest.fixture(params=["embedded", "rabbitmq on sqlite", "rabbitmq on postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "embedded":
        made = sqlite_world(tmp_path)
    elif request.param == "rabbitmq on sqlite":
        made = sqlite_world(tmp_path, request.getfixturevalue("broker_url"))
    else:
        postgres = request.getfixturevalue("postgres")
        made = World(
            Database(SPEAKER, postgres.create_database("speaker"), SystemClock()),
            Database(LISTENER, postgres.create_database("listener"), SystemClock()),
            request.getfixturevalue("broker_url"),
        ).prepare()
    yield made
    made.close()


def test_what_was_recorded_reaches_its_reader_and_the_answer_comes_back(world: World) -> None:
    events = [saying() for _ in range(50)]

    with world.carrying():
        world.say(*events)
        eventually(lambda: len(world.echoes()) == 50)

    assert world.effects() == {event.application_id: 1 for event in events}
    assert world.echoes() == world.effects()


def test_what_was_recorded_while_nothing_carried_is_carried_later(world: World) -> None:
    events = [saying() for _ in range(5)]
    world.say(*events)

    with world.carrying():
        eventually(lambda: len(world.effects()) == 5)


def fail_after_recording(world: World) -> None:
    with world.speaker.transaction() as session:
        record(session, saying())
        raise RuntimeError("the use case failed after recording")


def test_a_use_case_that_fails_says_nothing(world: World) -> None:
    with pytest.raises(RuntimeError, match="after recording"):
        fail_after_recording(world)
    world.say(seen := saying())

    with world.carrying():
        eventually(lambda: len(world.effects()) == 1)

    assert world.effects() == {seen.application_id: 1}


def test_an_event_published_twice_has_its_effect_once(world: World) -> None:
    first = saying()

    with world.carrying():
        world.say(first)
        eventually(lambda: len(world.echoes()) == 1)
        with world.speaker.transaction() as session:
            session.execute(OUTBOX.update().values(published_at=None))
        world.say(after := saying())
        eventually(lambda: after.application_id in world.effects())

    assert world.effects()[first.application_id] == 1


def test_a_poisoned_message_is_parked_alone_while_its_neighbors_pass(world: World) -> None:
    events = [saying() for _ in range(5)]

    with world.carrying():
        world.say(*events[:3], saying(POISON), *events[3:])
        eventually(lambda: len(world.effects()) == 5)
        eventually(lambda: world.parked() == 1)

    assert POISON not in world.effects()
    assert world.effects() == {event.application_id: 1 for event in events}


@pytest.mark.parametrize(
    "body",
    [
        b"\xff not json",
        json.dumps({"specversion": "1.0", "type": "nobody.knows.v1", "data": {}}).encode(),
        json.dumps({"type": "payments.nothing-due.v1", "data": {"version": 1}}).encode(),
    ],
    ids=["not JSON", "unknown topic", "lacks fields"],
)
def test_what_cannot_be_decoded_is_parked_and_never_acknowledged_away(
    world: World, body: bytes
) -> None:
    with world.speaker.transaction() as session:
        session.execute(
            insert(OUTBOX).values(
                event_id=new_id(),
                topic="payments.nothing-due.v1",
                body=body,
                recorded_at=moment(),
            )
        )
    world.say(after := saying())

    with world.carrying():
        eventually(lambda: world.parked() == 1)
        eventually(lambda: after.application_id in world.effects())


def test_events_arrive_in_any_order_and_none_is_missing(world: World) -> None:
    things = [new_id() for _ in range(10)]
    events = [saying(thing, version) for thing in things for version in (1, 2, 3)]
    random.Random(7).shuffle(events)

    with world.carrying():
        for event in events:
            world.say(event)
        eventually(lambda: sum(world.effects().values()) == 30)

    assert world.effects() == dict.fromkeys(things, 3)


# With RabbitMQ it takes half a minute, which `make faults-ci` has.
@pytest.mark.parametrize(
    "kind", ["embedded", pytest.param("rabbitmq on sqlite", marks=pytest.mark.faults)]
)
def test_a_kill_between_any_two_steps_loses_nothing_and_doubles_nothing(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Kill the process at its first commit, publish or acknowledgment, then at the second, …"""
    kills = 0
    for step in range(1, 100):
        folder = tmp_path / str(step)
        folder.mkdir()
        broker = None
        if kind != "embedded":
            server = request.getfixturevalue("rabbitmq")
            broker = server.create_vhost(f"step{step}")
        world = sqlite_world(folder, broker)
        world.close()
        said, killed = _run_killed_at(step, folder, broker)
        survivor = sqlite_world(folder, broker)
        with survivor.carrying():
            eventually(lambda s=survivor: len(s.echoes()) == s.said(), 20)  # type: ignore[misc]
        # What committed just before the kill was not answered, and is on its way all the same.
        assert said <= survivor.said() <= said + 1, f"not what was answered before step {step}"
        assert set(survivor.effects().values()) <= {1}, f"doubled after a kill at step {step}"
        assert survivor.echoes() == survivor.effects(), f"lost after a kill at step {step}"
        survivor.close()
        if broker is not None:
            server.delete_vhost(f"step{step}")
        if not killed:
            break
        kills += 1
    else:
        pytest.fail("the run never got through without a kill")
    assert kills >= 8, "too few steps were found to kill at"


def _run_killed_at(step: int, folder: Path, broker: str | None) -> tuple[int, bool]:
    """Run two use cases and carry their events in a child that kills itself at its nth step.

    Returns how many use cases were answered before the kill, and whether there was one.
    """
    context = multiprocessing.get_context("fork")
    answered = context.Value("i", 0)
    child = context.Process(target=_child, args=(step, str(folder), broker, answered))
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL), f"the child ended with {child.exitcode}"
    return answered.value, child.exitcode != 0


def _child(step: int, folder: str, broker: str | None, answered: object) -> None:
    os.setpgrp()
    world = sqlite_world(Path(folder), broker)
    crashing = Crashing(step)
    crashing.watch_database(world.speaker)
    crashing.watch_database(world.listener)
    crashing.watch_broker()
    with world.carrying():
        for count in (1, 2):
            world.say(saying())
            answered.value = count  # type: ignore[attr-defined]
        eventually(lambda: len(world.echoes()) == 2, 30)
    os._exit(0)
