"""The processes that fight a duel: the two services' workers, and the use cases of one of them."""

import multiprocessing
import os
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy import insert
from sqlalchemy.orm import Session

from chassis.clock import SystemClock
from chassis.messaging.outbox import record
from chassis.messaging.participant import Participant
from chassis.messaging.rabbitmq.bus import RabbitBus
from chassis.messaging.reactions import Reactions
from chassis.storage.database import Database
from contracts.payments import NothingDue
from tests.faults.control import CONTROLS
from tests.integration.bus_world import EFFECT, LISTENER, SPEAKER, World, answer_to, saying

_WRITERS = 4
_SECONDS_OF_A_REACTION = 0.005
_LONGEST_USE_CASE_SECONDS = 0.02
# So that what waits stays little, and is handled in seconds on a slow machine too.
_LONGEST_REST_SECONDS = 0.08


@dataclass(frozen=True)
class Places:
    """Where the two services find their databases and their broker, and note what was answered."""

    databases: Mapping[str, str]
    brokers: Mapping[str, str]
    answered: Path

    def world(self, name: str) -> World:
        """Both services, with the broker as `name` reaches it."""
        speaker, listener = (
            Database(service, self.databases[service], SystemClock())
            for service in (SPEAKER, LISTENER)
        )
        return World(speaker, listener, self.brokers[name])


def carry(places: Places, name: str, control: str | None) -> None:
    """The worker of one of the two, until killed."""
    say_nothing()
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
        if is_answered(event.application_id):
            record(session, answer_to(event))

    return [speaker, Participant(LISTENER, listener.database, reactions)]


def write(places: Places, seed: int) -> None:
    """Use cases at once, each as long as it takes; that it succeeded is answered."""
    say_nothing()
    world = places.world(SPEAKER)
    answers = os.open(places.answered, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def work(number: int) -> None:
        chance = random.Random(seed * _WRITERS + number)
        while True:
            event = saying()
            with world.speaker.transaction() as session:
                record(session, event)
                time.sleep(chance.uniform(0, _LONGEST_USE_CASE_SECONDS))
            os.write(answers, event.application_id.bytes)
            time.sleep(chance.uniform(0, _LONGEST_REST_SECONDS))

    for number in range(_WRITERS):
        threading.Thread(target=work, args=(number,), daemon=True).start()
    _live_as_long_as_the_parent()


def is_answered(application_id: UUID) -> bool:
    """Half of the events cause another; the outbox would refuse to record that a second time, and
    so hide that the other half has its effect twice.
    """
    return application_id.int % 2 == 0


def say_nothing() -> None:
    """Log nowhere."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def _live_as_long_as_the_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)
