"""gunicorn's configuration for the web role of every service, from the environment.

Kept at gunicorn's defaults: no access log, because the service logs each request, and no
preloading, because connections do not survive a fork.
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
    """gunicorn's worker with threads, which tolerates that nothing more may be accepted."""

    def accept(self, listener: Any) -> None:
        """Accept a connection, unless the service is stopping: see `_refuse_when_stopping`."""
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
# Longer than the gateway keeps idle connections, so that it never sends on one that is closing.
keepalive = 75
# The gateway's own limit.
limit_request_line = 8190
# Only the gateway connects, and it names the caller in X-Real-IP alone.
forwarded_allow_ips = ""
# The gateway uses headers of its own; nobody may set these in the WSGI environment.
forwarder_headers = ""
# It would be a socket in the home folder, which is read-only here.
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108  # heartbeats must not wait for a disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108

# Where the processes of this service add up their counts (`/metrics`): a private folder in memory.
counted = Path(
    web[PROMETHEUS_MULTIPROC_DIR]
    or tempfile.mkdtemp(prefix="metrics-", dir=globals().get("worker_tmp_dir"))
)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counted)


def on_starting(arbiter: Any) -> None:
    """Refuse faulty settings once, not in each process; delete the counts of an earlier run."""
    package, _, rest = arbiter.app.app_uri.partition(".")
    if package == "services":
        read_settings(rest.partition(".")[0])
    counted.mkdir(parents=True, exist_ok=True)
    for file in counted.glob("*.db"):
        file.unlink()


def _refuse_when_stopping(arbiter: Any) -> None:
    """Refuse connections as soon as the service is stopping.

    By default gunicorn lets the system accept them until its last process has ended, and answers
    none of them. After a refusal the gateway knows that nothing was sent, and tries another
    replica. It repeats read-only requests, such as lookup's, in either case.
    """
    begin_to_stop = signal.getsignal(signal.SIGTERM)

    def refuse_and_stop(number: int, frame: Any) -> None:
        for listener in arbiter.LISTENERS:
            with suppress(OSError):  # already shut down
                listener.shutdown(socket.SHUT_RD)
        begin_to_stop(number, frame)  # type: ignore[operator,misc]

    signal.signal(signal.SIGTERM, refuse_and_stop)


def _take_turns(_: Any, __: Any, ___: Any, ____: Any) -> None:
    """After an answer, give the other connections a turn before this one's next request."""
    import gevent

    gevent.sleep(0)


if kind == "gthread":
    when_ready = _refuse_when_stopping
if kind == "gevent":
    post_request = _take_turns


def child_exit(_: Any, worker: Any) -> None:
    """Keep the counters of a process that ends, but not its gauges."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid, str(counted))  # type: ignore[no-untyped-call]


def on_exit(_: Any) -> None:
    """Remove the folder of counts."""
    shutil.rmtree(counted, ignore_errors=True)
