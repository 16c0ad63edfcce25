"""Whether all queues are drained: no delivery pending and no uploaded file waiting."""

from collections.abc import Mapping
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from chassis.service import Service
from chassis.storage.tables import INBOX, OUTBOX
from services.assignments.domain.submission import ON_THE_WAY, Submission


def unfinished(apps: Mapping[str, Flask]) -> int:
    """The number of pending deliveries and of files still to be processed; 0 when all is quiet."""
    services: list[Service] = [app.extensions["credence"] for app in apps.values()]
    recorded = [event for service in services for event in _recorded(service)]
    missing = 0
    for reader in services:
        topics, handled = set(reader.reactions.topics), _handled(reader)
        missing += sum(topic in topics and event not in handled for event, topic in recorded)
    return missing + _pending_files(apps)


def _pending_files(apps: Mapping[str, Flask]) -> int:
    if "assignments" not in apps:
        return 0
    service: Service = apps["assignments"].extensions["credence"]
    pending = select(func.count()).where(Submission.stage.in_(ON_THE_WAY))
    with service.database.reading() as session:
        return session.scalar(pending) or 0


def _recorded(service: Service) -> list[tuple[UUID, str]]:
    with service.database.reading() as session:
        return [tuple(row) for row in session.execute(select(OUTBOX.c.event_id, OUTBOX.c.topic))]


def _handled(service: Service) -> set[UUID]:
    with service.database.reading() as session:
        return set(session.scalars(select(INBOX.c.event_id)))
