"""Parked messages: those a service could not handle, and the embedded bus's table for them.

On RabbitMQ they have their own queue, see `chassis.messaging.rabbitmq.parked_queue`; the
commands are in `chassis.operations.parked_commands`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from chassis.messaging.inbox import Delivery, Inbox, Verdict
from chassis.messaging.participant import Participant
from chassis.storage.database import Database
from chassis.storage.tables import INBOX_FAILURE, PARKED
from contracts.envelope import decode
from contracts.event import ContractError, Mark, UnknownTopic, event_class

MASK = "(personal)"
_ATTRIBUTES = {
    *("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema"),
    *("sequence", "traceparent", "correlationid", "causationid"),
}


class ParkedMessageRefused(Exception):
    """A command on a parked message cannot be carried out; the message tells the operator why."""


class NoSuchParkedMessage(ParkedMessageRefused):
    """Nothing is parked under this ID."""

    def __init__(self, message_id: str) -> None:
        super().__init__(
            f"Nothing is parked under {message_id}. `list` shows what is parked. If somebody else "
            "is looking at the message right now, try again in a second."
        )


@dataclass(frozen=True, kw_only=True)
class ParkedMessage:
    """A message as it was parked: its event's ID, why it was parked, and the broker's headers."""

    id: str
    topic: str
    body: bytes
    parked_at: datetime | None
    reason: str
    headers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The subject of the message, if its body names one."""
        try:
            return str(json.loads(self.body)["subject"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return "unknown"


WriteAudit = Callable[[Session, ParkedMessage], None]
"""Writes the audit entry, in a transaction that commits before the message is removed."""


class ParkedMessages(Protocol):
    """The parked messages of one service."""

    database: Database

    def count(self) -> int:
        """The number of parked messages."""
        ...

    def oldest(self, limit: int) -> list[ParkedMessage]:
        """The messages parked first; they stay parked."""
        ...

    def get(self, message_id: str) -> ParkedMessage:
        """One message; it stays parked. Raises `NoSuchParkedMessage`."""
        ...

    def replay(self, message_id: str, write_audit: WriteAudit) -> None:
        """Deliver it to the service again; raises `ParkedMessageRefused`."""
        ...

    def discard(self, message_id: str, write_audit: WriteAudit) -> None:
        """Delete it; raises `NoSuchParkedMessage`."""
        ...


class ParkedTable:
    """The parked messages of a service in the embedded suite; only the service can replay them."""

    def __init__(self, database: Database, participant: Participant | None = None) -> None:
        self.database = database
        self._participant = participant

    def count(self) -> int:
        """The number of parked messages."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(PARKED)) or 0

    def oldest(self, limit: int) -> list[ParkedMessage]:
        """The messages parked first."""
        first = select(PARKED).order_by(PARKED.c.parked_at, PARKED.c.parked_id).limit(limit)
        with self.database.reading() as session:
            return [_message_of(row) for row in session.execute(first)]

    def get(self, message_id: str) -> ParkedMessage:
        """One message; raises `NoSuchParkedMessage`."""
        with self.database.reading() as session:
            return _get_message(session, message_id)

    def replay(self, message_id: str, write_audit: WriteAudit) -> None:
        """React to it now, in the transaction that removes it from the table.

        Raises `NoSuchParkedMessage`, and `ParkedMessageRefused` when the reaction fails again.
        """
        message = self.get(message_id)
        if self._participant is None:
            raise ParkedMessageRefused(
                "Without a broker, only the service itself can replay. Run "
                f"`flask --app services.{self.database.service}.app parked replay {message_id}`."
            )
        outcome = Inbox(self._participant).handle_to_the_end(
            Delivery(message.body, message.topic),
            also=lambda session: _remove(session, message, write_audit),
        )
        if outcome.verdict is not Verdict.HANDLED:
            raise ParkedMessageRefused(f"It failed again and stays parked. {outcome.reason}")

    def discard(self, message_id: str, write_audit: WriteAudit) -> None:
        """Delete it; raises `NoSuchParkedMessage`."""
        with self.database.transaction() as session:
            _remove(session, _get_message(session, message_id), write_audit)


def _get_message(session: Session, message_id: str) -> ParkedMessage:
    try:
        wanted = PARKED.c.parked_id == UUID(message_id)
    except ValueError:
        raise NoSuchParkedMessage(message_id) from None
    row = session.execute(select(PARKED).where(wanted)).first()
    if row is None:
        raise NoSuchParkedMessage(message_id)
    return _message_of(row)


def _message_of(row: Row[Any]) -> ParkedMessage:
    return ParkedMessage(
        id=str(row.parked_id),
        topic=row.topic,
        body=row.body,
        parked_at=row.parked_at,
        reason=row.reason,
    )


def _remove(session: Session, message: ParkedMessage, write_audit: WriteAudit) -> None:
    session.execute(delete(PARKED).where(PARKED.c.parked_id == UUID(message.id)))
    write_audit(session, message)


def find_reason(session: Session, body: bytes, arrived_as: str | None) -> str | None:
    """Why the service parked a message: its last error, or why it was not accepted."""
    try:
        message = decode(body, arrived_as)
    except ContractError as error:
        return f"not accepted: {error}"
    failure = INBOX_FAILURE.c.event_id == message.id
    return session.scalar(select(INBOX_FAILURE.c.error).where(failure))


def body_text(body: bytes, *, personal: bool) -> str:
    """A message's body as text; without `personal`, only the fields its contract marks public."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        if not personal:
            return f"({len(body)} bytes that are not JSON; --personal shows them)"
        return body.decode(errors="backslashreplace")
    shown = content if personal else _masked(content)
    return json.dumps(shown, indent=2, ensure_ascii=False)


def _masked(content: Any) -> Any:
    if not isinstance(content, dict):
        return MASK
    return {
        name: _masked_payload(value, str(content.get("type")))
        if name == "data"
        else (value if name in _ATTRIBUTES and isinstance(value, str) else MASK)
        for name, value in content.items()
    }


def _masked_payload(payload: Any, topic: str) -> Any:
    try:
        marks = event_class(topic).marks()
    except UnknownTopic:
        return MASK
    if not isinstance(payload, dict):
        return MASK
    # A field that is not in the contract is masked too: nothing says that it is public.
    return {
        name: value if marks.get(name) is Mark.PUBLIC else MASK for name, value in payload.items()
    }
