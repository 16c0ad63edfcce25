"""The embedded suite: all six services in one process behind one port, and its commands.

Only this module and `services.demonstration` import every service.
"""

import argparse
import ctypes
import importlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import Client

from chassis.messaging.embedded import EmbeddedBus
from chassis.messaging.rabbitmq.topology import queues_of
from chassis.observability.logging import log
from chassis.operations import cli, worker
from chassis.operations.settings_page import write_settings_page
from chassis.service import Service
from chassis.settings import (
    DAYS_AHEAD,
    JURISDICTIONS_DIR,
    VAR_DIR,
    Settings,
    SettingsFault,
    find_faults,
    read_settings,
)
from chassis.state_folder import JurisdictionFault
from chassis.web import assets, build_assets
from chassis.web.gateway import Gateway
from services.acts.page import write_acts_page
from services.demonstration import obstacles
from services.demonstration.obstacles import occupied, refuse_taken_ports
from services.demonstration.settings import HOST, MAIL_URL, PORT
from services.names import SERVICES, WITHOUT_DATABASE
from services.payments.settings import PROCESSOR_API_KEY, PROCESSOR_WEBHOOK_SECRET

# Option numbers of malloc.h: M_ARENA_MAX; M_MMAP_THRESHOLD and M_TRIM_THRESHOLD, in bytes.
_ALLOCATION = {-8: 1, -3: 128 * 1024, -1: 128 * 1024}


def refuse_faulty_settings(environ: Mapping[str, str]) -> None:
    """Raise `SettingsFault` with every fault in the settings of the services and of the suite."""
    faults = [
        fault for name in ("demonstration", *SERVICES) for fault in find_faults(name, environ)
    ]
    if faults:
        raise SettingsFault(faults)


def refuse_faulty_state(environ: Mapping[str, str]) -> None:
    """Raise `JurisdictionFault` with every fault of the state's folder, as `make jurisdictions`."""
    from services.states.check import faults_of

    if faults := faults_of(read_settings("demonstration", environ).state):
        raise JurisdictionFault(faults)


def refuse_shared_database(environ: Mapping[str, str]) -> None:
    """Raise `SettingsFault` if several services would have the same database."""
    databases = {read_settings(name, environ).database_url for name in SERVICES}
    if len(databases) < len(SERVICES):
        own = ", ".join(f"{name.upper()}_DATABASE_URL" for name in SERVICES)
        sentence = f"Each service needs its own database: unset DATABASE_URL, or set {own}."
        raise SettingsFault([sentence])


def create_apps(environ: Mapping[str, str]) -> dict[str, Flask]:
    """Every service's application, by name; raises `SettingsFault` with every fault at once."""
    refuse_faulty_settings(environ)
    apps = {}
    for name in SERVICES:
        module = importlib.import_module(f"services.{name}.app")
        apps[name] = module.create_app(read_settings(name, environ))
    return apps


def readers_of(apps: Mapping[str, Flask]) -> dict[str, list[str]]:
    """The services that react to each topic."""
    readers: dict[str, list[str]] = {}
    for name, app in apps.items():
        for topic in _service(app).reactions.topics:
            readers.setdefault(topic, []).append(name)
    return readers


def _service(app: Flask) -> Service:
    service: Service = app.extensions["credence"]
    return service


class EmbeddedSuite:
    """All services over SQLite and the embedded bus, with a sandbox card processor."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        own = read_settings("demonstration", environ)
        self.port, self._host = own[PORT], own[HOST]
        self._environ = {
            "PUBLIC_URL": f"http://localhost:{self.port}",
            "PROCESSOR_URL": f"http://127.0.0.1:{self.port + 1}",
            "PROCESSOR_PAGE_URL": f"http://localhost:{self.port + 1}",
            "WEBHOOK_BASE_URL": f"http://127.0.0.1:{self.port}",
            "LOG_FILE": str(own.var / "suite.log"),
            **environ,
        }
        self.apps = create_apps(self._environ)
        self.bus = EmbeddedBus([_service(app).participant for app in self.apps.values()])
        self._stopping = threading.Event()
        self._processor: subprocess.Popen[bytes] | None = None
        self._server: BaseWSGIServer | None = None

    def prepare(self) -> None:
        """Create or upgrade each service's schema."""
        for app in self.apps.values():
            cli.migrate(_service(app))

    def start(self) -> None:
        """Deliver events, run the schedules, and serve requests."""
        self._processor = self._start_processor()
        for app in self.apps.values():
            self._start_workers(_service(app))
        self.bus.start()
        with self.apps["identity"].app_context():
            gateway = Gateway(
                {name: app.wsgi_app for name, app in self.apps.items()},
                self._exchange,
                home="/identity/",
                documents=assets.documents_folder(),
                without_session=WITHOUT_DATABASE,
                stylesheets=assets.stylesheet_urls(),
            )
        self._server = make_server(
            self._host,
            self.port,
            gateway,
            threaded=True,
            request_handler=_QuietHandler,
        )
        threading.Thread(target=self._server.serve_forever, name="gateway", daemon=True).start()
        state = read_settings("demonstration", self._environ).state
        log.info("suite started", port=self.port, jurisdiction=state.code, edition=state.digest)

    def stop(self) -> None:
        """Finish the work in progress and stop."""
        self._stopping.set()
        if self._server is not None:
            self._server.shutdown()
        self.bus.stop()
        if self._processor is not None:
            self._processor.terminate()
            self._processor.communicate()

    def _start_workers(self, service: Service) -> None:
        threading.Thread(
            target=worker.keep_schedule,
            args=(service, self._stopping),
            name=f"{service.name} schedule",
            daemon=True,
        ).start()
        worker.run_background(service, self._stopping)

    def _exchange(self, cookie: str, audience: str) -> str:
        answer = Client(self.apps["identity"].wsgi_app, use_cookies=False).get(
            f"/internal/token?audience={audience}", headers={"Cookie": cookie}
        )
        return answer.headers.get("X-Token", "")

    def _start_processor(self) -> subprocess.Popen[bytes]:
        """The sandbox card processor: a separate process, as a real one is a separate system."""
        settings = read_settings("payments", self._environ)
        with (settings.var / "sandbox.log").open("ab") as log_file:
            return subprocess.Popen(  # noqa: S603  # our own module, our own arguments
                [
                    sys.executable,
                    "-m",
                    "services.payments.adapters.processors.sandbox_provider",
                    f"--port={self.port + 1}",
                    f"--book={settings.var / 'sandbox.sqlite'}",
                    f"--public-url={self._environ['PROCESSOR_PAGE_URL']}",
                    "--end-with-stdin",
                    f"--days-ahead={settings[DAYS_AHEAD]}",
                ],
                stdin=subprocess.PIPE,
                stdout=log_file,
                stderr=log_file,
                env={
                    **os.environ,
                    "SANDBOX_API_KEY": settings[PROCESSOR_API_KEY],
                    "SANDBOX_WEBHOOK_SECRET": settings[PROCESSOR_WEBHOOK_SECRET],
                },
            )


class _QuietHandler(WSGIRequestHandler):
    """Leaves request logging to the services, and keeps connections open."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


def give_back_memory() -> None:
    """Have the C library use one heap for all threads and return freed memory.

    Otherwise each of the suite's many threads has its own heap: 430 MB instead of 250.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # only glibc has it and needs it
    if mallopt is not None:
        for option, value in _ALLOCATION.items():
            mallopt(option, value)


def up(environ: Mapping[str, str]) -> int:
    """Run the suite with demonstration data until it receives a stop signal."""
    own = read_settings("demonstration", environ)
    refuse_shared_database(environ)
    refuse_taken_ports(own[HOST], own[PORT])
    with occupied(own[VAR_DIR], own.state):
        _run_until_stopped(environ)
    return 0


def _run_until_stopped(environ: Mapping[str, str]) -> None:
    give_back_memory()
    from services.demonstration import accounts, people

    suite = EmbeddedSuite(environ)
    suite.prepare()
    people.settle_in(suite.apps, suite.bus.carry)
    suite.start()
    stopping = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stopping.set())
    address = f"http://localhost:{suite.port}"
    demo = "make demo" if suite.port == PORT.default else f"PORT={suite.port} make demo"
    print(accounts.printed(address, people.names_of_places(suite.apps), demo), flush=True)
    stopping.wait()
    suite.stop()


def reset(environ: Mapping[str, str]) -> int:
    """Delete the data of the embedded suite, which must not run."""
    folder = read_settings("demonstration", environ)[VAR_DIR]
    obstacles.reset(folder)
    print(f"The data in {folder}/ is deleted. 'make up' starts from scratch.")
    return 0


def demo(environ: Mapping[str, str]) -> int:
    """Walk the main journey on a running suite, as its users would do it."""
    from services.demonstration.journey.steps import walk

    own = read_settings("demonstration", environ)
    address = environ.get("PUBLIC_URL") or f"http://localhost:{own[PORT]}"
    return walk(address, own[JURISDICTIONS_DIR], mail=own[MAIL_URL])


def contracts(environ: Mapping[str, str], *, action: str) -> int:
    """Check the event contracts, write their documents, or release their schemas."""
    from contracts import check
    from services.states import keys

    readers = readers_of(create_apps(environ))
    if action == "release":
        check.release()
    if action in ("write", "release"):
        check.write_documents(readers)
        write_settings_page(SERVICES)
        write_acts_page(SERVICES, readers)
        keys.write_page(read_settings("demonstration", environ).state)
    return check.main(readers, SERVICES)


def jurisdictions(environ: Mapping[str, str]) -> int:
    """Check every state's folder, each file by itself and one with another."""
    from services.states import check

    return check.main(Settings("demonstration", environ)[JURISDICTIONS_DIR])


def topology(environ: Mapping[str, str]) -> int:
    """Print each service's queues with their arguments and bindings."""
    for app in create_apps(environ).values():
        for queue in queues_of(_service(app).participant):
            print(queue.name, " ".join(f"{key}={value}" for key, value in queue.arguments.items()))
            for key in queue.keys:
                print(f"    {queue.exchange} -> {key}")
    return 0


def main() -> int:
    """The commands behind `make`."""
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    actions = parser.add_subparsers(dest="command", required=True)
    for name in ("up", "demo", "reset", "topology", "jurisdictions"):
        actions.add_parser(name)
    checking = actions.add_parser("contracts")
    checking.add_argument(
        "action", nargs="?", choices=("check", "write", "release"), default="check"
    )
    options = parser.parse_args()
    environ = dict(os.environ)
    if options.command == "contracts":
        return contracts(environ, action=options.action)
    if options.command == "up":
        refuse_faulty_settings(environ)
        refuse_faulty_state(environ)
        build_assets.build(Path("var/assets"), Path("var/npm"))
    commands = {
        "up": up,
        "demo": demo,
        "reset": reset,
        "topology": topology,
        "jurisdictions": jurisdictions,
    }
    return commands[options.command](environ)


if __name__ == "__main__":
    sys.exit(main())
