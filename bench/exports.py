"""Benchmark: how fast a list becomes a file, against the standard library's bare writers."""

import csv
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.harness import Report, options
from chassis.worklist.export import Column, Export, ExportFormat, Row

COLUMNS = tuple(Column(name, name) for name in ("number", "person", "kind", "settled", "due"))
BARE_CSV, BARE_JSON = "csv: bare", "json: bare"


def main(arguments: Sequence[str]) -> int:
    """Run the rounds, judge, and return the exit code."""
    asked = options(arguments, rounds=5, rows=100_000)
    report = Report("exports")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        contenders = {
            f"{kind}: product": _product(path, kind, asked.rows) for kind in ExportFormat
        } | {
            BARE_CSV: lambda: _per_second(asked.rows, lambda: _bare_csv(path, asked.rows)),
            BARE_JSON: lambda: _per_second(asked.rows, lambda: _bare_json(path, asked.rows)),
        }
        report.interleave(asked.rounds, contenders)
    report.at_least("csv to bare", 0.4, report.ratio("csv: product", BARE_CSV))
    report.at_least("json to bare", 0.4, report.ratio("json: product", BARE_JSON))
    return report.finish()


def _product(path: Path, kind: ExportFormat, rows: int) -> Callable[[], float]:
    def write() -> None:
        Export("list", COLUMNS, _rows(rows), ZoneInfo("America/New_York")).write(path, kind)

    return lambda: _per_second(rows, write)


def _rows(count: int) -> Iterator[Row]:
    for number in range(count):
        yield f"A-{number}", "Wilhelmina Testworthy", "Professional", "3 of 6", date(2027, 6, 30)


def _per_second(rows: int, write: Callable[[], None]) -> float:
    began = time.perf_counter()
    write()
    return rows / (time.perf_counter() - began)


def _bare_csv(path: Path, rows: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(_rows(rows))


def _bare_json(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in _rows(rows):
            file.write(json.dumps(row, default=str) + "\n")
