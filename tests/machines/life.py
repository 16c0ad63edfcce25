"""Walks a life at random through the use cases, beside a small model that says what must follow."""

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from sqlite3 import Connection, connect
from typing import Any, ClassVar
from uuid import UUID

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.problems import Problem
from chassis.storage.tables import OUTBOX
from chassis.testing import NOW, FixedClock, learn, moment, prepare, recorded, service_of, working
from chassis.testing import test_settings as settings_of
from contracts.envelope import decode
from contracts.event import Event
from contracts.notices import NoticeFact

# The same lives each time, so that a failure is everybody's.
WALKS = settings(
    stateful_step_count=25,
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# The first from each beginning is of little use: it does the simplest thing all the time.
LIVES_FROM_EACH = 4
Told = tuple[str, str, int]


class Stage:
    """A service on a real SQLite database, which is put back to its beginning for each life."""

    def __init__(self, service: str, folder: Path, settle: Callable[[Flask], None]) -> None:
        self.reached: set[str] = set()
        self._watcher: Connection | None = None
        self.clock = FixedClock()
        self.app = import_module(f"services.{service}.app").create_app(
            settings_of(service, folder), self.clock
        )
        self.service = service_of(self.app)
        prepare(self.app)
        settle(self.app)
        self.close()
        self._file = Path(str(self.service.database.engine.url.database))
        self._beginning = self._file.with_suffix(".beginning")
        shutil.copy(self._file, self._beginning)

    def begin(self) -> None:
        """Forget all that happened."""
        self.close()
        shutil.copy(self._beginning, self._file)
        self._watcher = connect(self._file)
        self.clock.move(seconds=(NOW - self.clock.now()).total_seconds())

    def close(self) -> None:
        """Let go of the database."""
        self.service.database.close()
        if self._watcher:
            self._watcher.close()

    def edition(self) -> int:
        """Another number each time that anything was changed in the database."""
        assert self._watcher is not None
        found: int = self._watcher.execute("PRAGMA data_version").fetchone()[0]
        return found


class Life(RuleBasedStateMachine):
    """One life; `facts` is what the outbox must hold, oldest first.

    Chance alone would seldom come far, so that lives begin at each of `begins` in turn.
    """

    begins: ClassVar[Sequence[Any]] = (None,)

    def __init__(self, stage: Stage, begin: Any) -> None:
        super().__init__()
        self.stage, self.begin = stage, begin
        stage.begin()
        self.app, self.service, self.jurisdiction = stage.app, stage.service, stage.service.rules
        self.facts = [_told(each) for each in recorded(self.app)]
        self._told = list(self.facts)

    def reach(self, state: str) -> None:
        """Remember that a life came this far."""
        self.stage.reached.add(str(state))

    def teardown(self) -> None:
        """Let go of the database."""
        self.stage.close()

    @property
    def moment(self) -> dict[str, Any]:
        """The present, as use cases are told it."""
        return moment(self.service)

    def do(self, act: Callable[[Session], Any]) -> Any:
        """Do something that is allowed."""
        with working(self.app) as (session, _):
            return act(session)

    def attempt(self, act: Callable[[Session], Any], reasons: set[type[Problem]]) -> bool:
        """Do something; with reasons against it it is refused for one, and changes nothing.

        Tells whether it was done.
        """
        before = self.stage.edition()
        refusal = self.refusal_of(act)
        if refusal is None:
            assert not reasons, f"not refused, for all of {reasons}"
            return True
        assert type(refusal) in reasons, f"refused by {refusal!r}, not for {reasons}"
        assert self.stage.edition() == before, "a refused action changed something"
        return False

    def refusal_of(self, act: Callable[[Session], Any]) -> Problem | None:
        """Do something, if it is not refused."""
        try:
            self.do(act)
        except Problem as refusal:
            return refusal
        return None

    def hear(self, *events: Event) -> None:
        """Be told by another service."""
        learn(self.app, *events)

    def tell(self, fact: type[Event], subject: UUID, version: int) -> None:
        """This fact must now be in the outbox."""
        self.facts.append((fact.topic, str(subject), version))

    def tell_people(self, notices: int = 1) -> None:
        """So many people must now be told something."""
        self.facts += [(f"{self.service.name}.notice-due.v2", "", 1)] * notices

    @invariant()
    def the_outbox_holds_what_the_changes_demand(self) -> None:
        """Not one fact less, not one more, each with the version of its change, in order."""
        with self.service.database.reading() as session:
            bodies = session.scalars(
                select(OUTBOX.c.body).order_by(OUTBOX.c.position).offset(len(self._told))
            ).all()
        self._told += [_told(decode(body).event) for body in bodies]
        assert self._told == self.facts


def _told(event: Event) -> Told:
    is_notice = isinstance(event, NoticeFact)
    return (event.topic, "" if is_notice else str(event.subject), event.version)


def walk(life: type[Life], stage: Stage) -> None:
    """Walk 24 lives and more, some from each beginning; raises for the first that goes wrong."""
    for begin in life.begins:
        walk_from(begin, life, stage, max(LIVES_FROM_EACH, 24 // len(life.begins)))


def walk_from(begin: Any, life: type[Life], stage: Stage, lives: int) -> None:
    """Walk so many lives from one beginning; raises for the first that goes wrong."""
    run_state_machine_as_test(
        partial(life, stage, begin),  # type: ignore[arg-type]  # a factory is as good as a class
        settings=settings(WALKS, max_examples=lives),
    )
