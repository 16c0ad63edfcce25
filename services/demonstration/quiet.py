"""Tells whether everything that was set in motion has come to its end."""

from collections.abc import Mapping
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from chassis.service import Service
from chassis.storage.tables import INBOX, OUTBOX
from services.assignments.domain.submission import ON_THE_WAY, Submission


def unfinished(apps: Mapping[str, Flask]) -> int:
    """How many deliveries are still under way, and files that are still to be taken in."""
    services: list[Service] = [app.extensions["credence"] for app in apps.values()]
    recorded = [event for service in services for event in _recorded(service)]
    missing = 0
    for reader in services:
        topics, handled = set(reader.reactions.topics), _handled(reader)
        missing += sum(topic in topics and event not in handled for event, topic in recorded)
    return missing + _files_on_their_way(apps)


def _files_on_their_way(apps: Mapping[str, Flask]) -> int:
    if "assignments" not in apps:
        return 0
    service: Service = apps["assignments"].extensions["credence"]
    on_their_way = select(func.count()).where(Submission.stage.in_(ON_THE_WAY))
    with service.database.reading() as session:
        return session.scalar(on_their_way) or 0


def _recorded(service: Service) -> list[tuple[UUID, str]]:
    with service.database.reading() as session:
        return [tuple(row) for row in session.execute(select(OUTBOX.c.event_id, OUTBOX.c.topic))]


def _handled(service: Service) -> set[UUID]:
    with service.database.reading() as session:
        return set(session.scalars(select(INBOX.c.event_id)))
