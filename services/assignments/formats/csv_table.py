"""Reads one CSV file strictly (RFC 4180, UTF-8, one record per line) and records its faults.

A line that cannot be read is recorded and skipped; the rest of the file is still read.
"""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from difflib import get_close_matches
from io import BytesIO
from operator import itemgetter

from chassis.i18n.text import Translatable, translatable
from services.assignments.domain.faults import FaultList
from services.assignments.formats.rules import EMPTY, NOT_A_BOOLEAN, NOT_A_DATE

BOM = b"\xef\xbb\xbf"
CONTROL_BYTES = bytes({*range(0x20), 0x7F} - {*b"\t\r\n"})
_CONTROL = re.compile("[" + re.escape(CONTROL_BYTES.decode()) + "]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_COLUMNS_COMPARED = 200
_BOOLEANS = ("true", "false")  # in any case: spreadsheets write TRUE
_SAVE_AS_UTF8 = translatable('In a spreadsheet, save the file as "CSV UTF-8 (comma delimited)".')
_EXPORT_AGAIN = translatable("Export the file again; it must have every column of the format.")


class CsvTable:
    """A CSV file; only `columns` (two or more) are read, in that order.

    `content` is None for a missing file, which has no rows.
    `complete` is True, once the rows were read, if there were any and none was skipped.
    """

    def __init__(
        self, file: str, columns: tuple[str, ...], content: bytes | None, faults: FaultList
    ) -> None:
        self.file = file
        self.complete = False
        self._columns = columns
        self._content = content
        self._faults = faults
        self._header: list[str] = []

    def fault(
        self,
        row: int | None,
        column: str | None,
        value: str | None,
        problem: Translatable,
        cure: Translatable,
    ) -> None:
        """Record a fault of this file."""
        self._faults.add(self.file, row, column, value, problem, cure)

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield each row's number, as in a spreadsheet, and its values in `columns`."""
        if self._content is None:
            return
        lines = self._lines(self._content.removeprefix(BOM))
        header_row, header = next(lines, (0, None))
        if not header_row:
            self.fault(
                None,
                None,
                None,
                translatable("is empty"),
                translatable("Export it again, with its header and rows."),
            )
        if header is None or not self._is_good_header(header_row, header):
            return
        self._header = header
        width = len(header)
        pick = itemgetter(*(header.index(column) for column in self._columns))
        row, unread = header_row, 0
        for row, fields in lines:
            if fields is None:
                unread += 1
            elif len(fields) != width:
                unread += 1
                self._record_width(row, fields)
            else:
                yield row, pick(fields)
        if row == header_row:
            self.fault(
                None,
                None,
                None,
                translatable("has a header and no rows"),
                translatable("Export it again, with rows."),
            )
        self.complete = unread == 0 and row > header_row

    def _lines(self, content: bytes) -> Iterator[tuple[int, list[str] | None]]:
        """Yield the fields of each line that is not blank, or None for an unreadable line."""
        has_control = len(content.translate(None, CONTROL_BYTES)) < len(content)
        for row, raw in enumerate(BytesIO(content), 1):
            try:
                line = raw.decode()
            except UnicodeDecodeError as error:
                self._record_byte(row, raw, error.start)
                yield row, None
                continue
            line = line.removesuffix("\n").removesuffix("\r")
            if "\r" in line:
                self._record_bare_return(row, line)
                yield row, None
            elif has_control and (control := _CONTROL.search(line)):
                self._record_control(row, line, control)
                yield row, None
            elif line:
                yield row, self._fields(row, line)

    def _fields(self, row: int, line: str) -> list[str] | None:
        try:
            return next(csv.reader((line,), strict=True))
        except csv.Error as error:
            column = None
            if "unexpected end" in str(error):
                column = self._column_at(line, len(line))
                problem = translatable("a quotation mark is opened and not closed on the same line")
                cure = translatable("Close it; remove any line break inside the field.")
            else:
                problem = translatable("cannot be read as CSV ({error})", error=str(error))
                cure = translatable(
                    'Put the field in quotation marks, and double any quotation mark inside it: "".'
                )
            self.fault(row, column, None, problem, cure)
            return None

    def _is_good_header(self, row: int, header: list[str]) -> bool:
        twice = [name for name, times in Counter(header).items() if times > 1 and name]
        for name in twice:
            problem, cure = (
                translatable("is in the header more than once"),
                translatable("Remove or rename one of them."),
            )
            self.fault(row, name, None, problem, cure)
        missing = [column for column in self._columns if column not in header]
        others = {
            name.casefold(): name
            for name in header[:_MAX_COLUMNS_COMPARED]
            if name not in self._columns
        }
        for column in missing:
            nearest = get_close_matches(column.casefold(), others, n=1, cutoff=0.8)
            if nearest:
                name = others[nearest[0]]
                problem, cure = (
                    translatable("is not this column's name"),
                    translatable("Rename the header to {column}.", column=column),
                )
                self.fault(row, column, name, problem, cure)
            else:
                self.fault(
                    row, column, None, translatable("is missing from the header"), _EXPORT_AGAIN
                )
        return not twice and not missing

    def _record_width(self, row: int, fields: list[str]) -> None:
        width = len(self._header)
        column = self._header[len(fields)] if len(fields) < width else None
        words = (
            translatable("has too few fields: {fields}, and the header has {width}")
            if len(fields) < width
            else translatable("has too many fields: {fields}, and the header has {width}")
        )
        problem = translatable(words, fields=len(fields), width=width)
        cure = translatable(
            "Put a field that contains a comma in quotation marks; do not leave any field out."
        )
        self.fault(row, column, None, problem, cure)

    def _record_byte(self, row: int, raw: bytes, position: int) -> None:
        line = raw.decode(errors="replace")
        column = self._column_at(line, len(raw[:position].decode()))
        problem = translatable(
            "has the byte 0x{byte}, which is not UTF-8", byte=f"{raw[position]:02X}"
        )
        self.fault(row, column, None, problem, _SAVE_AS_UTF8)

    def _record_bare_return(self, row: int, line: str) -> None:
        column = self._column_at(line, line.index("\r"))
        problem = translatable(
            "a line ends in a carriage return alone, as on old Macintosh computers"
        )
        cure = translatable("Save the file with Windows (CR LF) or Unix (LF) line endings.")
        self.fault(row, column, None, problem, cure)

    def _record_control(self, row: int, line: str, control: re.Match[str]) -> None:
        column = self._column_at(line, control.start())
        problem = translatable(
            "contains an invisible control character (code {code})", code=ord(control[0])
        )
        self.fault(row, column, None, problem, translatable("Retype this field."))

    def _column_at(self, line: str, position: int) -> str | None:
        """Return the column of a character in a line, or None if it cannot be determined."""
        try:
            before = next(csv.reader((line[:position],)), [])
        except csv.Error:
            return None
        index = max(len(before) - 1, 0)
        names = self._header or line.splitlines()[0].split(",")
        return (names[index] or None) if index < len(names) else None

    def require(self, row: int, column: str, value: str) -> str:
        """Return the stripped value, recording a fault if it is empty."""
        value = value.strip()
        if not value:
            self.fault(row, column, None, *EMPTY)
        return value

    def parse_date(self, row: int, column: str, value: str) -> date | None:
        """Return the date written YYYY-MM-DD; None if empty, or if invalid, which is a fault."""
        value = value.strip()
        if not value:
            return None
        try:
            if _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.fault(row, column, value, *NOT_A_DATE)
        return None

    def parse_boolean(self, row: int, column: str, value: str) -> bool:
        """Return whether the field is true; empty is false, and so is invalid, which is a fault."""
        if value and value.lower() not in _BOOLEANS:
            self.fault(row, column, value, *NOT_A_BOOLEAN)
        return value.lower() == "true"

    def require_one_of(self, row: int, column: str, value: str, allowed: Collection[str]) -> None:
        """Record a fault unless the value is allowed."""
        if value not in allowed:
            cure = translatable("Write one of: {allowed}.", allowed=", ".join(sorted(allowed)))
            self.fault(
                row, column, value, translatable("is not an allowed value for this column"), cure
            )
