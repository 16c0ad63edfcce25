"""A service as the chassis sees it: its name, database, reactions, schedule and state."""

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from flask import Flask, current_app
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.jurisdiction import Grants, Place, load_grants, load_place
from chassis.messaging.participant import Participant
from chassis.messaging.reactions import Reactions
from chassis.schedule import Schedule
from chassis.security.tokens import key_reactions
from chassis.settings import Settings
from chassis.storage.database import Database
from chassis.storage.files import FileStore
from contracts.event import Event

Rules = TypeVar("Rules")
Announce = Callable[[Session], Iterable[Event]]


def nothing_to_announce(_: Session) -> Iterable[Event]:
    """For a service that owns nothing that others replicate."""
    return ()


@dataclass(eq=False, kw_only=True)
class Service:
    """One service, as its `create_app` builds it.

    `announce` yields the current state of every thing the service owns, for a new reader.
    `rules` is the service's own typed jurisdiction file.
    `edition` is the digest of the state's folder.
    `before_migration` runs before each migration, and may restore an earlier release's database.
    `on_start` runs once after each migration; `background` runs in a thread of the worker
    until the event is set; `caught_up` receives the moment up to which everything was handled.
    `waits_for` names what the service still needs before it is ready, or returns None.
    `known_until` is for a read model: the moment up to which its data is complete.
    `form_targets` are external sites, separated by spaces, to which its forms may lead.
    """

    name: str
    title: str
    settings: Settings
    metadata: MetaData
    clock: Clock
    rules: Any = None
    reactions: Reactions = field(default_factory=Reactions)
    schedule: Schedule = field(default_factory=Schedule)
    announce: Announce = nothing_to_announce
    before_migration: Callable[[], object] | None = None
    on_start: Callable[[Session, datetime], None] | None = None
    background: Callable[["Service", threading.Event], None] | None = None
    caught_up: Callable[[Session, datetime], None] | None = None
    waits_for: Callable[[Session], str | None] | None = None
    known_until: Callable[[Session], datetime | None] | None = None
    follows_stream: bool = False
    form_targets: str = ""
    context: Callable[[], AbstractContextManager[object]] = field(init=False, default=nullcontext)
    database: Database = field(init=False)
    place: Place = field(init=False)
    grants: Grants = field(init=False)
    edition: str = field(init=False)
    files: FileStore = field(init=False)

    def __post_init__(self) -> None:
        settings = self.settings
        self.reactions = self.reactions.including(key_reactions)
        self.database = Database(self.name, settings.database_url, self.clock)
        self.place = load_place(settings.state)
        self.grants = load_grants(settings.state)
        # That of the rules in use: the folder may change while the service runs.
        self.edition = settings.state.digest
        self.files = FileStore(settings.var / "files" / self.name)

    @property
    def participant(self) -> Participant:
        """The service as the bus sees it."""
        return Participant(
            self.name,
            self.database,
            self.reactions,
            self.follows_stream,
            self._report_caught_up if self.caught_up else None,
            self.context,
        )

    def _report_caught_up(self, moment: datetime) -> None:
        assert self.caught_up is not None
        with self.context(), self.database.transaction() as session:
            self.caught_up(session, moment)

    def run_within(self, app: Flask) -> None:
        """Run reactions and daily jobs within the application's context from now on."""
        self.context = app.app_context

    def now(self) -> datetime:
        """The current time, in UTC."""
        return self.clock.now()

    def today(self) -> date:
        """The calendar day in the state's time zone."""
        return self.place.today(self.now())


def current_service() -> Service:
    """The service whose application is running."""
    service: Service = current_app.extensions["credence"]
    return service


def current_rules(kind: type[Rules]) -> Rules:
    """The rules of the running service, by their type."""
    rules = current_service().rules
    assert isinstance(rules, kind)
    return rules
