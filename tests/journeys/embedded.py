"""The embedded suite as a newcomer runs it: one process, in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from chassis.settings import JURISDICTION
from tests.servers.processes import free_port
from tests.states import settings_of

ROOT = Path(__file__).parents[2]


class EmbeddedProcess:
    """`python -m services up`, which can be killed and started again on the same data."""

    def __init__(
        self, folder: Path, jurisdiction: str = JURISDICTION.default, **environ: str
    ) -> None:
        self.folder = folder
        self.jurisdiction = jurisdiction
        self.environ = environ
        self.port = free_port()
        self.base_url = f"http://localhost:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        began = time.perf_counter()
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        output = (self.folder / "output.txt").open("ab")
        with output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services", "up"],
                cwd=ROOT,
                env={
                    **environment,
                    "VAR_DIR": str(self.folder),
                    "PORT": str(self.port),
                    **settings_of(self.jurisdiction),
                    "CAPTCHA_COST": "100",
                    "PYTHONUNBUFFERED": "1",
                    **self.environ,
                },
                stdout=output,
                stderr=output,
            )
        while not self._answers():
            assert self._process.poll() is None, self.said()
            assert time.perf_counter() - began < 60, self.said()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.base_url}/identity/", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def said(self) -> str:
        """What it printed."""
        return (self.folder / "output.txt").read_text()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it in order."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=20)

    def processor_seconds(self) -> float:
        """For how long it has kept a core busy; other than by the clock, not by who else runs."""
        assert self._process is not None
        spent = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Memory of the suite and its card processor; what they share counts once."""
        assert self._process is not None
        return sum(_memory(pid) for pid in (self._process.pid, *_children(self._process.pid)))

    def log(self) -> list[dict[str, Any]]:
        """The entries of the suite's log."""
        lines = (self.folder / "suite.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]


def _memory(pid: int) -> float:
    """The process's proportional set size, in MB."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) / 1024 for line in rollup.splitlines() if "Pss:" in line)


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
