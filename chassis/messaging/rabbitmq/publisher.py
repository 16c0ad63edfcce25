"""Publishes with a window of outstanding confirms, matching every confirm to its message.

kombu's own `confirm_publish` waits for any confirm, so after a timeout the next publish can succeed
on the previous message's confirm. Here each delivery tag is tracked, and on any doubt the channel
is discarded and the whole batch is published again.
"""

from collections.abc import Sequence
from typing import Any

import amqp
from kombu import Connection

from chassis.messaging.rabbitmq.connection import (
    channel_of,
    close_quietly,
    connect,
    written_at_once,
)
from chassis.messaging.rabbitmq.topology import EVENTS
from chassis.messaging.relay import Outgoing
from chassis.observability.logging import log
from contracts.envelope import CONTENT_TYPE

CONFIRM_SECONDS = 10


class NotConfirmed(Exception):
    """The broker did not accept every message of the batch."""


class WindowedPublisher:
    """Publishes batches over one connection, opened on first use.

    The routing key is each event's topic, unless another is given.
    """

    def __init__(self, url: str, exchange: str = EVENTS, routing_key: str | None = None) -> None:
        self._url = url
        self._exchange = exchange
        self._routing_key = routing_key
        self._connection: Connection | None = None
        self._channel: amqp.Channel | None = None
        self._outstanding: set[int] = set()
        self._next_tag = 1
        self._refused = 0

    def publish(self, batch: Sequence[Outgoing]) -> None:
        """Publish all and wait for every confirm; raises `NotConfirmed` or the connection's
        error.
        """
        try:
            self._publish(batch)
        except Exception:
            self.close()
            raise

    def _publish(self, batch: Sequence[Outgoing]) -> None:
        channel = self._channel or self._open()
        assert self._connection is not None
        with written_at_once(self._connection):
            for event in batch:
                self._outstanding.add(self._next_tag)
                self._next_tag += 1
                channel.basic_publish(
                    _message_of(event),
                    exchange=self._exchange,
                    routing_key=self._routing_key or event.topic,
                    mandatory=True,
                )
        while self._outstanding:
            self._connection.drain_events(timeout=CONFIRM_SECONDS)
        if self._refused:
            raise NotConfirmed(f"the broker refused {self._refused} of {len(batch)} messages")

    def _open(self) -> amqp.Channel:
        self._connection = connect(self._url)
        # Otherwise amqp polls the broker before each message; we poll after each batch.
        self._connection.connection.client_properties["capabilities"]["connection.blocked"] = False
        self._channel = channel_of(self._connection)
        self._outstanding, self._next_tag, self._refused = set(), 1, 0
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._confirmed)
        self._channel.events["basic_nack"].add(self._rejected)
        self._channel.events["basic_return"].add(self._unroutable)
        return self._channel

    def _confirmed(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._outstanding = {later for later in self._outstanding if later > tag}
        else:
            self._outstanding.discard(tag)

    def _rejected(self, tag: int, multiple: bool) -> None:
        self._refused += 1
        self._confirmed(tag, multiple)

    def _unroutable(self, *returned: Any) -> None:
        # Expected for a fact listed in unheard.toml; otherwise a reader's queue is missing.
        log.info("no queue is bound to this topic", topic=returned[3])

    def close(self) -> None:
        """Close the connection; the next batch opens a new one."""
        if self._connection is not None:
            close_quietly(self._connection)
        self._connection = self._channel = None

    def keep_alive(self) -> None:
        """Send the heartbeat when it is due."""
        if self._connection is not None:
            try:
                self._connection.heartbeat_check(rate=2)
            except Exception:
                self.close()


def _message_of(event: Outgoing) -> amqp.Message:
    return amqp.Message(
        event.body,
        content_type=CONTENT_TYPE,
        content_encoding="utf-8",
        delivery_mode=2,
        message_id=str(event.event_id),
        timestamp=int(event.recorded_at.timestamp()),
        type=event.topic,
    )
