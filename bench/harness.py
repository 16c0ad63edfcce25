"""Interleaved rounds, their medians and spread, ratios within a round, and verdicts on targets.

Absolute figures vary with the machine's other load; only the ratio of two contenders of the same
round is meaningful, and only its median over the rounds is compared with a target.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"

Measured = float | Mapping[str, float]
Contender = Callable[[], Measured]


@dataclass(frozen=True)
class Spread:
    """The median of some values, with the lowest and the highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{_short(self.median)} [{_short(self.low)} .. {_short(self.high)}]"


@dataclass(frozen=True)
class Verdict:
    """A target, the measured value, and whether it meets the target."""

    name: str
    bound: str
    measured: Spread
    met: bool


@dataclass
class Report:
    """The results of one benchmark: printed as they come, and written to a file at the end."""

    name: str
    figures: dict[str, list[float]] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    began_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    load_at_begin: float = field(default_factory=lambda: os.getloadavg()[0])

    def interleave(self, rounds: int, contenders: Mapping[str, Contender]) -> None:
        """Measure every contender once per round: A B C A B C …

        A contender returns one figure, or several by name, which are stored as `contender, name`.
        """
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds}", flush=True)
            for contender, measure in contenders.items():
                for name, value in _named(contender, measure()).items():
                    self.figures.setdefault(name, []).append(value)
                    print(f"  {name:<58} {_short(value):>12}", flush=True)

    def ratio(self, name: str, other: str) -> Spread:
        """The ratio of two figures, within each round."""
        pairs = zip(self.figures[name], self.figures[other], strict=True)
        return Spread.of([value / reference for value, reference in pairs])

    def at_least(self, name: str, bound: float, measured: Spread) -> None:
        """Compare the median with a target that it should reach."""
        self._judge(name, f">= {bound:g}", measured, met=measured.median >= bound)

    def at_most(self, name: str, bound: float, measured: Spread) -> None:
        """Compare the median with a target that it should not exceed."""
        self._judge(name, f"<= {bound:g}", measured, met=measured.median <= bound)

    def _judge(self, name: str, bound: str, measured: Spread, *, met: bool) -> None:
        self.verdicts.append(Verdict(name, bound, measured, met))

    def note(self, text: str) -> None:
        """Add a remark that explains the figures."""
        self.notes.append(text)

    def finish(self) -> int:
        """Print the tables, write the file, and return 0 if every target was met, else 1."""
        self._print()
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
        path.write_text(json.dumps({**asdict(self), "machine": machine()}, indent=2) + "\n")
        print(f"\nwritten to {path.relative_to(RESULTS.parents[1])}")
        return 0 if all(verdict.met for verdict in self.verdicts) else 1

    def _print(self) -> None:
        print(f"\n{self.name}: median [min .. max]")
        for name, values in self.figures.items():
            print(f"  {name:<58} {Spread.of(values)}")
        print("\ntargets, on the median of the ratios within each round")
        for verdict in self.verdicts:
            word = "PASS" if verdict.met else "MISS"
            print(f"  {word} {verdict.name:<58} {verdict.bound:<8} {verdict.measured}")
        for note in self.notes:
            print(f"  note: {note}")


def _named(contender: str, measured: Measured) -> dict[str, float]:
    if isinstance(measured, Mapping):
        return {f"{contender}, {name}": value for name, value in measured.items()}
    return {contender: measured}


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def machine() -> dict[str, Any]:
    """The machine that the figures were measured on."""
    return {
        "processors": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": os.getloadavg(),
        "commit": _commit(),
    }


def _commit() -> str:
    run = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=RESULTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout.strip()


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.01) -> None:
    """Return when the condition holds; raises `TimeoutError` after that many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s")
        time.sleep(every)


def options(arguments: Sequence[str], *, rounds: int, **more: int) -> argparse.Namespace:
    """Read `--rounds N` and other whole numbers from a benchmark's command line."""
    parser = argparse.ArgumentParser()
    for name, default in {"rounds": rounds, **more}.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    return parser.parse_args(arguments)
