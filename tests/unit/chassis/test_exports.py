"""A list as a file: the same values in each format, and no formula in any."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from chassis.worklist import export
from chassis.worklist.export import Column, Export, ExportFormat, Row, TooLongForSheet, neutral

COLUMNS = (Column("name", "Name"), Column("count", "Count"), Column("due", "Due"))
MOMENT = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def listed(*rows: Row) -> Export:
    return Export("list", COLUMNS, rows, ZoneInfo("America/New_York"))


def written(folder: Path, kind: ExportFormat, *rows: Row) -> Path:
    path = folder / f"list.{kind}"
    listed(*rows).write(path, kind)
    return path


def in_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def in_sheet(path: Path) -> list[list[str]]:
    """The texts of a sheet's cells, and `=` before any that is a formula."""
    with ZipFile(path) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [[_cell(cell) for cell in row] for row in sheet.iter(f"{SHEET}row")]


def _cell(cell: Any) -> str:
    mark = "=" if cell.find(f"{SHEET}f") is not None else ""
    return mark + "".join(cell.itertext())


def test_each_format_has_the_same_values(tmp_path: Path) -> None:
    row = ('Máire O\N{RIGHT SINGLE QUOTATION MARK}Hara, "Jr."', 12, date(2026, 12, 1))

    assert in_csv(written(tmp_path, ExportFormat.CSV, row)) == [
        ["Name", "Count", "Due"],
        [row[0], "12", "2026-12-01"],
    ]
    assert json.loads(written(tmp_path, ExportFormat.JSON, row).read_text("utf-8")) == [
        {"name": row[0], "count": 12, "due": "2026-12-01"}
    ]
    # A sheet counts days from the end of 1899.
    days = (date(2026, 12, 1) - date(1899, 12, 30)).days
    assert in_sheet(written(tmp_path, ExportFormat.XLSX, row)) == [
        ["Name", "Count", "Due"],
        [row[0], "12", str(days)],
    ]


def test_a_moment_is_that_of_the_states_clock(tmp_path: Path) -> None:
    row = ("A", None, MOMENT)

    assert in_csv(written(tmp_path, ExportFormat.CSV, row))[1] == ["A", "", "2026-11-21 22:30:00"]
    [told] = json.loads(written(tmp_path, ExportFormat.JSON, row).read_text())
    assert told == {"name": "A", "count": None, "due": "2026-11-21T22:30:00-05:00"}
    assert in_sheet(written(tmp_path, ExportFormat.XLSX, row))[1][-1].startswith("46347.9375")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        '=HYPERLINK("http://x.example", "Click")',
        "\N{FULLWIDTH EQUALS SIGN}1",
        "\N{FULLWIDTH PLUS SIGN}1",
    ],
)
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    assert in_csv(written(tmp_path, ExportFormat.CSV, (text, -1, None)))[1] == [
        f"'{text}",
        "-1",
        "",
    ]
    sheet = in_sheet(written(tmp_path, ExportFormat.XLSX, (text, -1, None)))
    assert not any(cell.startswith("==") for row in sheet for cell in row)
    assert "=" not in [cell[:1] for cell in sheet[1] if cell != text]
    [told] = json.loads(written(tmp_path, ExportFormat.JSON, (text, -1, None)).read_text())
    assert told["name"] == text


@pytest.mark.parametrize("text", ["O'Hara", "a=b", "12", "", "A-100001", "'quoted'"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


def test_an_empty_list_is_a_file_too(tmp_path: Path) -> None:
    assert in_csv(written(tmp_path, ExportFormat.CSV)) == [["Name", "Count", "Due"]]
    assert in_sheet(written(tmp_path, ExportFormat.XLSX)) == [["Name", "Count", "Due"]]
    assert json.loads(written(tmp_path, ExportFormat.JSON).read_text()) == []


def test_a_list_that_no_sheet_holds_is_refused_for_a_sheet_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 3)
    rows = [("A", number, None) for number in range(4)]

    with pytest.raises(TooLongForSheet):
        listed(*rows).write(tmp_path / "list.xlsx", ExportFormat.XLSX)
    listed(*rows).write(tmp_path / "list.csv", ExportFormat.CSV)
    assert len(in_csv(tmp_path / "list.csv")) == 5


def test_a_text_that_no_cell_holds_is_cut_there(tmp_path: Path) -> None:
    long = "x" * (export.LONGEST_TEXT + 1)

    sheet = in_sheet(written(tmp_path, ExportFormat.XLSX, (long, 1, None)))

    assert len(sheet[1][0]) == export.LONGEST_TEXT


def test_rows_are_asked_for_one_by_one(tmp_path: Path) -> None:
    """A list of any length takes no more memory than its longest row."""
    asked = []

    def rows() -> Any:
        for number in range(3):
            asked.append(number)
            yield ("A", number, None)

    for kind in ExportFormat:
        asked.clear()
        Export("list", COLUMNS, rows(), ZoneInfo("UTC")).write(tmp_path / f"x.{kind}", kind)
        assert asked == [0, 1, 2]
