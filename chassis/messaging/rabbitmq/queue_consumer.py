"""Consumes a service's quorum queue: handles what has arrived in one transaction and acks once.

A message whose reaction failed is held, unacknowledged, until its next try. One that failed too
often, or cannot be decoded, is rejected, and the broker moves it to the parked queue.
"""

import threading
from collections import deque
from datetime import datetime

import amqp
from kombu import Connection

from chassis.messaging.inbox import Delivery, Inbox, Outcome, Verdict
from chassis.messaging.participant import Participant
from chassis.messaging.rabbitmq.connection import (
    channel_of,
    close_quietly,
    connect,
    drain,
    drain_arrived,
)
from chassis.messaging.rabbitmq.topology import EVENTS, queue_name

PREFETCH = 800
BATCH = 400
IDLE_SECONDS = 0.5


class QueueConsumer:
    """Consumes one queue over one connection."""

    def __init__(self, url: str, participant: Participant) -> None:
        self._url = url
        self._queue = queue_name(participant.name)
        self._database = participant.database
        self._inbox = Inbox(participant)
        self._arrived: deque[amqp.Message] = deque()
        self._held: list[tuple[datetime, amqp.Message]] = []

    def run(self, stopping: threading.Event, on_connected: threading.Event) -> None:
        """Consume until `stopping` is set; raises when the connection or the database fails.

        Messages not acknowledged by then are delivered again.
        """
        # While the database is down, no message may be delivered: each delivery that comes back
        # counts toward the limit after which a message is parked.
        self._database.ping()
        connection = connect(self._url)
        try:
            channel = channel_of(connection)
            channel.basic_qos(0, PREFETCH, False)
            channel.basic_consume(self._queue, callback=self._arrived.append)
            on_connected.set()
            while not stopping.is_set():
                self._gather(connection)
                self._handle_arrived(channel)
                self._handle_held(channel)
                connection.heartbeat_check(rate=2)
        finally:
            on_connected.clear()
            close_quietly(connection)

    def _gather(self, connection: Connection) -> None:
        """Wait for a first message, then take what the socket already holds, without waiting."""
        if drain(connection, self._seconds_to_wait()):
            drain_arrived(connection, self._arrived, BATCH)

    def _seconds_to_wait(self) -> float:
        if not self._held:
            return IDLE_SECONDS
        due = min(not_before for not_before, _ in self._held)
        return min(IDLE_SECONDS, max(0.01, (due - self._database.clock.now()).total_seconds()))

    def _handle_arrived(self, channel: amqp.Channel) -> None:
        if not self._arrived:
            return
        batch = list(self._arrived)
        self._arrived.clear()
        outcomes = self._inbox.handle([delivery_of(message) for message in batch])
        if not self._held and all(outcome.verdict is Verdict.HANDLED for outcome in outcomes):
            channel.basic_ack(batch[-1].delivery_tag, multiple=True)
            return
        for message, outcome in zip(batch, outcomes, strict=True):
            self._settle(channel, message, outcome)

    def _handle_held(self, channel: amqp.Channel) -> None:
        now = self._database.clock.now()
        due = [message for not_before, message in self._held if not_before <= now]
        self._held = [held for held in self._held if held[0] > now]
        for message in due:
            self._settle(channel, message, self._inbox.handle_one(delivery_of(message)))

    def _settle(self, channel: amqp.Channel, message: amqp.Message, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.HANDLED:
            channel.basic_ack(message.delivery_tag)
        elif outcome.verdict is Verdict.PARK:
            # reject, never nack: since RabbitMQ 4.3 only rejects count toward the delivery limit
            channel.basic_reject(message.delivery_tag, requeue=False)
        else:
            assert outcome.not_before is not None
            self._held.append((outcome.not_before, message))


def body_of(message: amqp.Message) -> bytes:
    """A message's body as bytes; amqp decodes text itself."""
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body)


def delivery_of(message: amqp.Message) -> Delivery:
    """A message as the inbox takes it; one replayed to a queue has no topic of its own anymore."""
    delivered = message.delivery_info
    as_topic = delivered["exchange"] == EVENTS
    return Delivery(body_of(message), delivered["routing_key"] if as_topic else None)
