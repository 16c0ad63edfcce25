"""Installing servers on a disposable Debian machine, and saying what to install on any other."""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.processes import find_program

PACKAGES = ("postgresql", "rabbitmq-server", "nginx")

_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
_SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")
_NEVER_START_SERVICES = "#!/bin/sh\nexit 101\n"
_APT_GET = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
_REPORT_CHARACTERS = 2_000


class ServerUnavailable(RuntimeError):
    """A server cannot be had here: which, what was missing, and the command that provides it."""

    def __init__(self, server: str, missing: str, command: str) -> None:
        super().__init__(f"{server} is not available: {missing}. Provide it with: {command}")
        self.server = server
        self.command = command


def providing_command(package: str, *, elsewhere: str) -> str:
    """Return the command that provides a server: apt-get's, or `elsewhere` without apt."""
    if not shutil.which("apt-get"):
        return elsewhere
    sudo = "" if os.geteuid() == 0 else "sudo "
    install = f"{sudo}apt-get install -y --no-install-recommends {package}"
    return f"{sudo}apt-get update && {install}"


def get_program(name: str, unavailable: ServerUnavailable) -> Path:
    """Find a program, installing it first where that may be done; else raise `unavailable`."""
    program = find_program(name)
    if program is None and may_install():
        install_servers()
        program = find_program(name)
    if program is None:
        raise unavailable
    return program


def may_install() -> bool:
    """Whether this is a disposable Debian machine, on which tests may install what they need."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    asked = os.environ.get("CI") == "true" or os.environ.get("CREDENCE_TEST_INSTALL") == "1"
    return asked or any(mark.exists() for mark in _CONTAINER_MARKS)


@functools.cache
def install_servers() -> None:
    """Install all servers that tests use, saying so on stderr; tried once, failing is only said."""
    install = ("install", "-y", "--no-install-recommends", *PACKAGES)
    print(f"Installing for the tests: apt-get {' '.join(install)}", file=sys.stderr, flush=True)
    with _services_not_started():
        done = _apt_get("update") and _apt_get(*install)
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
