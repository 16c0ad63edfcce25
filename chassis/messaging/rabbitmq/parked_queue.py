"""The parked messages of a service on RabbitMQ.

They are read with pika, a second client on purpose: this proves that messages do not depend on
the client that wrote them.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from chassis.messaging.parked import (
    NoSuchParkedMessage,
    ParkedMessage,
    ParkedMessageRefused,
    WriteAudit,
    find_reason,
)
from chassis.messaging.rabbitmq.topology import EVENTS, parked_name, queue_name
from chassis.storage.database import Database
from contracts.envelope import NotItsPublisher, decode
from contracts.event import ContractError

DEATHS = "x-death"
EARLIER_DEATHS = "x-earlier-deaths"
PATIENCE_SECONDS = 10


class _Held(NamedTuple):
    """A parked message, fetched but not acknowledged: the broker returns it to its place."""

    tag: int
    properties: pika.BasicProperties
    body: bytes

    @property
    def id(self) -> str:
        # Ours carry their event's id; a foreign message is identified by its content.
        return self.properties.message_id or hashlib.sha256(self.body).hexdigest()[:32]

    @property
    def headers(self) -> dict[str, Any]:
        return self.properties.headers or {}

    @property
    def deaths(self) -> list[dict[str, Any]]:
        return self.headers.get(DEATHS) or []

    @property
    def parked_at(self) -> datetime | None:
        if self.deaths:
            died_at: datetime = self.deaths[0]["time"]
            return died_at
        # What a stream consumer parked was published again, with a timestamp.
        stamp = self.properties.timestamp
        return datetime.fromtimestamp(stamp, UTC) if stamp else None

    @property
    def topic(self) -> str:
        return self.properties.type or self.published_as or "unknown"

    @property
    def published_as(self) -> str | None:
        """The topic that the broker let its publisher write, if the message shows it."""
        history = [*self.deaths, *self.headers.get(EARLIER_DEATHS, [])]
        if not history:  # parked by a stream's consumer, under the topic that it came as
            return str(self.properties.type) if self.properties.type else None
        keys = [death["routing-keys"][0] for death in history if death["exchange"] == EVENTS]
        return str(keys[0]) if keys else None


class _Look:
    """One channel's look into a parked queue; afterward everything is back in its place."""

    def __init__(self, channel: BlockingChannel, queue: str) -> None:
        self.channel = channel
        self._queue = queue
        self._held = 0

    def count(self) -> int:
        return int(self.channel.queue_declare(self._queue, passive=True).method.message_count)

    def messages(self) -> Iterator[_Held]:
        for _ in range(self.count()):
            method, properties, body = self.channel.basic_get(self._queue)
            if method is None:
                return
            self._held += 1
            yield _Held(method.delivery_tag, properties, body)

    def copies_of(self, message_id: str) -> list[_Held]:
        copies = [message for message in self.messages() if message.id == message_id]
        if not copies:
            raise NoSuchParkedMessage(message_id)
        return copies

    def take_away(self, copies: Sequence[_Held]) -> None:
        for copy in copies:
            self.channel.basic_ack(copy.tag)
            self._held -= 1

    def give_back(self) -> None:
        """Return the held messages, in order, and wait until the next look would see them."""
        self.channel.basic_nack(multiple=True)
        patience_ends = time.monotonic() + PATIENCE_SECONDS
        while self.count() < self._held and time.monotonic() < patience_ends:
            time.sleep(0.01)


class ParkedQueue:
    """The parked messages in `<service>.parked`; an ID stands for every copy of its message.

    Looking at messages hides them from other readers for that moment, and moves none.
    """

    def __init__(self, url: str, database: Database) -> None:
        self.database = database
        self._parked = parked_name(database.service)
        self._events = queue_name(database.service)
        self._parameters = pika.URLParameters(url)
        self._parameters.blocked_connection_timeout = PATIENCE_SECONDS

    def count(self) -> int:
        """The number of parked messages.

        Raises `ParkedMessageRefused` when RabbitMQ does not answer.
        """
        with self._looking() as look:
            return look.count()

    def oldest(self, limit: int) -> list[ParkedMessage]:
        """The messages parked first; they stay parked."""
        with self._looking() as look:
            return [self._message_of(message) for message in islice(look.messages(), limit)]

    def get(self, message_id: str) -> ParkedMessage:
        """One message; it stays parked. Raises `NoSuchParkedMessage`."""
        with self._looking() as look:
            return self._message_of(look.copies_of(message_id)[0])

    def replay(self, message_id: str, write_audit: WriteAudit) -> None:
        """Publish it again to this service's queue or stream only; other services do not see it.

        What another service than its publisher sent is refused.
        At least once: a crash before the last step leaves the message parked, and the inbox drops
        the duplicate.
        """
        with self._looking() as look:
            copies = look.copies_of(message_id)
            for copy in copies:
                _refuse_impostor(copy)
            look.channel.confirm_delivery()
            for copy in {copy.body: copy for copy in copies}.values():
                look.channel.basic_publish(
                    "", self._events, copy.body, _republished(copy), mandatory=True
                )
            self._take_away(look, copies, write_audit)

    def discard(self, message_id: str, write_audit: WriteAudit) -> None:
        """Delete it; raises `NoSuchParkedMessage`."""
        with self._looking() as look:
            self._take_away(look, look.copies_of(message_id), write_audit)

    def _take_away(self, look: _Look, copies: Sequence[_Held], write_audit: WriteAudit) -> None:
        with self.database.transaction() as session:
            write_audit(session, self._message_of(copies[0]))
        look.take_away(copies)

    @contextmanager
    def _looking(self) -> Iterator[_Look]:
        try:
            with pika.BlockingConnection(self._parameters) as connection:
                look = _Look(connection.channel(), self._parked)
                try:
                    yield look
                finally:
                    if look.channel.is_open:
                        look.give_back()
        except AMQPError as error:
            raise ParkedMessageRefused(f"RabbitMQ did not carry this out: {error!r}") from error

    def _message_of(self, held: _Held) -> ParkedMessage:
        with self.database.reading() as session:
            reason = find_reason(session, held.body, held.published_as)
        return ParkedMessage(
            id=held.id,
            topic=held.topic,
            body=held.body,
            parked_at=held.parked_at,
            reason=reason or _reason_from_broker(held),
            headers=held.headers,
        )


def _refuse_impostor(copy: _Held) -> None:
    try:
        decode(copy.body, copy.published_as)
    except NotItsPublisher as impostor:
        raise ParkedMessageRefused(f"It can only be discarded: {impostor}.") from impostor
    except ContractError:
        return  # a newer release may know it; this one parks it again


def _reason_from_broker(held: _Held) -> str:
    if held.deaths and held.deaths[0]["reason"] == "delivery_limit":
        return "delivered too often: each time, the worker ended or lost RabbitMQ while handling it"
    return "no error is on record, and it can be decoded now: a replay may succeed"


def _republished(held: _Held) -> pika.BasicProperties:
    """The same properties, with the broker's `x-death` history under our own name: brokers differ
    in how they treat an `x-death` that a client sends.
    """
    earlier = [*held.deaths, *held.headers.get(EARLIER_DEATHS, [])]
    return pika.BasicProperties(
        content_type=held.properties.content_type,
        content_encoding=held.properties.content_encoding,
        delivery_mode=pika.DeliveryMode.Persistent,
        message_id=held.properties.message_id,
        type=held.topic,
        timestamp=held.properties.timestamp,
        headers={EARLIER_DEATHS: earlier},
    )
