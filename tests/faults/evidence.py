"""What the suite's databases, queues and books say after the faults, read once for all checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from chassis.messaging.parked import ParkedMessage
from chassis.messaging.rabbitmq.parked_queue import ParkedQueue
from chassis.service import Service
from chassis.storage.tables import AUDIT, INBOX, OUTBOX
from contracts.envelope import Message, decode
from tests.faults.arena import Arena
from tests.faults.load import Load

_MOST_LETTERS = 500


class Kind(StrEnum):
    """How something is not as it must be."""

    MISSING = "missing"
    DOUBLED = "doubled"
    WRONG = "wrong"


@dataclass(frozen=True)
class Breach:
    """Something that does not hold, in words."""

    kind: Kind
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


def missing(what: str) -> Breach:
    """Something that must be there and is not."""
    return Breach(Kind.MISSING, what)


def doubled(what: str) -> Breach:
    """Something that is there more often than it may be."""
    return Breach(Kind.DOUBLED, what)


def wrong(what: str) -> Breach:
    """Something that is there and contradicts something else."""
    return Breach(Kind.WRONG, what)


class Evidence:
    """The state of a quiet suite, and what was answered to the people on it."""

    def __init__(self, arena: Arena, load: Load) -> None:
        self.load = load
        self.folder = arena.folder
        self.services: dict[str, Service] = {
            name: app.extensions["credence"] for name, app in arena.apps.items()
        }
        self._arena = arena

    @cached_property
    def outboxes(self) -> Mapping[str, Sequence[Message]]:
        """All events that each service recorded, in order."""
        return {name: self._outbox(service) for name, service in self.services.items()}

    @cached_property
    def inboxes(self) -> Mapping[str, frozenset[UUID]]:
        """The events that each service marked as handled."""
        return {name: self._inbox(service) for name, service in self.services.items()}

    @cached_property
    def audited(self) -> Mapping[str, frozenset[str]]:
        """The requests that left an entry in each service's audit trail."""
        return {
            name: frozenset(str(row[0]) for row in self.rows(name, _AUDITED))
            for name in self.services
        }

    @property
    def events(self) -> int:
        """How many events were recorded anywhere."""
        return sum(len(messages) for messages in self.outboxes.values())

    @cached_property
    def book(self) -> Mapping[str, Any]:
        """The card provider's own book."""
        return self._arena.book()

    def environ(self, service: str) -> Mapping[str, str]:
        """The environment that a service's processes run in."""
        return self._arena.suite.environ(service)

    def rows(self, service: str, question: str, **values: object) -> Sequence[Sequence[Any]]:
        """What a service's own database answers."""
        with self.services[service].database.reading() as session:
            return [tuple(row) for row in session.execute(text(question), values)]

    def parked(self, service: str) -> list[ParkedMessage]:
        """The messages that a service gave up on."""
        broker_url = self.services[service].settings.broker_url
        assert broker_url is not None
        return ParkedQueue(broker_url, self.services[service].database).oldest(_MOST_LETTERS)

    def _outbox(self, service: Service) -> list[Message]:
        with service.database.reading() as session:
            return [
                decode(body)
                for body in session.scalars(select(OUTBOX.c.body).order_by(OUTBOX.c.position))
            ]

    def _inbox(self, service: Service) -> frozenset[UUID]:
        with service.database.reading() as session:
            return frozenset(session.scalars(select(INBOX.c.event_id)))


_AUDITED = str(select(AUDIT.c.correlation_id))
