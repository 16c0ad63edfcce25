"""Encodes a fact as a CloudEvents 1.0 event in structured JSON, the same on every bus."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from contracts.codec import read, write
from contracts.event import ContractError, Event, Instant, event_class

CONTENT_TYPE = "application/cloudevents+json"


class UndecodableMessage(ContractError):
    """The bytes are not an event of the published language."""


class NotItsPublisher(ContractError):
    """An event under another topic than its own, or from a service that does not publish it."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """An event with its transport metadata.

    `correlation_id` is shared by everything that one person's action caused; `causation_id` is the
    event that caused this one; `traceparent` links it to its trace (W3C Trace Context).
    """

    event: Event
    source: str
    time: datetime
    correlation_id: str
    causation_id: UUID | None = None
    traceparent: str | None = None

    @property
    def id(self) -> UUID:
        """The event's identity, by which readers recognize duplicates."""
        return self.event.event_id

    @property
    def topic(self) -> str:
        """The routing key."""
        return self.event.topic


def encode(message: Message) -> bytes:
    """The message as bytes; raises `InvalidEvent` and `RestrictedField`."""
    event = message.event
    type(event).refuse_restricted_fields()
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": message.id,
        "source": message.source,
        "type": event.topic,
        "subject": event.subject,
        "time": message.time.astimezone(UTC).isoformat(timespec="microseconds"),
        "datacontenttype": "application/json",
        "dataschema": f"urn:credence:{event.topic}",
        "sequence": str(event.version),
        "correlationid": message.correlation_id,
    }
    if message.causation_id:
        attributes["causationid"] = message.causation_id
    if message.traceparent:
        attributes["traceparent"] = message.traceparent
    attributes["data"] = msgspec.Raw(write(event))
    return msgspec.json.encode(attributes)


class _Envelope(msgspec.Struct):
    """The attributes that a reader needs; others are ignored."""

    type: str
    source: str
    time: Instant
    correlationid: str
    data: msgspec.Raw
    causationid: UUID | None = None
    traceparent: str | None = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)


def decode(body: bytes, arrived_as: str | None = None) -> Message:
    """The message encoded in these bytes, which a bus delivered as `arrived_as`.

    A broker lets each service write only the topics that it publishes, so a topic that agrees with
    the envelope's type and source proves who speaks.
    Raises `UndecodableMessage`, `UnknownTopic`, `NotItsPublisher` and `InvalidEvent`.
    """
    try:
        # msgspec does not look at the text of attributes that it ignores.
        envelope = _ENVELOPE.decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise UndecodableMessage(f"{type(error).__name__}: {error}") from error
    fact = event_class(envelope.type)
    if envelope.source not in fact.sources():
        raise NotItsPublisher(f"{envelope.source} does not publish {envelope.type}")
    if arrived_as not in (None, envelope.type):
        raise NotItsPublisher(f"an event of type {envelope.type} came as {arrived_as}")
    return Message(
        event=read(fact, envelope.data),
        source=envelope.source,
        time=envelope.time,
        correlation_id=envelope.correlationid,
        causation_id=envelope.causationid,
        traceparent=envelope.traceparent or None,
    )
