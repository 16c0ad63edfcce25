"""How gunicorn serves the web role of a service: set by the environment, the same for all six.

Left as gunicorn has it: no access log, since the service logs each request, and no preloading,
since connections do not outlive a fork.
"""

import errno
import os
import shutil
import signal
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from chassis.settings import (
    PROMETHEUS_MULTIPROC_DIR,
    WEB_CONCURRENCY,
    WEB_PORT,
    WEB_SETTINGS,
    WORKER_CLASS,
    Settings,
    SettingsFault,
    read_settings,
)


class Threads(ThreadWorker):
    """gunicorn's worker with threads, which bears that nothing more may be accepted."""

    def accept(self, listener: Any) -> None:
        """Take a connection, if there may be any: see `_refuse_when_told_to_stop`."""
        try:
            super().accept(listener)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise


web = Settings("web", os.environ)
if faults := list(web.faults_in(WEB_SETTINGS)):
    raise SettingsFault(faults)
bind = f"0.0.0.0:{web[WEB_PORT]}"
workers = web[WEB_CONCURRENCY]
kind = web[WORKER_CLASS]
worker_class = Threads if kind == "gthread" else kind
# gunicorn turns a sync worker with threads into a gthread worker.
threads = 8 if kind == "gthread" else 1
timeout = 30
graceful_timeout = 25
# Longer than the gateway keeps an idle connection, so that it never sends into a closing one.
keepalive = 75
# As long as the gateway lets a request line be.
limit_request_line = 8190
# Whoever asks is the gateway, and tells of the caller in X-Real-IP alone.
forwarded_allow_ips = ""
# The gateway says these in headers of its own; nobody may set them in the WSGI environment.
forwarder_headers = ""
# A socket in the home folder, which a read-only file system does not have.
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108  # for heartbeats, which must not wait for a disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108

# Where the processes of this service count together (`/metrics`): in memory, and their own.
counted = Path(
    web[PROMETHEUS_MULTIPROC_DIR]
    or tempfile.mkdtemp(prefix="metrics-", dir=globals().get("worker_tmp_dir"))
)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counted)


def on_starting(arbiter: Any) -> None:
    """Refuse faulty settings once, not in each process; forget what an earlier life counted."""
    package, _, rest = arbiter.app.app_uri.partition(".")
    if package == "services":
        read_settings(rest.partition(".")[0])
    counted.mkdir(parents=True, exist_ok=True)
    for file in counted.glob("*.db"):
        file.unlink()


def _refuse_when_told_to_stop(arbiter: Any) -> None:
    """Refuse connections from the moment on at which the service is told to stop.

    gunicorn lets the system take them in until its last process has ended, and answers none of
    them; of one that is refused the gateway knows that nothing was sent, and asks another replica.
    What is only asked for, as of lookup, the gateway asks of another in either case.
    """
    begin_to_stop = signal.getsignal(signal.SIGTERM)

    def refuse_and_stop(number: int, frame: Any) -> None:
        for listener in arbiter.LISTENERS:
            with suppress(OSError):  # told a second time
                listener.shutdown(socket.SHUT_RD)
        begin_to_stop(number, frame)  # type: ignore[operator,misc]

    signal.signal(signal.SIGTERM, refuse_and_stop)


def _take_turns(_: Any, __: Any, ___: Any, ____: Any) -> None:
    """After an answer let the other connections have theirs, before this one's next request."""
    import gevent

    gevent.sleep(0)


if kind == "gthread":
    when_ready = _refuse_when_told_to_stop
if kind == "gevent":
    post_request = _take_turns


def child_exit(_: Any, worker: Any) -> None:
    """Keep what a process counted when it ends, but not what it was just about."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid, str(counted))  # type: ignore[no-untyped-call]


def on_exit(_: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(counted, ignore_errors=True)
