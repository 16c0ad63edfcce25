"""Benchmark: a lookup replica over HTTP, compared with what a developer would use instead.

Every contender serves the same million educators with two workers, and wrk requests random
numbers and names over eight connections.
"""

import ctypes
import os
import random
import secrets
import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from mmap import MAP_SHARED, PROT_READ
from pathlib import Path
from urllib.parse import quote

from bench.harness import Report, options
from bench.peer_database import PeerDatabase
from bench.peers.environment import installed
from bench.population import EDUCATORS, FIRST_EDUCATOR, ROOT, WORK, replica_file, service_at
from bench.wrk import drive, write_paths
from chassis.web.assets import VAR
from services.names import SERVICES
from tests.servers.gateway import GatewayServer
from tests.servers.processes import ServerProcess, accepts, free_port

PEER_PACKAGES = (
    "fastapi==0.165.0",
    "uvicorn[standard]",
    "asyncpg==0.32.0",
    "flask==3.1.3",
    "gunicorn==27.0.1",
    "marshmallow==4.4.0",
    "psycopg[binary]==3.3.8",
    "sqlalchemy==2.0.58",
)
WORKERS = "2"
NUMBERS_ASKED = 200_000
NAMES_ASKED = 2_000
HOT, WARM = 100, 1_000
API = "/lookup/api/educators"

PRODUCT, FASTAPI, ORM = "number: product", "number: FastAPI", "number: Flask ORM"
GATEWAY, GATEWAY_WARM = "number: gateway, 100 hot", "number: gateway, 1,000 hot"
NAME, NAME_FASTAPI = "name: product", "name: FastAPI"


def main(arguments: Sequence[str]) -> int:
    """Run the rounds, judge, and return the exit code."""
    asked = options(arguments, rounds=7, seconds=5, educators=EDUCATORS)
    replica = replica_file(asked.educators)
    numbers = write_paths(WORK / "numbers.txt", _numbers(asked.educators, NUMBERS_ASKED))
    hot = write_paths(WORK / "hot.txt", _numbers(asked.educators, HOT))
    warm = write_paths(WORK / "warm.txt", _numbers(asked.educators, WARM))
    names = write_paths(WORK / "names.txt", _names(replica))
    report = Report("lookup")
    with ExitStack() as running:
        database = PeerDatabase(replica).start()
        running.callback(database.stop)
        product = running.enter_context(running_replica(replica))
        gateway = running.enter_context(_gateway(product))
        fastapi = running.enter_context(_peer("uvicorn", _UVICORN, "fastapi_lookup", database))
        orm = running.enter_context(_peer("gunicorn", _GUNICORN, "flask_orm_lookup", database))
        running.enter_context(_kept_current(replica))
        running.enter_context(_held_in_memory(replica))

        def load(port: int, paths: Path) -> Callable[[], dict[str, float]]:
            def measure() -> dict[str, float]:
                seed = secrets.randbelow(2**31)
                result = drive(f"http://127.0.0.1:{port}", paths, asked.seconds, seed)
                return {"per s": result.per_second, "p99 ms": result.p99_milliseconds}

            return measure

        contenders = {
            PRODUCT: load(product, numbers),
            FASTAPI: load(fastapi, numbers),
            ORM: load(orm, numbers),
            GATEWAY: load(gateway, hot),
            GATEWAY_WARM: load(gateway, warm),
            NAME: load(product, names),
            NAME_FASTAPI: load(fastapi, names),
        }
        for measure in contenders.values():
            measure()
        report.interleave(asked.rounds, contenders)
    _judge(report)
    return report.finish()


@contextmanager
def _held_in_memory(file: Path) -> Iterator[None]:
    """Lock the file in the page cache, as PostgreSQL keeps its data in its buffers.

    Virtual machines may reclaim within seconds what is not used between the rounds.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
    libc.mlock.argtypes = libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
    size = file.stat().st_size
    with file.open("rb") as opened:
        # Not Python's own mmap, which does not expose the address of a read-only mapping.
        address = libc.mmap(None, size, PROT_READ, MAP_SHARED, opened.fileno(), 0)
        if libc.mlock(address, size):
            print(f"cannot lock {file.name} in memory: {os.strerror(ctypes.get_errno())}")
        yield
        libc.munmap(address, size)


def _judge(report: Report) -> None:
    for name, bound, contender, peer in (
        ("number: product / FastAPI + asyncpg", 1.0, PRODUCT, FASTAPI),
        ("number: product / Flask + ORM + marshmallow", 4.0, PRODUCT, ORM),
        ("number: gateway, 100 hot / FastAPI + asyncpg", 10.0, GATEWAY, FASTAPI),
        ("name, 20 results: product / FastAPI + asyncpg", 1.5, NAME, NAME_FASTAPI),
    ):
        report.at_least(name, bound, report.ratio(f"{contender}, per s", f"{peer}, per s"))
    report.note("the goal for number: product / FastAPI + asyncpg is 1.2")
    warm = report.ratio(f"{GATEWAY_WARM}, per s", f"{FASTAPI}, per s")
    report.note(
        f"gateway, 1,000 hot / FastAPI + asyncpg: {warm}; each is fetched again every second"
    )
    report.note("the product counts every request and logs one in a hundred; the peers log nothing")


def _numbers(educators: int, count: int) -> Iterator[str]:
    chance = random.Random(7)
    for _ in range(count):
        yield f"{API}/{FIRST_EDUCATOR + chance.randrange(educators)}"


def _names(replica: Path) -> list[str]:
    """Names as people type them, each with twenty or more matches; half of them truncated."""
    chance = random.Random(7)
    paths: list[str] = []
    with closing(sqlite3.connect(f"file:{replica}?mode=ro", uri=True)) as file:
        (educators,) = file.execute("select count(*) from educator").fetchone()
        while len(paths) < NAMES_ASKED:
            number = str(FIRST_EDUCATOR + chance.randrange(educators))
            last, first = file.execute(
                "select last, first from name where educator_number = ?", (number,)
            ).fetchone()
            last, first = last[: chance.choice((4, 100))], first[0]
            matches = file.execute(
                "select 1 from name where last >= ? and last < ? and first >= ? and first < ?"
                " limit 20",
                (last, f"{last}\U0010ffff", first, f"{first}\U0010ffff"),
            )
            if len(matches.fetchall()) == 20:
                paths.append(f"{API}?name={quote(f'{last}, {first}')}")
    return paths


@contextmanager
def running_replica(replica: Path) -> Iterator[int]:
    """One replica's web process as it is deployed; yields its port."""
    configuration = str(ROOT / "deploy/gunicorn.conf.py")
    environment = {
        "WEB_CONCURRENCY": WORKERS,
        "WORKER_CLASS": os.environ.get("WORKER_CLASS", "gevent"),
        "VAR_DIR": str(WORK),
        "DATABASE_URL": f"sqlite:///{replica}",
        "ASSETS_DIR": str(VAR / "assets"),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", configuration]
    application = "services.lookup.app:create_app()"
    with _served("product", command, application, environment) as port:
        yield port


_UVICORN = ("-m", "uvicorn", "--workers", WORKERS, "--no-access-log", "--log-level", "warning")
_GUNICORN = ("-m", "gunicorn", "--workers", WORKERS, "--threads", "4")


@contextmanager
def _peer(
    server: str, options: Sequence[str], module: str, database: PeerDatabase
) -> Iterator[int]:
    """A peer on its own server, from its own environment; yields its port."""
    environment = {"BENCH_DATABASE": database.url}
    application = f"bench.peers.{module}:app"
    command = [str(installed("lookup", PEER_PACKAGES) / "python"), *options]
    with _served(server, command, application, environment) as port:
        yield port


@contextmanager
def _served(
    name: str, command: Sequence[str], application: str, environment: dict[str, str]
) -> Iterator[int]:
    port = free_port()
    where = (
        ["--host", "127.0.0.1", "--port", str(port)]
        if name == "uvicorn"
        else ["--bind", f"127.0.0.1:{port}"]
    )
    (WORK / f"{name}.log").unlink(missing_ok=True)
    process = ServerProcess(
        name,
        [*command, *where, application],
        folder=WORK,
        environment={
            "PATH": os.environ["PATH"],
            "HOME": str(WORK),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            **environment,
        },
    )
    process.start(lambda: accepts(port))
    try:
        yield port
    finally:
        process.stop()


@contextmanager
def _gateway(product: int) -> Iterator[int]:
    """The gateway: nginx with production's configuration in front of the product."""
    folder = WORK / "gateway"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    services = list(SERVICES)
    server = GatewayServer(folder, dict.fromkeys(services, product), VAR / "assets")
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


@contextmanager
def _kept_current(replica: Path) -> Iterator[None]:
    """Record once a second, as the follower does, that nothing is waiting."""
    caught_up = service_at(replica).participant.caught_up
    assert caught_up is not None
    caught_up(datetime.now(UTC))
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(1):
            caught_up(datetime.now(UTC))

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
