"""A run that hangs ends in time, says where, and takes along what it started, paused or not."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.deadline import GAVE_UP

_HANGS = """
import signal, subprocess, sys, time
from tests.faults.deadline import hard_deadline

def wait_for_ever():
    time.sleep(600)

with hard_deadline(1):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    child.send_signal(signal.SIGSTOP)
    print(child.pid, flush=True)
    wait_for_ever()
"""


def test_a_run_that_hangs_is_ended_with_all_that_it_started() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _HANGS],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == GAVE_UP
    assert "faults: not done after 1 s, given up" in run.stderr
    assert "in wait_for_ever" in run.stderr
    child = Path(f"/proc/{run.stdout.strip()}/stat")
    deadline = time.monotonic() + 10
    while _lives(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(child)


def _lives(stat: Path) -> bool:
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] not in "ZX"
