"""Prometheus's own judge of its files, and what it says of ours."""

import subprocess
from pathlib import Path

from tests.servers.install import PROMTOOL, get_program

FOLDER = Path(__file__).parents[2] / "deploy/observability"
PROMETHEUS = FOLDER / "prometheus"


def get_promtool() -> Path:
    """Where promtool is; raises `ServerUnavailable`."""
    return get_program(PROMTOOL)


def judged(promtool: Path, *arguments: str) -> str:
    """What promtool says in the folder of Prometheus's files; raises unless it is content."""
    run = subprocess.run(
        [promtool, *arguments],
        cwd=PROMETHEUS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    return run.stdout
