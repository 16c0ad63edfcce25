"""The whole suite on real servers: each service's web and worker as processes, behind nginx.

What `make compose-up` runs in containers, for tests on one machine; and the embedded suite.
"""

import importlib
import json
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests
import structlog
from flask import Flask

from chassis.observability import logging as suite_logging
from chassis.settings import JURISDICTION, read_settings
from chassis.web import build_assets
from chassis.web.assets import VAR
from services.__main__ import EmbeddedSuite
from services.demonstration.quiet import unfinished
from services.names import SERVICES
from tests.servers import PostgresServer, RabbitServer, ServerFailed
from tests.servers.gateway import GatewayServer
from tests.servers.processes import ServerProcess, accepts, free_port
from tests.states import settings_of

ROOT = Path(__file__).parents[1]
ASSETS = VAR / "assets"
CARD_PROVIDER = "card provider"
GATEWAY = "gateway"

_MIGRATIONS_AT_ONCE = 2
_SECONDS_TO_START = 60
_SECRETS = {
    "identity": (
        "CAPTCHA_SECRET",
        "SIGNING_KEY_SECRET",
        "SSN_VAULT_INDEX_SECRET",
        "SSN_VAULT_SECRET_1",
        "TICKET_SECRET",
    ),
    "payments": ("PROCESSOR_API_KEY", "PROCESSOR_WEBHOOK_SECRET"),
}
_SETTINGS = {
    # A replica of lookup answers from memory and disk, and waits for nobody.
    "lookup": {"WORKER_CLASS": "sync"},
    # The proof of work is made for one visitor at a time, not for many on the machine that serves.
    "identity": {"CAPTCHA_COST": "100"},
}


class SuiteProcess(ServerProcess):
    """One process of the suite, which knows when it is of use."""

    def __init__(
        self,
        name: str,
        command: Iterable[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        ready: Callable[["SuiteProcess"], bool],
    ) -> None:
        super().__init__(name, list(command), folder=folder, environment=environment)
        self._ready = ready
        self._said_before = 0

    def launch(self) -> None:
        """Run it; what it says from now on is `said`."""
        self._said_before = len(self.log)
        super().launch()

    def wait_until_ready(self) -> None:
        """Return when it is of use; raises `ServerFailed` when it ends or never is."""
        self.start(lambda: self._ready(self), seconds=_SECONDS_TO_START)

    @property
    def log(self) -> str:
        """All that it logged, in all its lives."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def said(self) -> list[dict[str, object]]:
        """The entries that it logged since it was last launched."""
        lines = self.log[self._said_before :].splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]


class RealSuite:
    """Every service with a database of its own, one broker, one gateway, and a card provider.

    `processes` holds, for each service, `<service> web` and `<service> worker`, and the
    `card provider`; each can be killed, and started again by `restart`.
    `route` is given each service's URL of its broker and database, and gives the one to be used;
    `python` is how the services' programs are run.
    """

    def __init__(
        self,
        postgres: PostgresServer,
        rabbitmq: RabbitServer,
        folder: Path,
        jurisdiction: str = JURISDICTION.default,
        *,
        route: Callable[[str, str], str] = lambda _, url: url,
        python: Sequence[str] = (sys.executable, "-m"),
    ) -> None:
        self.services = list(SERVICES)
        self.processes: dict[str, SuiteProcess] = {}
        self.var = folder / "var"
        self._postgres = postgres
        self._rabbitmq = rabbitmq
        self._folder = folder
        self._jurisdiction = jurisdiction
        self._route = route
        self._python = python
        self._name = f"suite_{secrets.token_hex(4)}"
        self._ports = {service: free_port() for service in self.services}
        self._provider_port = free_port()
        build_assets.build(ASSETS, VAR / "npm")
        prefix = folder / GATEWAY
        prefix.mkdir()
        self._gateway = GatewayServer(prefix, self._ports, ASSETS)

    @property
    def base_url(self) -> str:
        """Where the gateway answers."""
        return self._gateway.base_url

    def start(self) -> "RealSuite":
        """Make databases, queues and schemas, then start everything; returns when all is ready."""
        self._write_secrets()
        with ThreadPoolExecutor(_MIGRATIONS_AT_ONCE) as pool:
            list(pool.map(lambda service: self.run(service, "migrate"), self.services))
        self.processes = self._make_processes()
        # All at once: one may be ready only after another.
        for process in self.processes.values():
            process.launch()
        for process in self.processes.values():
            process.wait_until_ready()
        self._gateway.start()
        return self

    def stop(self) -> None:
        """End everything, and remove its databases and queues."""
        self.stop_gateway()
        running = [process for process in self.processes.values() if process.running]
        for process in running:
            process.send(signal.SIGTERM)
        for process in running:
            process.stop()
        for service in self.services:
            self._postgres.drop_database(self._database(service))
        self._rabbitmq.delete_vhost(self._name)

    def stop_gateway(self) -> None:
        """End the gateway alone."""
        self._gateway.stop()

    def restart(self, name: str) -> None:
        """Start a process again, whether or not it runs, and return when it is ready."""
        self.processes[name].stop()
        self.processes[name].wait_until_ready()

    def run(self, service: str, *arguments: str) -> str:
        """Run a command of a service, as `run("legal", "verify-audit")`; returns what it printed.

        Raises `ServerFailed` when the command fails.
        """
        run = subprocess.run(
            self._flask(service, *arguments),
            cwd=self._folder,
            env=self.environ(service),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            said = f"{run.stdout}\n{run.stderr}"
            raise ServerFailed(f"`{service} {' '.join(arguments)}` failed:\n{said}")
        return run.stdout

    def environ(self, service: str) -> dict[str, str]:
        """The whole environment of a service's processes."""
        provider = f"http://127.0.0.1:{self._provider_port}"
        return {
            **self._surroundings(),
            **{f"{secret.name}_FILE": str(secret) for secret in self._secrets(service).iterdir()},
            **_SETTINGS.get(service, {}),
            **settings_of(self._jurisdiction),
            "PUBLIC_URL": self.base_url,
            "VAR_DIR": str(self.var),
            "ASSETS_DIR": str(ASSETS),
            "PROCESSOR_URL": provider,
            "PROCESSOR_PAGE_URL": provider,
            "PORT": str(self._ports[service]),
            "WEB_CONCURRENCY": "1",
        }

    def environ_past_route(self, service: str) -> dict[str, str]:
        """The same for those who only look on: their URLs are not routed."""
        straight = {f"{service.upper()}_BROKER_URL": self._rabbitmq.url(self._name)}
        if service != "lookup":
            database_url = self._postgres.url(self._database(service))
            straight[f"{service.upper()}_DATABASE_URL"] = database_url
        return {**self.environ(service), **straight}

    def log_of(self, name: str) -> str:
        """All that a process logged; the gateway is called `gateway`."""
        return self._gateway.log if name == GATEWAY else self.processes[name].log

    def _database(self, service: str) -> str:
        return f"{self._name}_{service}"

    def _write_secrets(self) -> None:
        broker_url = self._rabbitmq.create_vhost(self._name)
        for service in self.services:
            known = {name: secrets.token_urlsafe(32) for name in _SECRETS.get(service, ())}
            known["BROKER_URL"] = self._route(service, broker_url)
            # A replica of lookup has a file of its own instead.
            if service != "lookup":
                database_url = self._postgres.create_database(self._database(service))
                known["DATABASE_URL"] = self._route(service, database_url)
            self._secrets(service).mkdir(parents=True, mode=0o700)
            for name, value in known.items():
                (self._secrets(service) / name).write_text(value)

    def _secrets(self, service: str) -> Path:
        return self._folder / "secrets" / service

    def _surroundings(self) -> dict[str, str]:
        """What any process needs; nothing is inherited."""
        return {
            "PATH": str(Path(sys.executable).parent),
            "HOME": str(self._folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "ENVIRONMENT": "test",
        }

    def _flask(self, service: str, *arguments: str) -> list[str]:
        return [*self._python, "flask", "--app", f"services.{service}.app", *arguments]

    def _make_processes(self) -> dict[str, SuiteProcess]:
        made = [self._card_provider()]
        made += [self._worker(service) for service in self.services]
        made += [self._web(service) for service in self.services]
        return {process.name: process for process in made}

    def _web(self, service: str) -> SuiteProcess:
        port = self._ports[service]
        configuration = str(ROOT / "deploy" / "gunicorn.conf.py")
        # Only this machine is to reach it.
        address = f"127.0.0.1:{port}"
        gunicorn = [*self._python, "gunicorn", "--config", configuration, "--bind", address]
        return SuiteProcess(
            f"{service} web",
            [*gunicorn, f"services.{service}.app:create_app()"],
            folder=self._folder,
            environment=self.environ(service),
            ready=lambda _: _says_ready(f"http://{address}/readyz"),
        )

    def _worker(self, service: str) -> SuiteProcess:
        return SuiteProcess(
            f"{service} worker",
            self._flask(service, "worker"),
            folder=self._folder,
            environment=self.environ(service),
            ready=lambda worker: (
                {entry["part"] for entry in worker.said if entry.get("event") == "bus connected"}
                >= {f"{service} reader", f"{service} relay"}
            ),
        )

    def _card_provider(self) -> SuiteProcess:
        module = "services.payments.adapters.processors.sandbox_provider"
        shared = self._secrets("payments")
        return SuiteProcess(
            CARD_PROVIDER,
            [sys.executable, "-m", module, "--port", str(self._provider_port)],
            folder=self._folder,
            environment={
                **self._surroundings(),
                "SANDBOX_API_KEY": (shared / "PROCESSOR_API_KEY").read_text(),
                "SANDBOX_WEBHOOK_SECRET": (shared / "PROCESSOR_WEBHOOK_SECRET").read_text(),
                "SANDBOX_BOOK": str(self._folder / "sandbox.sqlite"),
            },
            ready=lambda _: accepts(self._provider_port),
        )


@contextmanager
def embedded_suite(environ: Mapping[str, str]) -> Iterator[EmbeddedSuite]:
    """The embedded suite in this process, to be prepared and started; stopped at the end."""
    logging = structlog.get_config()
    suite = EmbeddedSuite(environ)
    try:
        yield suite
    finally:
        if suite._server is not None:
            suite.stop()
        for app in suite.apps.values():
            app.extensions["credence"].database.close()
        structlog.configure(**logging)
        suite_logging._streams.pop(suite._environ["LOG_FILE"]).close()


@contextmanager
def applications_of(suite: RealSuite) -> Iterator[dict[str, Flask]]:
    """The services' applications on the suite's databases, beside the running processes."""
    made = {}
    for name in suite.services:
        module = importlib.import_module(f"services.{name}.app")
        made[name] = module.create_app(read_settings(name, suite.environ(name)))
    try:
        yield made
    finally:
        for app in made.values():
            app.extensions["credence"].database.close()


def wait_until_quiet(apps: Mapping[str, Flask], seconds: float = 30) -> int:
    """Wait until every event was handled by each of its readers; returns that none is left."""
    deadline = time.monotonic() + seconds
    while left := unfinished(apps):
        assert time.monotonic() < deadline, f"{left} deliveries are still under way"
        time.sleep(0.05)
    return 0


def _says_ready(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False
