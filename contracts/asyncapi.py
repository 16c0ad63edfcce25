"""Describes the bus as an AsyncAPI 3.0.0 document: one channel per topic, senders and receivers.

The payload is the whole CloudEvents envelope, since events are encoded as structured JSON.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.catalog import Readers
from contracts.envelope import CONTENT_TYPE
from contracts.event import Event
from contracts.schemas import json_schema

EXCHANGE = "events"

_TEXT = {"type": "string", "minLength": 1}
_ENVELOPE = {
    "type": "object",
    "description": "The CloudEvents 1.0 attributes that every event carries.",
    "properties": {
        "specversion": {"type": "string", "const": "1.0"},
        "id": {
            "type": "string",
            "format": "uuid",
            "description": "The same for every delivery of the same fact.",
        },
        "source": {**_TEXT, "format": "uri-reference", "description": "The service that sent it."},
        "type": {**_TEXT, "description": "The topic."},
        "subject": {**_TEXT, "description": "The identifier of what the fact is about."},
        "time": {
            "type": "string",
            "format": "date-time",
            "description": "When the change was committed.",
        },
        "datacontenttype": {"type": "string", "const": "application/json"},
        "dataschema": {**_TEXT, "format": "uri"},
        "sequence": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "The subject's version; readers apply only a version newer than theirs.",
        },
        "correlationid": {
            **_TEXT,
            "description": "Shared by everything that one person's action caused.",
        },
        "causationid": {
            "type": "string",
            "format": "uuid",
            "description": "The event that caused this one.",
        },
        "traceparent": {**_TEXT, "description": "W3C Trace Context."},
        "data": {"type": "object"},
    },
    "required": [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "dataschema",
        "sequence",
        "correlationid",
        "data",
    ],
}


def document(facts: Sequence[type[Event]], readers: Readers) -> dict[str, Any]:
    """The AsyncAPI document of these facts."""
    operations: dict[str, Any] = {}
    for fact in facts:
        operations |= _operations(fact, readers.get(fact.topic, ()))
    return {
        "asyncapi": "3.0.0",
        "id": "urn:credence:events",
        "info": {
            "title": "Credence events",
            "version": "1",
            "description": "The facts that Credence's services publish on RabbitMQ.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {fact.topic: _channel(fact) for fact in facts},
        "operations": operations,
        "components": {
            "messages": {fact.topic: _message(fact) for fact in facts},
            "schemas": {"envelope": _ENVELOPE} | {fact.topic: _payload(fact) for fact in facts},
        },
    }


def readers_in(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """The services that react to each topic, read from a document."""
    readers: dict[str, list[str]] = {}
    for name, operation in document["operations"].items():
        if operation["action"] == "receive":
            reader, _, topic = name.partition(".receives.")
            readers.setdefault(topic, []).append(reader)
    return readers


def _channel(fact: type[Event]) -> dict[str, Any]:
    return {
        "address": fact.topic,
        "summary": fact.sent_when(),
        "messages": {fact.__name__: _reference("components", "messages", fact.topic)},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {
                    "name": EXCHANGE,
                    "type": "topic",
                    "durable": True,
                    "autoDelete": False,
                },
                "bindingVersion": "0.3.0",
            }
        },
    }


def _operations(fact: type[Event], readers: Sequence[str]) -> dict[str, Any]:
    common = {
        "channel": _reference("channels", fact.topic),
        "messages": [_reference("channels", fact.topic, "messages", fact.__name__)],
    }
    sending = {
        "action": "send",
        "summary": fact.sent_when(),
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "bindingVersion": "0.3.0"}},
    }
    operations = {}
    if not fact.once_sent_by:
        operations[f"{fact.publisher()}.sends.{fact.topic}"] = sending | common
    for reader in sorted(readers):
        receiving = {"action": "receive", "summary": f"{reader} reacts to it."}
        operations[f"{reader}.receives.{fact.topic}"] = receiving | common
    return operations


def _message(fact: type[Event]) -> dict[str, Any]:
    attributes = {
        "type": {"const": fact.topic},
        "data": _reference("components", "schemas", fact.topic),
    }
    return {
        "name": fact.topic,
        "title": fact.__name__,
        "summary": fact.sent_when(),
        "contentType": CONTENT_TYPE,
        "payload": {
            "allOf": [_reference("components", "schemas", "envelope"), {"properties": attributes}]
        },
        "correlationId": {"location": "$message.payload#/correlationid"},
        "bindings": {
            "amqp": {
                "contentEncoding": "utf-8",
                "messageType": fact.topic,
                "bindingVersion": "0.3.0",
            }
        },
    }


def _payload(fact: type[Event]) -> dict[str, Any]:
    """The payload's schema, limited to the keywords that AsyncAPI shares with JSON Schema."""
    schema = json_schema(fact)
    return {key: value for key, value in schema.items() if not key.startswith("$")}


def _reference(*path: str) -> dict[str, str]:
    return {"$ref": f"#/{'/'.join(path)}"}
