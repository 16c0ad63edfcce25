"""What a developer would use instead: frameworks whose handler does the same insert.

Each runs in one process, with neither outbox nor inbox, on classic queues, with its own defaults.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.chain import Place, facts, plain, seen_per_second, written
from bench.harness import Contender
from bench.peers.environment import ROOT, installed

PACKAGES = (
    "dramatiq[rabbitmq]==2.2.1",
    "celery==5.7.0",
    "faststream[rabbit]==0.7.8",
    "nameko==2.14.1",
    "asyncpg==0.32.0",
    "psycopg[binary]==3.3.8",
    "setuptools",
)


@dataclass(frozen=True)
class Framework:
    """How a framework's worker is started, and how its messages are published."""

    times: float
    work: tuple[str, ...]
    publish: tuple[str, ...]


_CELERY = ("celery", "-A", "bench.peers.on_celery", "worker", "-l", "error", "--without-mingle")
FRAMEWORKS = {
    "Dramatiq, 8 threads": Framework(
        5,
        ("dramatiq", "bench.peers.on_dramatiq", "-p", "1", "-t", "8"),
        ("python", "-m", "bench.peers.on_dramatiq"),
    ),
    "FastStream with asyncpg": Framework(
        5,
        ("python", "-m", "bench.peers.on_faststream"),
        ("python", "-m", "bench.peers.on_faststream", "publish"),
    ),
    "nameko": Framework(
        6,
        ("python", "-m", "bench.peers.on_nameko"),
        ("python", "-m", "bench.peers.on_nameko", "publish"),
    ),
    "Celery, solo": Framework(
        6, (*_CELERY, "-P", "solo"), ("python", "-m", "bench.peers.on_celery")
    ),
    "Celery, 8 threads": Framework(
        6, (*_CELERY, "-P", "threads", "-c", "8"), ("python", "-m", "bench.peers.on_celery")
    ),
}
TARGETS = {name: framework.times for name, framework in FRAMEWORKS.items()}


def contenders(place: Place, count: int) -> dict[str, Contender]:
    """Each framework's worker, from a queue that holds all events."""
    programs = installed("messaging", PACKAGES)

    def contender(framework: Framework) -> Contender:
        return lambda: _worked(place, count, framework, programs)

    return {f"worker: {name}": contender(framework) for name, framework in FRAMEWORKS.items()}


def _worked(place: Place, count: int, framework: Framework, programs: Path) -> float:
    place.empty()
    lines = b"\n".join(event.body for event in written(facts(count)))
    publish = _start(place, programs, framework.publish)
    publish.communicate(lines)
    if publish.returncode:
        raise subprocess.CalledProcessError(publish.returncode, publish.args)
    with _worker(place, programs, framework):
        return seen_per_second(place, count)


@contextmanager
def _worker(place: Place, programs: Path, framework: Framework) -> Iterator[None]:
    process = _start(place, programs, framework.work)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(place: Place, programs: Path, command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    where = {"BENCH_BROKER": place.broker, "BENCH_DATABASE": plain(place.reader)}
    return subprocess.Popen(
        [programs / command[0], *command[1:]],
        cwd=ROOT,
        env={**os.environ, **where, "PYTHONWARNINGS": "ignore", "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
