"""Loads an HTTP server with wrk, from a file of random paths."""

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).parent / "wrk.lua"
CONNECTIONS = 8


class LoadFailed(Exception):
    """wrk got an error or an answer other than 2xx."""


@dataclass(frozen=True)
class Load:
    """What wrk measured in one round."""

    per_second: float
    p99_milliseconds: float


def write_paths(path: Path, paths: Iterable[str]) -> Path:
    """Write the paths to request, one per line."""
    path.write_text("\n".join(paths) + "\n")
    return path


def drive(base_url: str, paths: Path, seconds: int, seed: int) -> Load:
    """Request the paths over eight connections, starting at a place that the seed chooses.

    Raises `LoadFailed` if any answer is not a 2xx.
    """
    run = subprocess.run(
        [
            *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"),
            *("-s", str(SCRIPT), base_url, "--", str(paths), str(seed)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    output = run.stdout + run.stderr
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", output)
    wrong = re.search(r"(Non-2xx.*|Socket errors.*)", output)
    if run.returncode or wrong or rate is None or p99 is None or not float(rate[1]):
        raise LoadFailed(f"{base_url}: {output}")
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    return Load(float(rate[1]), float(p99[1]) * unit)
