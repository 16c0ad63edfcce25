"""Prometheus's own judge of its files, and what it says of ours."""

import subprocess
from pathlib import Path

from tests.servers.install import ServerUnavailable, providing_command
from tests.servers.processes import find_program

FOLDER = Path(__file__).parents[2] / "deploy/observability"
PROMETHEUS = FOLDER / "prometheus"


def find_promtool() -> Path:
    """Where promtool is; raises `ServerUnavailable`."""
    program = find_program("promtool")
    if program is None:
        elsewhere = "https://prometheus.io/download"
        command = providing_command("prometheus", elsewhere=elsewhere)
        raise ServerUnavailable("promtool", "it is not installed", command)
    return program


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
