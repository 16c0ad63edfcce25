"""The bus: delivers each recorded event, at least once, to every service that reacts to it.

One small interface with two implementations: `rabbitmq` for services that run as separate
processes, `embedded` for all services in one process.
Both hand deliveries to `chassis.messaging.inbox`, where the effect becomes exactly once.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.messaging.reactions import Reactions
from chassis.storage.database import Database


@dataclass(frozen=True)
class Participant:
    """A service as the bus sees it.

    `follows_stream` is for a service whose every replica needs every event: each replica reads a
    stream by offset instead of sharing a queue.
    Reactions run within `context`, such as the service's application context.
    `caught_up` is called about once a second with the moment up to which everything was handled.
    """

    name: str
    database: Database
    reactions: Reactions
    follows_stream: bool = False
    caught_up: Callable[[datetime], None] | None = None
    context: Callable[[], AbstractContextManager[object]] = nullcontext


class Bus(Protocol):
    """Delivers events in its own threads between `start` and `stop`."""

    def start(self) -> None:
        """Begin to deliver events."""
        ...

    def stop(self) -> None:
        """Finish the current batch and stop."""
        ...

    @property
    def problem(self) -> str | None:
        """What keeps the bus from delivering events, or None."""
        ...
