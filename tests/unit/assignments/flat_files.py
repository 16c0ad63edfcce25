"""Flat assignment files for tests: a right one to be spoiled, and large ones made by chance."""

import csv
import random
from collections.abc import Iterator
from io import StringIO

import polars as pl

from services.assignments.formats.flat_columns import COLUMNS, NAMES

POPULATIONS = ("general", "moderate_severe", "hearing")
RIGHT = {column.name: column.example for column in COLUMNS}

FAULTS: dict[str, tuple[str, ...]] = {
    "district_number": ("", "16/5", "№ 165", "1" * 41),
    "school_number": ("165/010", " - ", "é"),
    "staff_number": ("", "\N{NO-BREAK SPACE}", "200,1", ".5"),
    "first_name": ("x" * 201,),
    "last_name": ("", "\t"),
    "course_code": ("", "30/2601", "{302601}"),
    "course_title": ("", "y" * 201),
    "section": ("#2", "2/3"),
    "subject": ("z" * 201,),
    "population": ("everybody", "General", "general,hearing"),
    "lowest_grade": ("", "14", "first", "0", "009"),
    "highest_grade": ("", "K-5", "UG", "-1", "KG"),
    "students": ("", "-1", "27.5", "1,200", "10000", "٣"),
    "hours": ("", "0", "8785", "1e3", "175 h"),
    "begins_on": ("", "8/15/2026", "2026-02-29", "2026-8-15", "0000-01-01", "2026-08-15T00:00"),
    "ends_on": ("", "2027-13-01", "2026-08-14", "20270528"),
    "primary": ("", "yes", "1", "tRUE"),
}
"""Values that a cell of the column may not have next to the right ones of its row."""


def flat_file(*rows: dict[str, str], names: tuple[str, ...] = NAMES) -> bytes:
    """A file with these rows, each told by how it differs from the right one."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([{**RIGHT, **row}.get(name, "") for name in names] for row in rows)
    return text.getvalue().encode()


def spoiled_rows(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Rows of which every tenth or so has one or more faults of any kind."""
    chance = random.Random(seed)
    for number in range(count):
        row = {
            **RIGHT,
            "staff_number": f"2{number:08d}",
            "section": str(number),
            "lowest_grade": chance.choice(("PK", "k", "9", "09")),
            "highest_grade": chance.choice(("09", "12", "12")),
            "population": chance.choice(("", *POPULATIONS)),
        }
        if chance.random() < 0.1:
            for column in chance.sample(NAMES, chance.choice((1, 1, 1, 2, 5))):
                row[column] = chance.choice(FAULTS[column])
        yield row


def cells(rows: list[dict[str, str]]) -> pl.DataFrame:
    """The cells as a file's reader gives them, but with whatever blanks they have."""
    columns = {name: [row[name] for row in rows] for name in NAMES}
    return pl.DataFrame(
        {"row": range(2, len(rows) + 2), **columns},
        schema={"row": pl.UInt32, **dict.fromkeys(NAMES, pl.String)},
    )
