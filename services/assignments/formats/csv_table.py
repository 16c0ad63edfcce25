"""Reads one CSV file strictly (RFC 4180, UTF-8, one record a line), noting what is wrong.

A line that cannot be read is told and left out; the rest of the file is read all the same.
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
_MOST_COLUMNS_COMPARED = 200
_BOOLEANS = ("true", "false")  # in any case: spreadsheets write TRUE
_SAVE_AS_UTF8 = translatable('In a spreadsheet, save the file as "CSV UTF-8 (comma delimited)".')
_EXPORT_AGAIN = translatable("Export the file again; it must have every column of the format.")


class CsvTable:
    """A CSV file of which only `columns` (two or more) are read, in the order named.

    `content` is None for a file that is missing; it then has no rows.
    `complete` tells, once the rows were read, that there were some and none was left out.
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
        """Note a fault of this file."""
        self._faults.add(self.file, row, column, value, problem, cure)

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield each row's number, as a spreadsheet shows it, and its values in `columns`."""
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
                self._tell_width(row, fields)
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
        """Yield the fields of each line that is not blank, or None where they cannot be told."""
        has_control = len(content.translate(None, CONTROL_BYTES)) < len(content)
        for row, raw in enumerate(BytesIO(content), 1):
            try:
                line = raw.decode()
            except UnicodeDecodeError as error:
                self._tell_byte(row, raw, error.start)
                yield row, None
                continue
            line = line.removesuffix("\n").removesuffix("\r")
            if "\r" in line:
                self._tell_bare_return(row, line)
                yield row, None
            elif has_control and (control := _CONTROL.search(line)):
                self._tell_control(row, line, control)
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
                problem = translatable("a quotation mark is opened and not closed on its line")
                cure = translatable("Close it; take out any line break inside the field.")
            else:
                problem = translatable("cannot be read as CSV ({error})", error=str(error))
                cure = translatable(
                    'Put the field into quotation marks and write one inside it twice: "".'
                )
            self.fault(row, column, None, problem, cure)
            return None

    def _is_good_header(self, row: int, header: list[str]) -> bool:
        twice = [name for name, times in Counter(header).items() if times > 1 and name]
        for name in twice:
            problem, cure = (
                translatable("stands in the header more than once"),
                translatable("Remove or rename one of them."),
            )
            self.fault(row, name, None, problem, cure)
        missing = [column for column in self._columns if column not in header]
        others = {
            name.casefold(): name
            for name in header[:_MOST_COLUMNS_COMPARED]
            if name not in self._columns
        }
        for column in missing:
            nearest = get_close_matches(column.casefold(), others, n=1, cutoff=0.8)
            if nearest:
                found = others[nearest[0]]
                problem, cure = (
                    translatable("is not this column's name"),
                    translatable("Rename the header to {column}.", column=column),
                )
                self.fault(row, column, found, problem, cure)
            else:
                self.fault(
                    row, column, None, translatable("is missing from the header"), _EXPORT_AGAIN
                )
        return not twice and not missing

    def _tell_width(self, row: int, fields: list[str]) -> None:
        width = len(self._header)
        column = self._header[len(fields)] if len(fields) < width else None
        words = (
            translatable("has too few fields: {fields}, and the header has {width}")
            if len(fields) < width
            else translatable("has too many fields: {fields}, and the header has {width}")
        )
        problem = translatable(words, fields=len(fields), width=width)
        cure = translatable(
            "Put a field that holds a comma into quotation marks; leave no field out."
        )
        self.fault(row, column, None, problem, cure)

    def _tell_byte(self, row: int, raw: bytes, position: int) -> None:
        line = raw.decode(errors="replace")
        column = self._column_at(line, len(raw[:position].decode()))
        problem = translatable(
            "has the byte 0x{byte}, which is not UTF-8", byte=f"{raw[position]:02X}"
        )
        self.fault(row, column, None, problem, _SAVE_AS_UTF8)

    def _tell_bare_return(self, row: int, line: str) -> None:
        column = self._column_at(line, line.index("\r"))
        problem = translatable(
            "a line ends in a carriage return alone, as on old Macintosh computers"
        )
        cure = translatable("Save the file with Windows (CR LF) or Unix (LF) line ends.")
        self.fault(row, column, None, problem, cure)

    def _tell_control(self, row: int, line: str, control: re.Match[str]) -> None:
        column = self._column_at(line, control.start())
        problem = translatable(
            "holds an invisible control character (code {code})", code=ord(control[0])
        )
        self.fault(row, column, None, problem, translatable("Type the field's text anew."))

    def _column_at(self, line: str, position: int) -> str | None:
        """Return the column in which a character of a line stands, as far as can be told."""
        try:
            before = next(csv.reader((line[:position],)), [])
        except csv.Error:
            return None
        index = max(len(before) - 1, 0)
        names = self._header or line.splitlines()[0].split(",")
        return (names[index] or None) if index < len(names) else None

    def require(self, row: int, column: str, value: str) -> str:
        """Return the value without blanks around it, noting a fault if nothing is left."""
        value = value.strip()
        if not value:
            self.fault(row, column, None, *EMPTY)
        return value

    def parse_date(self, row: int, column: str, value: str) -> date | None:
        """Return the date written YYYY-MM-DD; None for an empty field or, noted, a bad one."""
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
        """Return whether the field says true; an empty one does not, nor does, noted, a bad one."""
        if value and value.lower() not in _BOOLEANS:
            self.fault(row, column, value, *NOT_A_BOOLEAN)
        return value.lower() == "true"

    def require_one_of(self, row: int, column: str, value: str, allowed: Collection[str]) -> None:
        """Note a fault unless the value is one of those allowed."""
        if value not in allowed:
            cure = translatable("Write one of: {allowed}.", allowed=", ".join(sorted(allowed)))
            self.fault(
                row, column, value, translatable("is not a value this column may have"), cure
            )
