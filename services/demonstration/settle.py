"""Settles the made-up people in where the services run by themselves: `python -m
services.demonstration.settle`, with the settings of identity, certification and assignments.

Their workers carry the events; this waits until what it recorded was handled by those three.
"""

import importlib
import time
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from chassis.service import Service
from chassis.settings import read_settings
from chassis.tables import INBOX, OUTBOX
from services.demonstration.people import settle_in

SERVICES = ("identity", "certification", "assignments")
PATIENCE_SECONDS = 120


class NotHandledInTime(Exception):
    """The workers did not handle what was recorded; they may not run."""


def main() -> None:
    """Make what is not there yet."""
    apps: dict[str, Flask] = {}
    for name in SERVICES:
        module = importlib.import_module(f"services.{name}.app")
        apps[name] = module.create_app(read_settings(name))
    services: list[Service] = [app.extensions["credence"] for app in apps.values()]
    settle_in(apps, lambda: _wait_until_handled(services))


def _wait_until_handled(services: list[Service]) -> int:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := sum(_unhandled(each, services) for each in services):
        if time.monotonic() > deadline:
            raise NotHandledInTime(f"{left} events were not handled in {PATIENCE_SECONDS} s")
        time.sleep(0.1)
    return 0


def _unhandled(reader: Service, services: list[Service]) -> int:
    """How many of the events that these services recorded the reader has yet to handle."""
    topics = reader.reactions.topics
    recorded: set[UUID] = set()
    for each in services:
        with each.database.reading() as session:
            told = select(OUTBOX.c.event_id).where(OUTBOX.c.topic.in_(topics))
            recorded.update(session.scalars(told))
    with reader.database.reading() as session:
        return len(recorded.difference(session.scalars(select(INBOX.c.event_id))))


if __name__ == "__main__":
    main()
