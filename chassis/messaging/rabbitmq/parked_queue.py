"""The parked messages of a service on RabbitMQ.

They are read with pika, a second client on purpose: what one client wrote is not only ever read by
that same client.
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
    Note,
    ParkedMessage,
    ParkedMessageRefused,
    find_reason,
)
from chassis.messaging.rabbitmq.topology import parked_name, queue_name
from chassis.storage.database import Database

DEATHS = "x-death"
EARLIER_DEATHS = "x-earlier-deaths"
PATIENCE_SECONDS = 10


class _Held(NamedTuple):
    """A parked message that was got and not acknowledged: the broker puts it back in its place."""

    tag: int
    properties: pika.BasicProperties
    body: bytes

    @property
    def id(self) -> str:
        # Ours carry their event's id; a stranger's message is known by its content.
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
        # What a stream's follower gave up was published anew, and tells when.
        stamp = self.properties.timestamp
        return datetime.fromtimestamp(stamp, UTC) if stamp else None

    @property
    def topic(self) -> str:
        keys = self.deaths[0]["routing-keys"] if self.deaths else ["unknown"]
        return self.properties.type or str(keys[0])


class _Look:
    """One channel's look into a parked queue, after which everything is back in its place."""

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
        copies = [each for each in self.messages() if each.id == message_id]
        if not copies:
            raise NoSuchParkedMessage(message_id)
        return copies

    def take_away(self, copies: Sequence[_Held]) -> None:
        for each in copies:
            self.channel.basic_ack(each.tag)
            self._held -= 1

    def give_back(self) -> None:
        """Return what is held, in its order, and wait until the next look would see it."""
        self.channel.basic_nack(multiple=True)
        patience_ends = time.monotonic() + PATIENCE_SECONDS
        while self.count() < self._held and time.monotonic() < patience_ends:
            time.sleep(0.01)


class ParkedQueue:
    """The parked messages in `<service>.parked`; a message's ID stands for every copy of it.

    Looking at them holds them back from others for that moment, and moves none.
    """

    def __init__(self, url: str, database: Database) -> None:
        self.database = database
        self._parked = parked_name(database.service)
        self._events = queue_name(database.service)
        self._parameters = pika.URLParameters(url)
        self._parameters.blocked_connection_timeout = PATIENCE_SECONDS

    def count(self) -> int:
        """How many are parked; raises `ParkedMessageRefused` when RabbitMQ does not answer."""
        with self._looking() as look:
            return look.count()

    def oldest(self, limit: int) -> list[ParkedMessage]:
        """Those that were parked first, left where they are."""
        with self._looking() as look:
            return [self._message_of(each) for each in islice(look.messages(), limit)]

    def get(self, message_id: str) -> ParkedMessage:
        """One of them, left where it is; raises `NoSuchParkedMessage`."""
        with self._looking() as look:
            return self._message_of(look.copies_of(message_id)[0])

    def replay(self, message_id: str, note: Note) -> None:
        """Publish it to this service's queue, or stream, alone; what others handled stays handled.

        At least once: a crash before the last step leaves the message parked, and the inbox absorbs
        the repetition.
        """
        with self._looking() as look:
            copies = look.copies_of(message_id)
            look.channel.confirm_delivery()
            for each in {each.body: each for each in copies}.values():
                look.channel.basic_publish("", self._events, each.body, _anew(each), mandatory=True)
            self._take_away(look, copies, note)

    def discard(self, message_id: str, note: Note) -> None:
        """Give it up for good; raises `NoSuchParkedMessage`."""
        with self._looking() as look:
            self._take_away(look, look.copies_of(message_id), note)

    def _take_away(self, look: _Look, copies: Sequence[_Held], note: Note) -> None:
        with self.database.transaction() as session:
            note(session, self._message_of(copies[0]))
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
            raise ParkedMessageRefused(f"RabbitMQ did not do this: {error!r}") from error

    def _message_of(self, held: _Held) -> ParkedMessage:
        with self.database.reading() as session:
            reason = find_reason(session, held.body)
        return ParkedMessage(
            id=held.id,
            topic=held.topic,
            body=held.body,
            parked_at=held.parked_at,
            reason=reason or _what_the_broker_says(held),
            headers=held.headers,
        )


def _what_the_broker_says(held: _Held) -> str:
    if held.deaths and held.deaths[0]["reason"] == "delivery_limit":
        return "delivered too often: each time the worker ended, or lost RabbitMQ, over it"
    return "no error is on record, and it can be decoded by now: a replay may do"


def _anew(held: _Held) -> pika.BasicProperties:
    """The same properties, with the broker's account of the deaths kept under a name of our own:
    brokers differ in what they make of an `x-death` that a client sends.
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
