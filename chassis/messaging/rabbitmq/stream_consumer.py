"""Consumes a stream by offset: every replica reads every event, and resumes exactly where it left.

The offset is stored in the transaction that applies the events. An event that cannot be applied is
copied to the parked queue and skipped.
"""

import threading
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import amqp
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from chassis.ids import new_id
from chassis.messaging.inbox import Inbox, InSameTransaction, Verdict
from chassis.messaging.participant import Participant
from chassis.messaging.rabbitmq.connection import (
    channel_of,
    close_quietly,
    connect,
    drain,
    drain_arrived,
)
from chassis.messaging.rabbitmq.publisher import WindowedPublisher
from chassis.messaging.rabbitmq.queue_consumer import IDLE_SECONDS, delivery_of
from chassis.messaging.rabbitmq.topology import DEAD_LETTERS, queue_name
from chassis.messaging.relay import Outgoing
from chassis.observability.logging import log
from chassis.storage.tables import STREAM_OFFSET

PREFETCH = 1000
BATCH = 500
RECENT = timedelta(seconds=3)


def _recorded_at(message: amqp.Message) -> datetime:
    """When the event was recorded, in whole seconds; the epoch if its timestamp is missing."""
    return datetime.fromtimestamp(message.properties.get("timestamp", 0), UTC)


def find_offset(session: Session, stream: str) -> int | None:
    """The offset of the last event applied, or None before the first."""
    return session.scalar(select(STREAM_OFFSET.c.position).where(STREAM_OFFSET.c.stream == stream))


class StreamConsumer:
    """Consumes a service's stream for one replica."""

    def __init__(self, url: str, participant: Participant) -> None:
        self._url = url
        self._participant = participant
        self._clock = participant.database.clock
        self._stream = queue_name(participant.name)
        self._inbox = Inbox(participant)
        self._arrived: deque[amqp.Message] = deque()
        self._reported_at = datetime.min.replace(tzinfo=UTC)
        self._parking = WindowedPublisher(url, DEAD_LETTERS, routing_key=participant.name)

    def run(self, stopping: threading.Event, on_connected: threading.Event) -> None:
        """Consume until `stopping` is set; raises when the connection or the database fails."""
        self._arrived.clear()
        connection = connect(self._url)
        try:
            channel = channel_of(connection)
            channel.basic_qos(0, PREFETCH, False)
            channel.basic_consume(
                self._stream,
                callback=self._arrived.append,
                arguments={"x-stream-offset": self._next_offset()},
            )
            on_connected.set()
            while not stopping.is_set():
                applied_until = self._clock.now()
                if drain(connection, IDLE_SECONDS):
                    drain_arrived(connection, self._arrived, BATCH)
                    applied_until = min(applied_until, _recorded_at(self._arrived[-1]))
                self._apply(channel)
                self._report_caught_up(applied_until)
                connection.heartbeat_check(rate=2)
        finally:
            on_connected.clear()
            close_quietly(connection)
            self._parking.close()

    def _report_caught_up(self, moment: datetime) -> None:
        """Report, about once a second, the moment up to which everything was handled.

        While events keep coming, that is when the newest one was recorded; a consumer that is far
        behind does not report.
        """
        if self._participant.caught_up is None or self._clock.now() - moment > RECENT:
            return
        if moment - self._reported_at >= timedelta(seconds=1):
            self._reported_at = moment
            self._participant.caught_up(moment)

    def _next_offset(self) -> Any:
        with self._participant.database.reading() as session:
            offset = find_offset(session, self._stream)
        return "first" if offset is None else offset + 1

    def _apply(self, channel: amqp.Channel) -> None:
        if not self._arrived:
            return
        batch = list(self._arrived)
        self._arrived.clear()
        deliveries = [delivery_of(message) for message in batch]
        if not self._inbox.handle_together(deliveries, also=self._offset_of(batch)):
            for message in batch:
                self._apply_one(message)
        channel.basic_ack(batch[-1].delivery_tag, multiple=True)

    def _apply_one(self, message: amqp.Message) -> None:
        delivery, record_offset = delivery_of(message), self._offset_of([message])
        outcome = self._inbox.handle_to_the_end(delivery, also=record_offset)
        if outcome.verdict is Verdict.PARK:
            log.error("event parked", stream=self._stream, reason=outcome.reason)
            event_id = message.properties.get("message_id") or new_id()
            topic = message.delivery_info["routing_key"]
            self._parking.publish([Outgoing(0, event_id, topic, delivery.body, self._clock.now())])
            with self._participant.database.transaction() as session:
                record_offset(session)

    def _offset_of(self, batch: Sequence[amqp.Message]) -> InSameTransaction:
        """Records, in a transaction, that the batch was applied."""
        last = batch[-1]
        offset = last.application_headers["x-stream-offset"]

        def record_offset(session: Session) -> None:
            session.execute(delete(STREAM_OFFSET).where(STREAM_OFFSET.c.stream == self._stream))
            session.execute(
                insert(STREAM_OFFSET).values(
                    stream=self._stream, position=offset, event_at=self._clock.now()
                )
            )

        return record_offset
