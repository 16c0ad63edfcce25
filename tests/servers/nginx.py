"""nginx for tests: the locally installed one, with a configuration of the test's own."""

import atexit
import signal
import subprocess
from pathlib import Path

from tests.servers.install import NGINX, get_program
from tests.servers.processes import ServerFailed, ServerProcess, accepts

_SECONDS_TO_RELOAD = 10


class NginxServer:
    """nginx in the foreground, with a complete configuration file of the caller's.

    Relative paths in `configuration` start from the folder `prefix`, where it also logs; `port`
    is one it listens on. The configuration says where the pid file and the temporary files go.
    Started by root, its workers are the user that the configuration names, who must be able to
    reach `prefix`.
    """

    def __init__(self, configuration: Path, prefix: Path, *, port: int) -> None:
        self._port = port
        # The trailing slash is nginx's: it puts prefix and path together as they are.
        self._command = [str(find_nginx()), "-p", f"{prefix}/", "-c", str(configuration)]
        self._process = ServerProcess("nginx", [*self._command, "-g", "daemon off;"], folder=prefix)
        atexit.register(self.stop)

    def start(self) -> None:
        """Start it, and return when it answers; raise `ServerFailed` with what it says if not."""
        self._check()
        self._process.start(lambda: accepts(self._port))

    def reload(self) -> None:
        """Take up a changed configuration; requests under way are finished with the old one."""
        self._check()
        workers = self._process.children()
        self._process.send(signal.SIGHUP)
        self._process.start(lambda: all(map(_takes_no_more, workers)), seconds=_SECONDS_TO_RELOAD)

    def stop(self) -> None:
        """End it and its workers."""
        atexit.unregister(self.stop)
        self._process.stop()

    def _check(self) -> None:
        run = subprocess.run(
            [*self._command, "-t"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            raise ServerFailed(f"nginx does not accept its configuration:\n{run.stdout}")


def _takes_no_more(worker: int) -> bool:
    try:
        return b"shutting down" in Path(f"/proc/{worker}/cmdline").read_bytes()
    except OSError:
        return True


def find_nginx() -> Path:
    """Find nginx, installing it first where that may be done; else raise `ServerUnavailable`."""
    return get_program(NGINX)
