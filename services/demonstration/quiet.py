"""Tells whether every event that was recorded anywhere has been handled by each of its readers."""

from collections.abc import Mapping
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from chassis.service import Service
from chassis.tables import INBOX, OUTBOX


def unfinished(apps: Mapping[str, Flask]) -> int:
    """How many deliveries are still under way."""
    services: list[Service] = [app.extensions["credence"] for app in apps.values()]
    recorded = [event for service in services for event in _recorded(service)]
    missing = 0
    for reader in services:
        topics, handled = set(reader.reactions.topics), _handled(reader)
        missing += sum(topic in topics and event not in handled for event, topic in recorded)
    return missing


def _recorded(service: Service) -> list[tuple[UUID, str]]:
    with service.database.reading() as session:
        return [tuple(row) for row in session.execute(select(OUTBOX.c.event_id, OUTBOX.c.topic))]


def _handled(service: Service) -> set[UUID]:
    with service.database.reading() as session:
        return set(session.scalars(select(INBOX.c.event_id)))
