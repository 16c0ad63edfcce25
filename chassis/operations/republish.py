"""Announce again the current state of what a service owns."""

from sqlalchemy import delete

from chassis.messaging.outbox import record
from chassis.observability.tracing import span
from chassis.operations import recovery
from chassis.operations.operator import as_operator
from chassis.service import Service
from chassis.storage.tables import OUTBOX


def republish(service: Service, *, as_newest: bool = False) -> int:
    """Record again a fact for each thing the service owns; unchanged ones keep their event ids.

    Readers therefore leave alone what they already know, and a new reader learns everything.
    With `as_newest` all take over what is told, whatever they were told before.
    """
    with span("republish", service.name), as_operator(service) as session:
        if as_newest:
            recovery.raise_versions(session, service)
        events = list(service.announce(session))
        for start_at in range(0, len(events), 500):
            ids = [event.event_id for event in events[start_at : start_at + 500]]
            session.execute(delete(OUTBOX).where(OUTBOX.c.event_id.in_(ids)))
        record(session, *events)
    return len(events)
