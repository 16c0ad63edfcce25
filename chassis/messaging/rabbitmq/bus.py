"""The bus over RabbitMQ: a relay and a reader for each participant, each in its own thread.

A thread whose connection or database fails retries with a growing pause. After `tries` failures
in a row the bus sets `gave_up`, so that the process ends instead of looping quietly.
"""

import os
import threading
from collections.abc import Callable, Sequence

from chassis.messaging.participant import Participant
from chassis.messaging.rabbitmq.connection import connect
from chassis.messaging.rabbitmq.publisher import WindowedPublisher
from chassis.messaging.rabbitmq.queue_consumer import QueueConsumer
from chassis.messaging.rabbitmq.stream_consumer import StreamConsumer
from chassis.messaging.rabbitmq.topology import declare
from chassis.messaging.relay import BATCH, OutboxAlarm, relay_batch
from chassis.observability.logging import log

TRIES = 60
LONGEST_PAUSE_SECONDS = 2.0

Work = Callable[[threading.Event, threading.Event], None]


def declare_topology(url: str, participants: Sequence[Participant]) -> None:
    """Create every participant's queues; run this before anything is published."""
    with connect(url) as connection:
        for participant in participants:
            declare(connection, participant)


class RabbitBus:
    """Delivers the events of its participants through RabbitMQ."""

    def __init__(self, url: str, participants: Sequence[Participant], tries: int = TRIES) -> None:
        self._url = url
        self._participants = participants
        self._tries = tries
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._problems: dict[str, str] = {}
        self.gave_up = threading.Event()

    @property
    def problem(self) -> str | None:
        """What keeps the bus from delivering events, or None."""
        return "; ".join(f"{name}: {text}" for name, text in self._problems.items()) or None

    def start(self) -> None:
        """Begin to deliver events."""
        for participant in self._participants:
            reader = StreamConsumer if participant.follows_stream else QueueConsumer
            self._run(f"{participant.name} reader", _declaring(self._url, participant, reader))
            self._run(f"{participant.name} relay", _relaying(self._url, participant))

    def stop(self) -> None:
        """Finish the current batch and stop."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def _run(self, name: str, work: Work) -> None:
        thread = threading.Thread(target=self._retry, args=(name, work), name=name, daemon=True)
        self._threads.append(thread)
        self._problems[name] = "not connected yet"
        thread.start()

    def _retry(self, name: str, work: Work) -> None:
        failures = 0
        while not self._stopping.is_set():
            connected = _Connected(lambda: self._forget_problem(name))
            try:
                work(self._stopping, connected)
            except Exception as error:
                failures = 1 if connected.ever else failures + 1
                self._problems[name] = f"{type(error).__name__}: {error}"
                log.warning("bus failed", part=name, failures=failures, error=self._problems[name])
                if failures >= self._tries:
                    self.gave_up.set()
                    return
                self._stopping.wait(min(0.1 * 2 ** min(failures, 8), LONGEST_PAUSE_SECONDS))

    def _forget_problem(self, name: str) -> None:
        if self._problems.pop(name, None):
            log.info("bus connected", part=name)


class _Connected(threading.Event):
    """Set while connected; clears the thread's problem, and records that it once connected."""

    def __init__(self, on_set: Callable[[], object]) -> None:
        super().__init__()
        self._on_set = on_set
        self.ever = False

    def set(self) -> None:
        self.ever = True
        self._on_set()
        super().set()


def _declaring(
    url: str, participant: Participant, reader: type[QueueConsumer] | type[StreamConsumer]
) -> Work:
    def work(stopping: threading.Event, connected: threading.Event) -> None:
        declare_topology(url, [participant])
        reader(url, participant).run(stopping, connected)

    return work


def _relaying(url: str, participant: Participant) -> Work:
    def work(stopping: threading.Event, connected: threading.Event) -> None:
        publisher, alarm = WindowedPublisher(url), OutboxAlarm(participant.database)
        try:
            while not stopping.is_set():
                relayed = relay_batch(participant.database, publisher)
                connected.set()
                if relayed < BATCH:
                    alarm.wait()
                    publisher.keep_alive()
        finally:
            alarm.close()
            publisher.close()

    return work


def exit_when_connection_fails(bus: RabbitBus) -> None:
    """End this process, with an error, once the bus gave up; the orchestrator restarts it."""

    def watch() -> None:
        bus.gave_up.wait()
        log.error("the bus gave up; ending the process", problem=bus.problem)
        os._exit(1)

    threading.Thread(target=watch, name="bus watch", daemon=True).start()
