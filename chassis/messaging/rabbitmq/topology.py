"""Exchanges and queues on RabbitMQ, derived from the topics that a service reacts to.

Limited to what RabbitMQ 3.10 and 4 share: everything durable, quorum queues with a delivery limit,
at-least-once dead-lettering (which needs `reject-publish`), and streams.
"""

from dataclasses import dataclass
from typing import Any

from amqp.exceptions import PreconditionFailed
from kombu import Connection

from chassis.messaging.participant import Participant
from chassis.messaging.rabbitmq.connection import channel_of
from chassis.observability.logging import log

EVENTS = "events"
DEAD_LETTERS = "events.dlx"
DELIVERY_LIMIT = 20
# Each look at a parked message returns it, and RabbitMQ 4 would discard it after 20 returns.
PARKED_DELIVERY_LIMIT = 1_000_000_000


@dataclass(frozen=True)
class Queue:
    """A queue with its arguments and the keys by which it is bound to an exchange."""

    name: str
    arguments: dict[str, Any]
    exchange: str
    keys: tuple[str, ...]


def queue_name(service: str) -> str:
    """The queue, or stream, that a service reads."""
    return f"{service}.events"


def parked_name(service: str) -> str:
    """The queue of a service's parked messages."""
    return f"{service}.parked"


def queues_of(participant: Participant) -> list[Queue]:
    """The queues that must exist before the service's events may be published."""
    parked = Queue(
        parked_name(participant.name),
        {"x-queue-type": "quorum", "x-delivery-limit": PARKED_DELIVERY_LIMIT},
        DEAD_LETTERS,
        (participant.name,),
    )
    stream = {"x-queue-type": "stream"}
    quorum = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD_LETTERS,
        "x-dead-letter-routing-key": participant.name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    events = Queue(
        queue_name(participant.name),
        stream if participant.follows_stream else quorum,
        EVENTS,
        tuple(participant.reactions.topics),
    )
    return [parked, events]


def declare(connection: Connection, participant: Participant) -> None:
    """Declare the exchanges, and the service's queues with their bindings."""
    _declare_dead_letters(connection)
    channel = channel_of(connection)
    channel.exchange_declare(EVENTS, "topic", durable=True, auto_delete=False)
    for queue in queues_of(participant):
        channel.queue_declare(
            queue.name, durable=True, auto_delete=False, arguments=dict(queue.arguments)
        )
        for key in queue.keys:
            channel.queue_bind(queue.name, queue.exchange, key)


def _declare_dead_letters(connection: Connection) -> None:
    """Declare the exchange for parking, as a topic exchange.

    On such a one the broker can say whose parked messages a user may write, which are replayed
    by what their headers tell. What a broker has from before 0.3.0 is a direct one, and stays:
    a queue cannot be given another.
    """
    try:
        channel_of(connection).exchange_declare(
            DEAD_LETTERS, "topic", durable=True, auto_delete=False
        )
    except PreconditionFailed:
        log.warning("anybody may park for anybody", exchange=DEAD_LETTERS)
