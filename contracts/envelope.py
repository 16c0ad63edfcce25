"""Encodes a fact as a CloudEvents 1.0 event in structured JSON, the same on every bus."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.event import ContractError, Event, event_class
from contracts.schemas import event_from, payload_of

CONTENT_TYPE = "application/cloudevents+json"
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class UndecodableMessage(ContractError):
    """The bytes are not an event of the published language."""


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
        "id": str(message.id),
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
        attributes["causationid"] = str(message.causation_id)
    if message.traceparent:
        attributes["traceparent"] = message.traceparent
    attributes["data"] = payload_of(event)
    return _to_json(attributes).encode()


def decode(body: bytes) -> Message:
    """The message encoded in these bytes.

    Raises `UndecodableMessage`, `UnknownTopic` and `InvalidEvent`.
    """
    try:
        attributes = json.loads(body)
        time = datetime.fromisoformat(_text(attributes["time"]))
        if time.tzinfo is None:
            raise ValueError("its time has no offset")
        causation, traceparent = attributes.get("causationid"), attributes.get("traceparent")
        message = Message(
            event=event_from(event_class(_text(attributes["type"])), attributes["data"]),
            source=_text(attributes["source"]),
            time=time,
            correlation_id=_text(attributes["correlationid"]),
            causation_id=UUID(_text(causation)) if causation else None,
            traceparent=_text(traceparent) if traceparent else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UndecodableMessage(f"{type(error).__name__}: {error}") from error
    return message


def _text(value: object) -> str:
    """An attribute of the envelope; all of them are text."""
    if not isinstance(value, str):
        raise TypeError(f"an attribute is {value!r} instead of text")
    value.encode()
    return value
