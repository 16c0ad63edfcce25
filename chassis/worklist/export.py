"""A list as a file to work on elsewhere: CSV, a spreadsheet, or JSON.

A list is written to a file before it is sent, so that a slow reader holds no transaction, and
neither its length nor its format decides how much memory it takes.
"""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter

from chassis.i18n.text import translatable
from chassis.problems import RuleBroken

Value = str | int | date | datetime | None
Row = Sequence[Value]


class ExportFormat(StrEnum):
    """The kinds of files that a list can be had as."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.JSON: "application/json",
}


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, and its heading for people."""

    name: str
    heading: str


@dataclass(frozen=True)
class Export:
    """A list: its name, its columns, and its rows, each with a value for every column.

    Moments are written as the clock of `time_zone` shows them, and with their offset in JSON.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    time_zone: ZoneInfo

    def write(self, path: Path, kind: ExportFormat) -> None:
        """Write the file; raises `TooLongForSheet`."""
        _WRITERS[kind](self, path)

    def headings(self) -> list[str]:
        """What stands above the columns."""
        return [column.heading for column in self.columns]


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: what could be one follows an apostrophe.

    OWASP's rule for CSV: `=`, `+`, `-`, `@`, tab and line breaks begin a formula in some program,
    as do their full-width forms.
    """
    return f"'{text}" if text.startswith(_BEGIN_A_FORMULA) else text


_BEGIN_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  # the full-width forms


def _write_csv(export: Export, path: Path) -> None:
    # With its mark, by which spreadsheet programs know that it is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(export.headings())
        for row in export.rows:
            writer.writerow([_in_csv(value, export.time_zone) for value in row])


def _in_csv(value: Value, time_zone: ZoneInfo) -> str | int:
    if isinstance(value, datetime):
        return value.astimezone(time_zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return neutral(value) if isinstance(value, str) else "" if value is None else value


def _write_json(export: Export, path: Path) -> None:
    names = [column.name for column in export.columns]
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, row in enumerate(export.rows):
            values = (_in_json(value, export.time_zone) for value in row)
            fields = dict(zip(names, values, strict=True))
            file.write(",\n" if number else "\n")
            file.write(json.dumps(fields, ensure_ascii=False))
        file.write("\n]\n")


def _in_json(value: Value, time_zone: ZoneInfo) -> str | int | None:
    if isinstance(value, datetime):
        return value.astimezone(time_zone).isoformat()
    return value.isoformat() if isinstance(value, date) else value


MOST_ROWS = 1_048_575
"""The most rows below the headings that a sheet may have."""
LONGEST_TEXT = 32_767
"""The longest text that a cell may have."""


class TooLongForSheet(RuleBroken):
    """A spreadsheet has no room for the list."""

    title = translatable("This list is too long for a spreadsheet")
    advice = translatable("Filter the list, or take it as CSV.")


def _write_xlsx(export: Export, path: Path) -> None:
    options = {
        # A row is written before the next one is asked for.
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, export.headings(), book.add_format({"bold": True}))
        moment_format = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, row in enumerate(export.rows, start=1):
            if number > MOST_ROWS:
                raise TooLongForSheet
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    local = value.astimezone(export.time_zone).replace(tzinfo=None)
                    sheet.write_datetime(number, place, local, moment_format)
                elif isinstance(value, str):
                    sheet.write_string(number, place, value[:LONGEST_TEXT])
                else:
                    sheet.write(number, place, value)


_WRITERS: Mapping[ExportFormat, Callable[[Export, Path], None]] = {
    ExportFormat.CSV: _write_csv,
    ExportFormat.XLSX: _write_xlsx,
    ExportFormat.JSON: _write_json,
}
