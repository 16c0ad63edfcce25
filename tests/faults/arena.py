"""The suite as it is put under fault: every service behind links of its own, on servers to kill."""

import importlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from flask import Flask
from sqlalchemy import func, select

from chassis.settings import read_settings
from chassis.storage.tables import OUTBOX
from services.demonstration.people import settle_in
from services.demonstration.quiet import unfinished
from tests.faults.proxy import Proxy
from tests.servers import PostgresServer, RabbitServer, provide_postgres, provide_rabbitmq
from tests.servers.folders import PrivateFolder
from tests.servers.processes import Instance
from tests.suite import CARD_PROVIDER, RealSuite

BROKER = "broker"
POSTGRES = "postgres"
_SECONDS_TO_SETTLE = 60
# RabbitMQ may forget a quorum queue that it is killed over right after it was declared.
_SECONDS_FOR_QUEUE_NAMES = 1


class NeverQuiet(Exception):
    """Deliveries are still under way after the time that they were given."""


@dataclass
class Arena:
    """The running suite, its servers, the proxy between, and the applications to look into it.

    `apps` are the services' applications on the suite's databases, past the proxy.
    """

    suite: RealSuite
    postgres: PostgresServer
    rabbitmq: RabbitServer
    proxy: Proxy
    folder: Path
    apps: dict[str, Flask] = field(default_factory=dict)

    @property
    def instances(self) -> dict[str, Instance]:
        """Everything that can be killed: the services' processes, the broker and PostgreSQL."""
        mine = {name: each for name, each in self.suite.processes.items() if name != CARD_PROVIDER}
        return {**mine, BROKER: self.rabbitmq.instance, POSTGRES: self.postgres.instance}

    def start_servers(self) -> None:
        """Start broker and PostgreSQL if they do not run, and return when both answer."""
        self.postgres.start()
        self.rabbitmq.start()

    def unfinished(self) -> int:
        """How many deliveries, or reports of the card provider, are still under way.

        With those counted that are still to be published, though nobody of the suite reads them.
        """
        waiting = sum(_unpublished(app) for app in self.apps.values())
        return unfinished(self.apps) + waiting + int(self.book()["webhooks_waiting"])

    def book(self) -> dict[str, Any]:
        """The card provider's own book."""
        environ = self.suite.environ("payments")
        key = Path(environ["PROCESSOR_API_KEY_FILE"]).read_text()
        answer = requests.get(
            f"{environ['PROCESSOR_URL']}/v1/book",
            headers={"Authorization": f"Bearer {key}"},
            timeout=10,
        )
        answer.raise_for_status()
        book: dict[str, Any] = answer.json()
        return book

    def wait_until_quiet(self, seconds: float = _SECONDS_TO_SETTLE) -> int:
        """Wait until every event was handled by each of its readers; raises `NeverQuiet`."""
        deadline = time.monotonic() + seconds
        while left := self.unfinished():
            if time.monotonic() > deadline:
                raise NeverQuiet(f"{left} deliveries are still under way after {seconds:.0f} s")
            time.sleep(0.1)
        return 0

    def kill_all(self) -> None:
        """End every process at once: what they would still do is thrown away."""
        for process in self.suite.processes.values():
            process.resume()
            process.kill()


@contextmanager
def open_arena(control: str | None = None) -> Iterator[Arena]:
    """The suite with its demonstration's people settled in, on servers of its own.

    With a `control` every process of a service makes that known mistake.
    """
    folder, proxy = PrivateFolder("faults"), Proxy()
    postgres = provide_postgres(durable=True, killable=True)
    rabbitmq = provide_rabbitmq(killable=True)
    python = [sys.executable, "-m", *(["tests.faults.control", control] if control else [])]
    suite = RealSuite(postgres, rabbitmq, folder.path, route=_through(proxy), python=python)
    arena = Arena(suite, postgres, rabbitmq, proxy, folder.path)
    try:
        suite.start()
        arena.apps.update(
            {name: application(name, suite.environ_past_route(name)) for name in suite.services}
        )
        settle_in(arena.apps, arena.wait_until_quiet)
        time.sleep(_SECONDS_FOR_QUEUE_NAMES)
        yield arena
    finally:
        for app in arena.apps.values():
            app.extensions["credence"].database.close()
        arena.kill_all()
        suite.stop_gateway()
        proxy.close()
        rabbitmq.stop()
        postgres.stop()
        folder.remove()


def _unpublished(app: Flask) -> int:
    waiting = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.published_at.is_(None))
    with app.extensions["credence"].database.reading() as session:
        return session.scalar(waiting) or 0


def _through(proxy: Proxy) -> Callable[[str, str], str]:
    """Lead each service's connections through a link of its own."""

    def route(service: str, url: str) -> str:
        parts = urlsplit(url)
        server = BROKER if parts.scheme == "amqp" else POSTGRES
        assert parts.hostname is not None
        assert parts.port is not None
        link = proxy.link(f"{service} to {server}", parts.hostname, parts.port)
        who = parts.netloc.rpartition("@")[0]
        return parts._replace(netloc=f"{who}@127.0.0.1:{link.port}").geturl()

    return route


def application(service: str, environ: Mapping[str, str]) -> Flask:
    """A service's application in this process, next to those that run; its log is nobody's."""
    module = importlib.import_module(f"services.{service}.app")
    made: Flask = module.create_app(read_settings(service, environ))
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    return made
