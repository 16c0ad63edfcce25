"""The suite in containers, as `deploy/suite` runs it: a project, ports and a state of its own."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from services.demonstration.journey.steps import STEPS
from services.demonstration.journey.walker import Journey
from services.demonstration.visitor import Visitor
from services.names import WITH_DATABASE
from tests.servers.processes import free_port

ROOT = Path(__file__).parents[2]
# How the versions of images end that a test made.
OF_A_TEST = "-test"
# Whether and when it was published says nothing of what was kept.
_ROWS = """select to_jsonb(each) - 'published_at' from "{table}" each"""
# Nor does what somebody saw in a queue.
_TABLES = """select tablename from pg_tables
    where schemaname = 'public' and tablename <> 'queue_seen' order by 1"""
_PROJECT = "com.docker.compose.project"
_SERVICE = "com.docker.compose.service"
_SECONDS_TO_BE_HEALTHY = 120


class Failed(Exception):
    """A command failed; the message holds the end of what it said."""


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """Run a command of this machine; returns what it printed, and raises `Failed`."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)[:200]} failed:\n{done.stdout[-4000:]}")
    return done.stdout


def _emptied(listing: Sequence[str], remove: Sequence[str]) -> bool:
    """Whether nothing is left of what the listing names; removes what is."""
    if left := run(["docker", *listing]).split():
        with contextlib.suppress(Failed):
            run(["docker", *remove, *left])
    return not run(["docker", *listing]).split()


def _remove_networks(listing: Sequence[str], seconds: float = 10) -> None:
    """Remove networks that no container is in anymore; fails where one still is.

    An engine may count an endpoint of a removed container until it is itself started anew, and
    refuses to remove its network until then; that network is left to it.
    """
    deadline = time.monotonic() + seconds
    while left := run(["docker", *listing]).split():
        if time.monotonic() > deadline:
            assert not any(network["Containers"] for network in inspect(*left))
            return
        for network in left:
            with contextlib.suppress(Failed):
                run(["docker", "network", "rm", network])
        time.sleep(0.2)


def wait_until(condition: Any, expected: str, seconds: float) -> None:
    """Return once it holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{expected}, within {seconds:g} s"
        time.sleep(0.2)


class Deployed:
    """One suite in containers, with made-up people in it."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.project = f"credence-test-{secrets.token_hex(3)}"
        port, mail, provider = free_port(), free_port(), free_port()
        self.base_url = f"https://localhost:{port}"
        self.mail_url = f"http://localhost:{mail}/"
        self.certificate = self.state / "certificate.pem"
        self._environment = {
            "STATE": str(self.state),
            "COMPOSE_PROJECT_NAME": self.project,
            "DEMONSTRATION": "1",
            "PUBLIC_URL": self.base_url,
            "HTTPS_PORT": str(port),
            "HTTP_PORT": str(free_port()),
            "MAIL_PORT": str(mail),
            "PROVIDER_PORT": str(provider),
            "PROCESSOR_PAGE_URL": f"http://localhost:{provider}",
        }
        self._staff: dict[str, Visitor] = {}

    def deploy(self, script: str, *arguments: str, **environment: str) -> str:
        """Run a script of `deploy/`, as an operator would."""
        return run([f"deploy/{script}", *arguments], {**self._environment, **environment})

    def up(self) -> None:
        """Start everything; returns when made-up people are settled in and pages are answered."""
        self.deploy("suite", "up", "-d")
        settle = self._ids("settle", running=False)[0]
        assert run(["docker", "wait", settle]).strip() == "0", run(["docker", "logs", settle])
        self.wait_until_healthy()

    def down(self) -> None:
        """Leave nothing of it: containers, volumes and networks."""
        listed = ("--quiet", "--filter", f"label={_PROJECT}={self.project}")
        for kind, gone in (
            (("ps", "--all"), ("rm", "--force", "--volumes")),
            (("volume", "ls"), ("volume", "rm", "--force")),
        ):
            wait_until(partial(_emptied, (*kind, *listed), gone), f"nothing left by {kind}", 30)
        _remove_networks(("network", "ls", *listed))
        images = ("docker", "image", "ls", "--format={{.Repository}}:{{.Tag}}")
        if made := [each for each in run(images).split() if each.endswith(OF_A_TEST)]:
            run(["docker", "image", "rm", "--force", *made])
        # PostgreSQL's archive is its own user's.
        as_root = ("--user=0", "--entrypoint=find", f"--volume={self.state}:/state")
        everything = ("/state", "-mindepth", "1", "-delete")
        run(["docker", "run", "--rm", *as_root, image("identity"), *everything])

    def walk(self) -> Journey:
        """Walk the main journey, with staff who stay signed in from one to the next."""
        journey = Journey(self.base_url, mail=self.mail_url)
        journey.visitors.update(self._staff)
        for _, step in STEPS:
            step(journey)
        self._staff = {
            name: each
            for name, each in journey.visitors.items()
            if name not in ("educator", "public")
        }
        return journey

    def staff(self, name: str) -> Visitor:
        """One who has signed in on a journey."""
        return self._staff[name]

    def container(self, service: str) -> str:
        """The id of the one container of a service that runs."""
        (found,) = self.containers(service)
        return found

    def containers(self, service: str) -> list[str]:
        """The ids of a service's containers that run."""
        return self._ids(service, running=True)

    def _ids(self, service: str, *, running: bool) -> list[str]:
        filters = [
            f"--filter=label={_PROJECT}={self.project}",
            f"--filter=label={_SERVICE}={service}",
        ]
        every = [] if running else ["--all"]
        return run(["docker", "ps", "--quiet", "--no-trunc", *every, *filters]).split()

    def starts(self) -> dict[str, str]:
        """When each container that runs was started, by its id."""
        ids = run(["docker", "ps", "--quiet", f"--filter=label={_PROJECT}={self.project}"]).split()
        return {each["Id"]: each["State"]["StartedAt"] for each in inspect(*ids)}

    def kill(self, container: str) -> None:
        """End it as a crash would, so that its restart policy has it run again."""
        (before,) = inspect(container)
        os.kill(before["State"]["Pid"], signal.SIGKILL)

        def runs_again() -> bool:
            (now,) = inspect(container)
            return bool(now["State"]["Running"] and now["RestartCount"] > before["RestartCount"])

        wait_until(runs_again, "it runs again", _SECONDS_TO_BE_HEALTHY)

    def wait_until_healthy(self) -> None:
        """Return when every container that has a health is healthy."""

        def unhealthy() -> list[str]:
            ids = run(["docker", "ps", "--quiet", f"--filter=label={_PROJECT}={self.project}"])
            return [
                each["Name"]
                for each in inspect(*ids.split())
                if each["State"].get("Health", {}).get("Status", "healthy") != "healthy"
            ]

        wait_until(lambda: not unhealthy(), "all are healthy", _SECONDS_TO_BE_HEALTHY)

    def wait_until_listening(self) -> None:
        """Return when every service reads its queue again, and every replica its stream."""

        def all_listen() -> bool:
            try:
                queues = self._queues("consumers")
            except Failed:
                return False
            own = {name: number for name, number in queues.items() if name.endswith(".events")}
            return len(own) == len(WITH_DATABASE) + 1 and all(own.values())

        wait_until(all_listen, "all listen to the broker", _SECONDS_TO_BE_HEALTHY)

    def _queues(self, told: str) -> dict[str, int]:
        listed = self.inside("rabbitmq", "rabbitmqctl", "--quiet", "list_queues", "name", told)
        lines = [line.split() for line in listed.splitlines() if "." in line]
        return {name: int(number) for name, number in lines}

    def inside(self, service: str, *command: str) -> str:
        """Run a command in a service's container; raises `Failed`."""
        return run(["docker", "exec", self.containers(service)[0], *command])

    def python(self, service: str, code: str, *arguments: str) -> str:
        """Run a program in a service's container, with all that the service has."""
        return self.inside(service, "python", "-c", code, *arguments)

    def ask(self, database: str, sql: str) -> list[str]:
        """The lines that a select gives, asked as the database's administrator."""
        psql = ("psql", "--username=postgres", "-X", "--quiet", "-At", f"--dbname={database}")
        return self.inside(
            "postgres", *psql, "--set=ON_ERROR_STOP=1", f"--command={sql}"
        ).splitlines()

    def rows(self) -> dict[str, set[str]]:
        """Every row of every database, by database and table."""
        return {
            f"{database}.{table}": set(self.ask(database, _ROWS.format(table=table)))
            for database in WITH_DATABASE
            for table in self.ask(database, _TABLES)
        }

    def wait_until_quiet(self) -> None:
        """Return when all that was recorded has been published and handled."""
        waiting = "select count(*) from outbox where published_at is null"

        def is_quiet() -> bool:
            if any(self.ask(each, waiting) != ["0"] for each in WITH_DATABASE):
                return False
            messages = self._queues("messages")
            return not any(
                messages[name]
                for name in messages
                if name.endswith(".events") and name != "lookup.events"
            )

        wait_until(is_quiet, "all was handled", 60)


def inspect(*named: str) -> list[dict[str, Any]]:
    """All that the engine knows of containers or networks."""
    told: list[dict[str, Any]] = json.loads(run(["docker", "inspect", *named]))
    return told


def image(name: str, version: str = "0.2.0") -> str:
    """The name of one of the suite's images."""
    return f"{os.environ.get('IMAGE_PREFIX', 'credence')}/{name}:{version}"
