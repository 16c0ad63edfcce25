"""An embedded suite that is well, on which a whole journey was walked, to plant wrongs into."""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import requests

from chassis.messaging.parked import ParkedMessage
from chassis.settings import read_settings
from services.__main__ import EmbeddedSuite
from services.demonstration.people import settle_in
from services.demonstration.quiet import unfinished
from services.names import SERVICES
from services.payments.settings import PROCESSOR_API_KEY
from tests.faults.evidence import Evidence
from tests.faults.load import Load
from tests.faults.walks import STEPS
from tests.servers.processes import free_port
from tests.suite import embedded_suite

_SECONDS_FOR_A_JOURNEY = 120
_SECONDS_TO_SETTLE = 60
_UNPUBLISHED = "select count(*) from outbox where published_at is null"


class HealthyEvidence(Evidence):
    """What such a suite says; `parked_messages` and the card provider's book can be changed."""

    def __init__(self, suite: EmbeddedSuite, load: Load, folder: Path, rebuilt: Path) -> None:
        self.load = load
        self.folder = rebuilt
        self.services = {name: app.extensions["credence"] for name, app in suite.apps.items()}
        self.parked_messages: dict[str, list[ParkedMessage]] = {}
        self._environ = MappingProxyType(suite._environ)
        self._var = folder
        self.book = _book_of(suite._environ)

    def rows(self, service: str, question: str, **values: object) -> Sequence[Sequence[Any]]:
        """As ever, though SQLite keeps a UUID as 32 digits."""
        plain = {name: v.hex if isinstance(v, UUID) else v for name, v in values.items()}
        return [tuple(map(_as_uuid, row)) for row in super().rows(service, question, **plain)]

    def parked(self, service: str) -> list[ParkedMessage]:
        """What a test says is parked."""
        return self.parked_messages.get(service, [])

    def environ(self, service: str) -> Mapping[str, str]:
        """The environment of the one process."""
        return self._environ

    def plant(self, service: str, *statements: str) -> None:
        """Change a service's database behind its back; something must have changed."""
        with closing(sqlite3.connect(self._var / f"{service}.sqlite")) as database, database:
            for statement in statements:
                assert database.execute(statement).rowcount > 0, f"nothing changed: {statement}"


def _as_uuid(value: object) -> object:
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 32 else value
    except ValueError:
        return value


def _book_of(environ: Mapping[str, str]) -> dict[str, Any]:
    key = read_settings("payments", environ)[PROCESSOR_API_KEY]
    answer = requests.get(
        f"{environ['PROCESSOR_URL']}/v1/book",
        headers={"Authorization": f"Bearer {key}"},
        timeout=10,
    )
    book: dict[str, Any] = answer.json()
    return book


@contextmanager
def open_healthy_suite(folder: Path) -> Iterator[tuple[EmbeddedSuite, Load]]:
    """The suite after one whole journey, with its bus at rest so that nothing heals by itself."""
    port = free_port()
    environ = {"VAR_DIR": str(folder), "PORT": str(port), "CAPTCHA_COST": "50"}
    with embedded_suite(environ) as suite:
        suite.prepare()
        settle_in(suite.apps, suite.bus.carry)
        suite.start()
        load = Load(f"http://localhost:{port}", seed=1, people=1)
        load.start()
        _wait(lambda: load.taken[STEPS[-1].__name__] > 0, _SECONDS_FOR_A_JOURNEY)
        load.stop()
        _wait(lambda: _is_quiet(suite), _SECONDS_TO_SETTLE)
        suite.bus.stop()
        yield suite, load


def _is_quiet(suite: EmbeddedSuite) -> bool:
    waiting = 0
    for app in suite.apps.values():
        with app.extensions["credence"].database.reading() as session:
            waiting += session.connection().exec_driver_sql(_UNPUBLISHED).scalar() or 0
    return unfinished(suite.apps) + waiting == 0


def _wait(holds: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


class Copies:
    """The databases as they are now, to go back to."""

    def __init__(self, var: Path, kept: Path) -> None:
        self._var, self._kept = var, kept
        kept.mkdir()
        for service in SERVICES:
            _copy(var / f"{service}.sqlite", kept / f"{service}.sqlite")

    def restore(self) -> None:
        """Undo whatever was planted."""
        for service in SERVICES:
            _copy(self._kept / f"{service}.sqlite", self._var / f"{service}.sqlite")


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
