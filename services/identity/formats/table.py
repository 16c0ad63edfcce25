"""Reads a CSV file (RFC 4180, UTF-8) by column name and reports its faults."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput


@dataclass(frozen=True)
class Fault:
    """One fault in a file; `row` is the spreadsheet row, with the header as row 1."""

    file: str
    problem: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        row = "" if self.row is None else f", row {self.row}"
        column = "" if self.column is None else f", column {self.column}"
        return f"{self.file}{row}{column}: {self.problem}"


class FileRefused(InvalidInput):
    """A file has faults, so nothing was imported; `faults` has every one."""

    title = translatable("The file was not imported")
    advice = translatable("Correct the file and import it again. Nothing was imported from it.")

    def __init__(self, faults: Collection[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [str(fault) for fault in faults]
        text = "\n".join(lines)
        super().__init__({"file": lines}, translatable(text))


class Row(NamedTuple):
    """One row: its number in the file and its cells by column, stripped of blanks."""

    number: int
    cells: Mapping[str, str]


class Table:
    """A CSV file; reads only `columns` and collects row faults in `faults`.

    Raises `FileRefused` at once for a file that cannot be read as a table.
    """

    def __init__(self, path: Path, columns: Collection[str]) -> None:
        self.file = path.name
        self.faults: list[Fault] = []
        self._columns = columns
        self._lines = self._read(path)
        self._header = [name.strip() for name in self._lines.pop(0)] if self._lines else []
        self._check_header()

    def rows(self) -> Iterator[Row]:
        """Each row that has a cell for every column; skips blank lines."""
        for number, line in enumerate(self._lines, 2):
            if not line:
                continue
            if len(line) != len(self._header):
                self.fault(number, None, f"has {len(line)} cells instead of {len(self._header)}.")
                continue
            row = Row(number, dict(zip(self._header, map(str.strip, line), strict=True)))
            if self._is_readable(row):
                yield row

    def fault(self, row: int | None, column: str | None, problem: str) -> None:
        """Record a fault and read on, so that all faults are reported at once."""
        self.faults.append(Fault(self.file, problem, row, column))

    def refuse_if_faulty(self) -> None:
        """Raise `FileRefused` if a fault was recorded."""
        if self.faults:
            raise FileRefused(sorted(self.faults, key=lambda fault: fault.row or 0))

    def _read(self, path: Path) -> list[list[str]]:
        try:
            # Bytes that are not UTF-8 become lone surrogates, which locate their row and column.
            text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
        except OSError as error:
            self.fault(None, None, f"cannot be read: {error.strerror}.")
            raise FileRefused(self.faults) from error
        lines: list[list[str]] = []
        try:
            lines += csv.reader(StringIO(text, newline=""), strict=True)
        except csv.Error as error:
            self.fault(len(lines) + 1, None, f"cannot be read as CSV: {error}.")
            raise FileRefused(self.faults) from error
        return lines

    def _check_header(self) -> None:
        for column in self._columns:
            if self._header.count(column) != 1:
                problem = "there are two columns" if column in self._header else "has no column"
                self.fault(1, column, f"{problem} with this name.")
        self.refuse_if_faulty()

    def _is_readable(self, row: Row) -> bool:
        unreadable = [name for name in self._columns if not row.cells[name].isprintable()]
        for name in unreadable:
            self.fault(
                row.number, name, "contains a character that is not text. Save the file as UTF-8."
            )
        return not unreadable
