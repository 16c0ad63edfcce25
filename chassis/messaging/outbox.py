"""The outbox: a change and the events it causes commit together.

Nothing is published here; the relay, or the embedded bus, publishes what was committed.
"""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from chassis.context import current_context
from chassis.observability.logging import log_each
from chassis.observability.tracing import begun_traceparent, trace_of
from chassis.storage.database import is_postgresql, moment_of
from chassis.storage.tables import OUTBOX
from contracts.envelope import Message, encode
from contracts.event import Event, source_of


def record(session: Session, *events: Event) -> None:
    """Write events into the outbox of the session's service, within its transaction.

    Raises `contracts.codec.InvalidEvent` and `contracts.event.RestrictedField`.
    """
    if not events:
        return
    service: str = session.info["service"]
    context, now, traceparent = current_context(), moment_of(session), begun_traceparent(service)
    rows = []
    for event in events:
        message = Message(
            event=event,
            source=source_of(service),
            time=now,
            correlation_id=context.correlation_id,
            causation_id=context.causation_id,
            traceparent=traceparent,
        )
        rows.append(
            {
                "event_id": message.id,
                "topic": message.topic,
                "body": encode(message),
                "recorded_at": now,
            }
        )
    session.flush()
    session.execute(insert(OUTBOX), rows)
    _wake_relay(session)
    # Counted after the commit.
    session.info["recorded"].update(row["topic"] for row in rows)
    shared = {
        "service": service,
        "correlation_id": context.correlation_id,
        **trace_of(traceparent),
    }
    log_each(
        "event recorded",
        (
            {
                "event_id": str(row["event_id"]),
                "topic": event.topic,
                "subject": event.subject,
                **shared,
            }
            for event, row in zip(events, rows, strict=True)
        ),
    )


def unpublished(session: Session) -> tuple[int, datetime | None]:
    """How many events are not published yet, and when the first of them was recorded."""
    waiting = OUTBOX.c.published_at.is_(None)
    count = session.scalar(select(func.count()).select_from(OUTBOX).where(waiting))
    first = select(OUTBOX.c.recorded_at).where(waiting).order_by(OUTBOX.c.position).limit(1)
    return count or 0, session.scalar(first)


def _wake_relay(session: Session) -> None:
    if "recorded" in session.info:
        return
    session.info["recorded"] = Counter()
    if is_postgresql(session):
        session.execute(text("NOTIFY outbox"))
