"""Splits the lines of a flat assignment file into cells, in bulk if the file is regular.

Other files are read line by line, by the strict reader that records each fault.
"""

import csv
from collections import Counter

import polars as pl

from services.assignments.domain.faults import FaultList
from services.assignments.formats.csv_table import BOM, CONTROL_BYTES, CsvTable
from services.assignments.formats.flat_columns import BLANKS, NAMES

_MAX_COLUMNS = 200
_SCHEMA = {"row": pl.UInt32, **dict.fromkeys(NAMES, pl.String)}


def read_cells(content: bytes, file: str, faults: FaultList) -> pl.DataFrame:
    """The stripped text of each row's cells, and the row's number.

    The number is the spreadsheet's; blank lines are skipped.
    Unreadable lines are recorded as faults and left out.
    """
    cells = _split(content)
    if cells is None:
        cells = _read_strictly(content, file, faults)
    return cells.with_columns(pl.col(NAMES).str.strip_chars(BLANKS))


def _read_strictly(content: bytes, file: str, faults: FaultList) -> pl.DataFrame:
    rows = CsvTable(file, NAMES, content, faults).rows()
    return pl.DataFrame([(row, *cells) for row, cells in rows], schema=_SCHEMA, orient="row")


def _split(content: bytes) -> pl.DataFrame | None:
    """The cells of a file in which every line is readable; None for any other."""
    lines = _lines(content)
    if lines is None or lines.height < 2:
        return None
    header = _fields([lines["line"][0]])
    if header is None or not _is_good_header(header[0]):
        return None
    is_quoted = pl.col("line").str.contains('"', literal=True)
    rows = lines.slice(1)
    plain = _split_at_commas(rows.filter(~is_quoted), header[0])
    quoted = _split_quoted(rows.filter(is_quoted), header[0])
    if plain is None or quoted is None:
        return None
    return pl.concat([plain, quoted]).sort("row") if quoted.height else plain


def _lines(content: bytes) -> pl.DataFrame | None:
    if len(content.translate(None, CONTROL_BYTES)) < len(content):
        return None
    try:
        text = content.removeprefix(BOM).decode()
    except UnicodeDecodeError:
        return None
    lines = (
        pl.DataFrame({"line": [text]}, schema={"line": pl.String})
        .select(pl.col("line").str.split("\n"))
        .explode("line")
        .with_row_index("row", offset=1)
        .with_columns(pl.col("line").str.strip_suffix("\r"))
        .filter(pl.col("line") != "")
    )
    has_bare_return = lines["line"].str.contains("\r", literal=True).any()
    return None if has_bare_return else lines


def _is_good_header(header: list[str]) -> bool:
    times = Counter(header)
    is_repeated = any(count > 1 for name, count in times.items() if name)
    return len(header) <= _MAX_COLUMNS and not is_repeated and times.keys() >= set(NAMES)


def _split_at_commas(lines: pl.DataFrame, header: list[str]) -> pl.DataFrame | None:
    width = len(header)
    # One field more than expected, to detect lines with too many.
    fields = lines.select("row", pl.col("line").str.split_exact(",", width)).unnest("line")
    first_missing, one_too_many = fields[f"field_{width - 1}"], fields[f"field_{width}"]
    if first_missing.null_count() or one_too_many.null_count() < fields.height:
        return None
    return fields.select(
        "row", *(pl.col(f"field_{header.index(name)}").alias(name) for name in NAMES)
    )


def _split_quoted(lines: pl.DataFrame, header: list[str]) -> pl.DataFrame | None:
    rows = _fields(lines["line"].to_list())
    # An unclosed quotation mark would have absorbed the next line.
    if rows is None or len(rows) != lines.height or any(len(row) != len(header) for row in rows):
        return None
    places = [header.index(name) for name in NAMES]
    columns = {
        name: [row[place] for row in rows] for name, place in zip(NAMES, places, strict=True)
    }
    return pl.DataFrame({"row": lines["row"], **columns}, schema=_SCHEMA)


def _fields(lines: list[str]) -> list[list[str]] | None:
    try:
        return list(csv.reader(lines, strict=True))
    except csv.Error:
        return None
