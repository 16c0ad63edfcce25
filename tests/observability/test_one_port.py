"""Several processes answer one port: `/metrics` tells of all of them, whichever is asked."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.observability.receiver import Receiver
from tests.servers.processes import ServerProcess, free_port

pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).parents[2]
PROCESSES = 2


class Web(ServerProcess):
    """Lookup's web role, as gunicorn runs it in production."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        address = self.url.removeprefix("http://")
        self.counted = folder / "counted"
        configuration = str(ROOT / "deploy/gunicorn.conf.py")
        command = [sys.executable, "-m", "gunicorn", "--config", configuration]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "VAR_DIR": str(folder),
            "WORKER_CLASS": "gevent",
            "WEB_CONCURRENCY": str(PROCESSES),
            "PROMETHEUS_MULTIPROC_DIR": str(self.counted),
            **environ,
        }
        super().__init__(
            "web",
            [*command, "--bind", address, "services.lookup.app:create_app()"],
            folder=folder,
            environment=environment,
        )

    def up(self) -> None:
        """Return when it answers."""
        self.start(self._answers)

    def _answers(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        return False

    def asked(self) -> int:
        """How often it says that it was asked to change its home page."""
        told = requests.get(f"{self.url}/metrics", timeout=60).text
        counted = re.search(r'^http_requests_total\{method="PATCH".*\} (\S+)$', told, re.MULTILINE)
        return int(float(counted[1])) if counted else 0


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    made = Web(tmp_path)
    made.up()
    yield made
    made.stop()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ask(web: Web, times: int) -> None:
    # Each on a connection of its own, so that any of the processes may answer.
    for _ in range(times):
        assert requests.patch(f"{web.url}/lookup/", timeout=60).status_code == 405


def test_every_process_tells_of_all_and_what_one_counted_outlives_it(web: Web) -> None:
    asked = 0
    with ThreadPoolExecutor(8) as pool:
        while len(list(web.counted.glob("counter_*.db"))) < PROCESSES:
            list(pool.map(lambda _: ask(web, 1), range(8)))
            asked += 8
    assert {web.asked() for _ in range(6)} == {asked}

    first = web.children()
    for pid in first:
        os.kill(pid, signal.SIGTERM)
    wait_until(lambda: len(set(web.children()) - set(first)) == PROCESSES)
    ask(web, 5)

    assert web.asked() == asked + 5


def test_a_new_life_counts_from_the_beginning_and_leaves_nothing_behind(web: Web) -> None:
    ask(web, 5)
    web.kill()
    assert list(web.counted.glob("*.db"))
    web.up()
    assert web.asked() == 0

    web.send(signal.SIGTERM)
    wait_until(lambda: not web.running)
    assert not web.counted.exists()


def test_each_process_sends_its_spans_by_the_time_it_ends(tmp_path: Path) -> None:
    with Receiver().receiving() as receiver:
        web = Web(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint)
        web.up()
        ask(web, 12)
        web.send(signal.SIGTERM)
        wait_until(lambda: not web.running)

    asked = [span for span in receiver.spans if span.name.startswith("PATCH")]
    assert len(asked) == 12
    assert {span.service for span in asked} == {"lookup"}
