"""What can be in the way of `make up` and `make reset`: each is said in one sentence."""

import errno
import fcntl
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from chassis.jurisdiction import load_place
from services.names import SERVICES

LOCK = "suite.lock"
HIGHEST_PORT = 65_535


class CannotStart(SystemExit):
    """Something is in the way; ends the process with one sentence and no traceback."""


def refuse_taken_ports(host: str, port: int) -> None:
    """Raise `CannotStart` unless the suite's port and the card processor's next to it are free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for kind, address in ((family, (host, port)), (socket.AF_INET, ("127.0.0.1", port + 1))):
        with socket.socket(kind) as probe:
            # As the servers do, so that a recently closed port does not count as in use.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except (OSError, UnicodeError) as error:
                raise CannotStart(_port_refused(error, address[1], port, host)) from error


def _port_refused(error: OSError | UnicodeError, port: int, wanted: int, host: str) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        other = wanted + 10 if wanted + 11 <= HIGHEST_PORT else wanted - 10
        return (
            f"Port {port} is in use: stop the program that uses it, or choose another port, as in "
            f"'PORT={other} make up' (which takes {other} and {other + 1})."
        )
    if number == errno.EACCES:
        return f"Port {port} is for the system's own programs; set PORT to one above 1023."
    return f'HOST is "{host}"; it must be an address of this machine, such as 127.0.0.1.'


@contextmanager
def occupied(folder: Path, state: str) -> Iterator[None]:
    """Keep the suite's folder for one suite and one state; raises `CannotStart`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        raise CannotStart(
            f'VAR_DIR is "{folder}"; it must be a folder in which files can be written.'
        ) from error
    with lock:
        _take(
            lock,
            f"Another suite runs on the data in {folder}/: stop it first, or set VAR_DIR to "
            "another folder.",
        )
        lock.seek(0)
        owner = lock.read() or state
        if owner != state:
            raise CannotStart(
                f"The data in {folder}/ is {load_place(owner).name}'s: run 'make reset' first, "
                "or set VAR_DIR."
            )
        lock.truncate(0)
        lock.write(state)
        lock.flush()
        yield


def reset(folder: Path) -> None:
    """Delete a stopped suite's data, whatever its state; raises `CannotStart` while one runs."""
    if not (folder / LOCK).exists() and not (folder / "identity.sqlite").exists():
        return
    with (folder / LOCK).open("a+", encoding="utf-8") as lock:
        _take(lock, f"A suite runs on the data in {folder}/: stop it, then reset.")
        for name in (*SERVICES, "sandbox"):
            for file in folder.glob(f"{name}.sqlite*"):
                file.unlink()
        for file in folder.glob("*.log"):
            file.unlink()
        for name in ("mail", "files"):
            shutil.rmtree(folder / name, ignore_errors=True)
        lock.truncate(0)


def _take(lock: TextIO, otherwise: str) -> None:
    """Lock the file until it is closed, also by a kill; raises `CannotStart` if another has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotStart(otherwise) from error
