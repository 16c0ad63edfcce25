"""The bus: brings each recorded event to every service that reacts to it, at least once.

One small interface with two implementations: `rabbitmq` for services that run as processes of their
own, `embedded` for all services within one process.
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

    `follows_stream` is for a service whose every replica needs every event: it reads a stream by
    offset instead of sharing a queue.
    Reactions run within `context`, such as the service's application context.
    `caught_up` is told, about once a second, the moment up to which everything was handled.
    """

    name: str
    database: Database
    reactions: Reactions
    follows_stream: bool = False
    caught_up: Callable[[datetime], None] | None = None
    context: Callable[[], AbstractContextManager[object]] = nullcontext


class Bus(Protocol):
    """Carries events in threads of its own between `start` and `stop`."""

    def start(self) -> None:
        """Begin to carry events."""
        ...

    def stop(self) -> None:
        """Finish what is in hand and stop."""
        ...

    @property
    def problem(self) -> str | None:
        """What keeps the bus from carrying events, or None."""
        ...
