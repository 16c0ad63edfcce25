"""The inbox: a reaction, the event's handled row, and the events it causes commit together.

Both buses hand their deliveries to this module, which turns at-least-once delivery into an
exactly-once effect.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from opentelemetry.trace import SpanKind
from sqlalchemy import ColumnElement, Row, bindparam, delete, func, select, text
from sqlalchemy.orm import Session

from chassis.context import Context, acting_in
from chassis.messaging.participant import Participant
from chassis.observability.logging import log, log_each
from chassis.observability.metrics import DUPLICATES, FAILED, PARKED_TOTAL, count_handled
from chassis.observability.tracing import current_traceparent, span, span_in_each, trace_of
from chassis.storage.database import is_postgresql
from chassis.storage.tables import INBOX, INBOX_FAILURE
from chassis.storage.types import Instant
from contracts.envelope import Message, decode
from contracts.event import ContractError, Event

BACK_OFF_SECONDS = (0.1, 0.5, 2.0, 5.0)
# Returns the duplicates, which are rare.
_MARK_ON_POSTGRESQL = (
    text("""
        with arrived as (
            select cast(each ->> 0 as uuid) as event_id, each ->> 1 as topic
            from json_array_elements(cast(:arrived as json)) as each
        ), marked as (
            insert into inbox (event_id, topic, handled_at)
            select event_id, topic, :now from arrived
            on conflict do nothing
            returning event_id
        )
        select event_id from arrived where event_id not in (select event_id from marked)
    """)
    .bindparams(bindparam("now", type_=Instant))
    .columns(INBOX.c.event_id)
)
# Returns the rows it inserted, because SQLite cannot return the duplicates.
# `where true` keeps the conflict clause from being parsed as a join's.
_MARK_ON_SQLITE = (
    text("""
        insert into inbox (event_id, topic, handled_at)
        select json_extract(value, '$[0]'), json_extract(value, '$[1]'), :now
        from json_each(:arrived) where true
        on conflict do nothing
        returning event_id
    """)
    .bindparams(bindparam("now", type_=Instant))
    .columns(INBOX.c.event_id)
)
# Counts what the embedded bus or a broker consumer parked and nobody has handled since.
COUNT_PARKED = """
    select count(*) from (
        select parked_id as event_id from parked
        union select event_id from inbox_failure where attempts = 0
    ) as parked where event_id not in (select event_id from inbox)
"""
InSameTransaction = Callable[[Session], None]


class Delivery(NamedTuple):
    """An encoded event, and the topic as which the bus brought it, if it was not sent anew."""

    body: bytes
    topic: str | None = None


class Verdict(Enum):
    """What to do with a delivery."""

    HANDLED = "handled"
    RETRY = "retry"
    PARK = "park"


@dataclass(frozen=True)
class Outcome:
    """The result of a delivery: with RETRY, when to try again; with PARK, why."""

    verdict: Verdict
    not_before: datetime | None = None
    reason: str = ""


class _Handled(NamedTuple):
    """A new message, and the trace in which its reactions ran."""

    event_id: UUID
    message: Message
    traceparent: str | None

    def as_logged(self, service: str) -> dict[str, str]:
        return {
            "event_id": str(self.event_id),
            "topic": self.message.topic,
            "subject": self.message.event.subject,
            "service": service,
            "correlation_id": self.message.correlation_id,
            **trace_of(self.traceparent),
        }


class Inbox:
    """Handles the messages that a bus delivers to one service."""

    def __init__(self, participant: Participant) -> None:
        self._database = participant.database
        self._reactions = participant.reactions
        self._context = participant.context
        self._clock = participant.database.clock

    def handle(self, deliveries: Sequence[Delivery]) -> list[Outcome]:
        """Handle a batch in one transaction; if that fails, handle each message alone, so that one
        bad message does not block the others.
        """
        if self.handle_together(deliveries):
            return [Outcome(Verdict.HANDLED)] * len(deliveries)
        return [self.handle_one(delivery) for delivery in deliveries]

    def handle_together(
        self, deliveries: Sequence[Delivery], also: InSameTransaction | None = None
    ) -> bool:
        """Handle all of them and `also` in one transaction, or none; returns whether it did."""
        try:
            messages = [decode(*delivery) for delivery in deliveries]
            with self._database.transaction() as session:
                handled = self._react_once(session, messages)
                if also:
                    also(session)
        except Exception as error:
            self._database.ping()
            if len(deliveries) > 1:
                log.info("batch failed, trying each alone", size=len(deliveries), error=str(error))
            return False
        self._report(handled, repeated=len(messages) - len(handled))
        return True

    def handle_one(self, delivery: Delivery, also: InSameTransaction | None = None) -> Outcome:
        """Handle one delivery; counts its failures and decides when to retry or to park."""
        try:
            message = decode(*delivery)
        except ContractError as error:
            return self._park(f"not accepted: {error}")
        failure = self._find_failure(message.id)
        if failure and failure.attempts and failure.not_before > self._clock.now():
            return Outcome(Verdict.RETRY, failure.not_before)
        try:
            with self._database.transaction() as session:
                handled = self._react_once(session, [message])
                session.execute(delete(INBOX_FAILURE).where(_failure_of(message.id)))
                if also:
                    also(session)
        except Exception as error:
            self._database.ping()
            return self._record_failure(message, failure.attempts if failure else 0, error)
        self._report(handled, repeated=1 - len(handled))
        return Outcome(Verdict.HANDLED)

    def handle_to_the_end(
        self, delivery: Delivery, also: InSameTransaction | None = None
    ) -> Outcome:
        """Handle one delivery, waiting out each back-off, until it is handled or parked."""
        outcome = self.handle_one(delivery, also)
        while outcome.verdict is Verdict.RETRY:
            assert outcome.not_before is not None
            time.sleep(max(0.0, (outcome.not_before - self._clock.now()).total_seconds()))
            outcome = self.handle_one(delivery, also)
        return outcome

    def _react_once(self, session: Session, messages: Sequence[Message]) -> "list[_Handled]":
        """React to the new messages, and mark them as handled."""
        arrived = {message.id: message for message in messages}
        topics = {event_id: message.topic for event_id, message in arrived.items()}
        for event_id in mark_as_handled(session, topics, self._clock.now()):
            del arrived[event_id]
        with self._context():
            handled = [self._react_alone(session, *item) for item in arrived.items()]
            self._react_to_many(session, list(arrived.values()))
        return handled

    def _react_alone(self, session: Session, event_id: UUID, message: Message) -> "_Handled":
        reactions = self._reactions.to(message.event)
        if not reactions:
            return _Handled(event_id, message, message.traceparent)
        context = Context(
            actor=f"event {event_id}",
            correlation_id=message.correlation_id,
            causation_id=event_id,
        )
        with (
            acting_in(context),
            span(
                f"react to {message.topic}",
                self._database.service,
                message.traceparent,
                kind=SpanKind.CONSUMER,
            ),
        ):
            for reaction in reactions:
                reaction(session, message.event, message.time)
            session.flush()
            return _Handled(event_id, message, current_traceparent())

    def _react_to_many(self, session: Session, messages: Sequence[Message]) -> None:
        for reaction, concerned in self._reactions.to_many([message.event for message in messages]):
            with self._span_attributes(concerned, messages):
                reaction(session, concerned)

    @contextmanager
    def _span_attributes(
        self, concerned: Sequence[Event], messages: Sequence[Message]
    ) -> Iterator[None]:
        """Act for several events at once, under their traces and shared correlation id, if any."""
        topics = {event.topic for event in concerned}
        causes = [message for message in messages if message.topic in topics]
        correlation_ids = {message.correlation_id for message in causes}
        context = Context(actor=f"{len(causes)} events")
        if len(correlation_ids) == 1:
            context = replace(context, correlation_id=correlation_ids.pop())
        name, service = f"react to {' and '.join(sorted(topics))}", self._database.service
        traces = [message.traceparent for message in causes]
        with acting_in(context), span_in_each(name, service, traces, kind=SpanKind.CONSUMER):
            yield

    def _report(self, handled: "Sequence[_Handled]", *, repeated: int) -> None:
        """Count and log what was committed: one line per event, so that its trace continues."""
        service = self._database.service
        if repeated:
            DUPLICATES.labels(service).inc(repeated)
        now = self._clock.now()
        count_handled(
            service,
            ((message.topic, (now - message.time).total_seconds()) for _, message, _ in handled),
        )
        log_each("event handled", (row.as_logged(service) for row in handled))

    def _find_failure(self, event_id: UUID) -> Row[Any] | None:
        with self._database.reading() as session:
            return session.execute(select(INBOX_FAILURE).where(_failure_of(event_id))).first()

    def _record_failure(self, message: Message, attempts: int, error: Exception) -> Outcome:
        """Count the failure; the last one resets the count, for a manual replay."""
        reason = f"{type(error).__name__}: {error}"
        FAILED.labels(self._database.service).inc()
        log.warning("reaction failed", error=reason, **self._origin_of(message))
        is_last = attempts >= len(BACK_OFF_SECONDS)
        wait = 0.0 if is_last else BACK_OFF_SECONDS[attempts]
        not_before = self._clock.now() + timedelta(seconds=wait)
        with self._database.transaction() as session:
            session.execute(delete(INBOX_FAILURE).where(_failure_of(message.id)))
            session.execute(
                INBOX_FAILURE.insert().values(
                    event_id=message.id,
                    attempts=0 if is_last else attempts + 1,
                    not_before=not_before,
                    error=reason,
                )
            )
        if is_last:
            return self._park(reason, **self._origin_of(message))
        return Outcome(Verdict.RETRY, not_before)

    def _park(self, reason: str, **origin: str) -> Outcome:
        PARKED_TOTAL.labels(self._database.service).inc()
        log.error("message parked", reason=reason, **{"service": self._database.service, **origin})
        return Outcome(Verdict.PARK, reason=reason)

    def _origin_of(self, message: Message) -> dict[str, str]:
        """Log fields for a message, so that it can be grouped by its correlation id."""
        handled = _Handled(message.id, message, message.traceparent)
        return handled.as_logged(self._database.service)


def mark_as_handled(session: Session, topics: Mapping[UUID, str], now: datetime) -> set[UUID]:
    """Mark events, by id and topic, as handled; returns those that already were.

    One statement marks them all.
    """
    # A fixed order keeps two transactions that mark the same events from deadlocking.
    rows = sorted((event_id.hex, topic) for event_id, topic in topics.items())
    values = {"arrived": json.dumps(rows), "now": now}
    if is_postgresql(session):
        return set(session.scalars(_MARK_ON_POSTGRESQL, values))
    return set(topics).difference(session.scalars(_MARK_ON_SQLITE, values))


def _failure_of(event_id: UUID) -> ColumnElement[bool]:
    return INBOX_FAILURE.c.event_id == event_id


def handled_count(session: Session) -> int:
    """How many events this service has handled."""
    return session.scalar(select(func.count()).select_from(INBOX)) or 0
