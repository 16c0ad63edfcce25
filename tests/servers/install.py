"""The programs that tests run: found, else installed on a disposable Debian machine, else named."""

import fcntl
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.processes import find_program

_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
_SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")
_NEVER_START_SERVICES = "#!/bin/sh\nexit 101\n"
_APT_GET = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
_REPORT_CHARACTERS = 2_000
_LOCK = Path(tempfile.gettempdir()) / "credence-installing.lock"


@dataclass(frozen=True)
class Program:
    """A program, what people call it, Debian's packages of it, and how to get it elsewhere."""

    name: str
    title: str
    packages: str
    elsewhere: str


POSTGRES = Program(
    "postgres",
    "PostgreSQL",
    "postgresql",
    "export TEST_POSTGRES_URL=postgresql://USER:PASSWORD@HOST:5432/postgres",
)
PG_DUMP = Program("pg_dump", "pg_dump", "postgresql-client", "install PostgreSQL's client programs")
RABBITMQ = Program(
    "rabbitmq-server",
    "RabbitMQ",
    "rabbitmq-server",
    "export TEST_RABBITMQ_URL=amqp://USER:PASSWORD@HOST:5672",
)
PORT_MAPPER = Program("epmd", "Erlang's port mapper", "rabbitmq-server", RABBITMQ.elsewhere)
NGINX = Program("nginx", "nginx", "nginx", "brew install nginx")
PROMTOOL = Program("promtool", "promtool", "prometheus", "https://prometheus.io/download")
KUBECTL = Program("kubectl", "kubectl", "kubernetes-client", "install kubectl")
CHROMIUM = Program(
    "chromium", "Chromium", "chromium fonts-liberation", "a package manager: install Chromium"
)


class ServerUnavailable(RuntimeError):
    """A program or server cannot be had here: which, what is missing, and what provides it."""

    def __init__(self, server: str, missing: str, command: str) -> None:
        super().__init__(f"{server} is not available: {missing}. Provide it with: {command}")
        self.server = server
        self.command = command


def providing_command(packages: str, *, elsewhere: str) -> str:
    """Return the command that provides a program: apt-get's, or `elsewhere` without apt."""
    if not shutil.which("apt-get"):
        return elsewhere
    sudo = "" if os.geteuid() == 0 else "sudo "
    install = f"{sudo}apt-get install -y --no-install-recommends {packages}"
    return f"{sudo}apt-get update && {install}"


def get_program(program: Program, missing: str | None = None) -> Path:
    """Where a program is, after installing it where that may be done; raises `ServerUnavailable`.

    `missing` says what is not there, where it is more than the program.
    """
    if find_program(program.name) is None and may_install():
        install(program)
    found = find_program(program.name)
    if found is None:
        raise ServerUnavailable(
            program.title,
            missing or f"no program {program.name} is installed",
            providing_command(program.packages, elsewhere=program.elsewhere),
        )
    return found


def may_install() -> bool:
    """Whether this is a disposable Debian machine, on which tests may install what they need."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    asked = os.environ.get("CI") == "true" or os.environ.get("CREDENCE_TEST_INSTALL") == "1"
    return asked or any(mark.exists() for mark in _CONTAINER_MARKS)


@functools.cache
def install(program: Program) -> None:
    """Install a program, saying so on stderr; tried once, failing is only said."""
    with _LOCK.open("w") as lock:
        # Tests run in several processes.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if find_program(program.name):
            return
        packages = program.packages.split()
        command = ("install", "-y", "--no-install-recommends", *packages)
        print(f"Installing for the tests: apt-get {' '.join(command)}", file=sys.stderr, flush=True)
        with _services_not_started():
            done = _apt_get("update") and _apt_get(*command)
        print(f"Installing {'is done' if done else 'failed'}.", file=sys.stderr, flush=True)


def _apt_get(*arguments: str) -> bool:
    run = subprocess.run(
        [*_APT_GET, *arguments],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        print(run.stdout[-_REPORT_CHARACTERS:], file=sys.stderr)
    return run.returncode == 0


@contextmanager
def _services_not_started() -> Iterator[None]:
    # Debian starts what it installs; tests run private instances, and a start that fails would
    # fail the installation.
    if _SERVICE_POLICY.exists():
        yield
        return
    _SERVICE_POLICY.write_text(_NEVER_START_SERVICES)
    _SERVICE_POLICY.chmod(0o755)
    try:
        yield
    finally:
        _SERVICE_POLICY.unlink()
