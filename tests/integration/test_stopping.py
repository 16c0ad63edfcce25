"""A service that is told to stop finishes what it has begun, and refuses what comes after."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.integration.bus_world import eventually
from tests.servers.processes import ServerProcess, accepts, free_port

ROOT = Path(__file__).parents[2]
SLOW = """
import time
from pathlib import Path

def application(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        Path("begun").touch()
        while not Path("go-on").exists():
            time.sleep(0.02)
    start_response("200 OK", [("Content-Length", "4")])
    return [b"done"]
"""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[ServerProcess, int]]:
    port = free_port()
    (tmp_path / "slow.py").write_text(SLOW)
    configuration = ROOT / "deploy/gunicorn.conf.py"
    command = [sys.executable, "-m", "gunicorn", "--config", str(configuration)]
    process = ServerProcess(
        "web",
        [*command, "--bind", f"127.0.0.1:{port}", "--chdir", str(tmp_path), "slow:application"],
        folder=tmp_path,
        environment={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
    )
    process.start(lambda: accepts(port))
    yield process, port
    process.kill()


def is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # it came between the last that was taken in and the end of it
        return False
    return False


def test_what_was_begun_is_answered_and_what_comes_after_is_refused(
    web: tuple[ServerProcess, int], tmp_path: Path
) -> None:
    process, port = web
    with ThreadPoolExecutor() as threads:
        begun = threads.submit(requests.get, f"http://127.0.0.1:{port}/slow", timeout=30)
        eventually((tmp_path / "begun").exists)

        process.send(signal.SIGTERM)

        eventually(lambda: is_refused(port))
        assert not begun.done()
        (tmp_path / "go-on").touch()
        assert begun.result().text == "done"
