"""Running a server as a process of ours: a free port, a log in a file, an end without remains."""

import contextlib
import ctypes
import functools
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

# Debian keeps these out of the PATH of an ordinary user.
PROGRAM_FOLDERS: tuple[str, ...] = ("/usr/lib/postgresql/*/bin", "/usr/sbin")

_POLL_SECONDS = 0.03
_SECONDS_TO_END = 10
_LOG_TAIL_LINES = 30
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
_ports_given: set[int] = set()


class ServerFailed(RuntimeError):
    """A server that is installed did not come up; the message ends with the end of its log."""


class Instance(ABC):
    """One server of ours, a process or a container, which can be killed and started again."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    @abstractmethod
    def running(self) -> bool:
        """Whether it has been launched and has not ended."""

    @abstractmethod
    def launch(self) -> None:
        """Begin to run, on the same data and ports as before."""

    @abstractmethod
    def kill(self) -> None:
        """End at once and without warning, as in a crash, and return when it is gone."""

    @abstractmethod
    def pause(self) -> None:
        """Do nothing at all until `resume`, with every connection kept."""

    @abstractmethod
    def resume(self) -> None:
        """Go on after `pause`."""

    @abstractmethod
    def succeeds(self, command: Sequence[str]) -> bool:
        """Run a command where the server's files are, and say whether it succeeded."""

    @abstractmethod
    def stop(self) -> None:
        """End for good; the data may be gone."""

    @abstractmethod
    def log_tail(self) -> str:
        """Return the last lines it logged."""

    def start(self, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Launch unless running, and return when `ready`; raise `ServerFailed` if it never is."""
        if not self.running:
            self.launch()
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise self._failure("ended while it was starting")
            if time.monotonic() > deadline:
                self.kill()
                raise self._failure(f"did not answer within {seconds:g} seconds")
            time.sleep(_POLL_SECONDS)

    def _failure(self, what: str) -> ServerFailed:
        return ServerFailed(f"{self.name} {what}. The end of its log:\n{self.log_tail()}")


class ServerProcess(Instance):
    """A server as a process group of its own, which ends when the thread that started it ends.

    `stop_signal` ends it and all its children in the shortest way; the same is sent by the kernel
    when a test run is killed (Linux). `user` is who runs it, when root starts it for another.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        super().__init__(name)
        self._command = command
        self._folder = folder
        self._environment = environment
        self._user = user
        self._stop_signal = stop_signal
        self._log = folder / f"{name.lower()}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id of the server; raises when it was never launched."""
        if self._process is None:
            raise ServerFailed(f"{self.name} was not started.")
        return self._process.pid

    def launch(self) -> None:
        """Run the command, with what it says added to the log."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self._end_with_the_parent(),  # noqa: PLW1509 (one C call, no lock)
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
            )

    def send(self, number: signal.Signals) -> None:
        """Send the server itself, not its children, a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL the server, then what is left of its children."""
        if self.running:
            # Stopped first, it has no more children once they are counted.
            self.send(signal.SIGSTOP)
            self._end(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP the server and its children."""
        self._send_to_all(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT the server and its children."""
        self._send_to_all(signal.SIGCONT)

    def succeeds(self, command: Sequence[str]) -> bool:
        """Run a command in the server's folder, and say whether it succeeded."""
        return subprocess.run(command, cwd=self._folder, check=False).returncode == 0

    def stop(self) -> None:
        """End the server by its stop signal, or by SIGKILL when it does not heed that."""
        if self.running:
            self._end(self._stop_signal)

    def log_tail(self) -> str:
        """Return the last lines of the log file, without colors."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
        return "\n".join(plain.splitlines()[-_LOG_TAIL_LINES:])

    def children(self) -> list[int]:
        """List the processes that came from it (Linux; elsewhere none is found)."""
        return _descendants(self.pid)

    def _send_to_all(self, number: signal.Signals) -> None:
        if self.running:
            for pid in (self.pid, *self.children()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)

    def _end(self, first: signal.Signals) -> None:
        assert self._process is not None
        # PostgreSQL and Erlang put their children in sessions of their own, out of the group.
        children = self.children()
        self.send(first)
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(_lives(pid) for pid in children):
            time.sleep(_POLL_SECONDS)

    def _end_with_the_parent(self) -> Callable[[], object] | None:
        if sys.platform != "linux":
            return None
        return functools.partial(_libc.prctl, _PR_SET_PDEATHSIG, self._stop_signal)


def find_program(name: str) -> Path | None:
    """Find where a program is installed, if it is."""
    on_path = shutil.which(name)
    if on_path:
        return Path(on_path).resolve()
    for folder in PROGRAM_FOLDERS:
        root = Path("/")
        for candidate in sorted(root.glob(f"{folder.lstrip('/')}/{name}"), reverse=True):
            return candidate.resolve()
    return None


def free_port() -> int:
    """Find a TCP port of this machine that nobody listens on.

    Taken from below the range from which systems choose the ports of clients, so that the port
    of a killed server is still free when it starts again.
    """
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _ports_given:
            _ports_given.add(port)
            return port


def accepts(port: int) -> bool:
    """Whether anybody on this machine accepts connections on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def environment_without(*prefixes: str, **more: str) -> dict[str, str]:
    """Copy our environment, without the variables that would lead a private server astray."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    return kept | more


def _descendants(pid: int) -> list[int]:
    children = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        # A process may end between the listing and the reading.
        with contextlib.suppress(OSError):
            children[_state_and_parent(stat)[1]].append(int(stat.parent.name))
    found = [pid]
    for parent in found:
        found += children[parent]
    return found[1:]


def _lives(pid: int) -> bool:
    try:
        return _state_and_parent(Path(f"/proc/{pid}/stat"))[0] not in "ZX"
    except OSError:
        return False


def _state_and_parent(stat: Path) -> tuple[str, int]:
    # The name of the program, in parentheses, may itself hold parentheses and spaces.
    state, parent = stat.read_text().rpartition(")")[2].split()[:2]
    return state, int(parent)
