"""Reads the legacy system's persons; faults never repeat a Social Security number."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from services.identity.adapters.vault import parse_ssn
from services.identity.domain.ssn import InvalidSsn, SocialSecurityNumber
from services.identity.formats.table import Row, Table

COLUMNS = (
    "educator_number",
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "former_last_names",
    "birth_date",
    "ssn",
)
_NEEDED = ("educator_number",)
LONGEST = {
    "educator_number": 20,
    "first_name": 60,
    "middle_name": 60,
    "last_name": 60,
    "suffix": 20,
}
"""The maximum number of characters in each cell."""


@dataclass(frozen=True, kw_only=True)
class PersonEntry:
    """One person of the file."""

    row: int
    educator_number: str
    first_name: str
    middle_name: str | None
    last_name: str
    suffix: str | None
    former_last_names: tuple[str, ...]
    birth_date: date
    ssn: SocialSecurityNumber = field(repr=False)


def read_persons(table: Table, today: date) -> list[PersonEntry]:
    """The persons whose rows are valid; faults in other rows are recorded in `table`."""
    return [entry for row in table.rows() if (entry := _find_entry(table, row, today))]


def open_table(path: Path) -> Table:
    """The file as a table; raises `FileRefused` if it cannot be read as one."""
    return Table(path, COLUMNS)


def _find_entry(table: Table, row: Row, today: date) -> PersonEntry | None:
    before, cells = len(table.faults), row.cells
    for column in _NEEDED:
        if not cells[column]:
            table.fault(row.number, column, "is empty.")
    if not cells["first_name"] and not cells["last_name"]:
        table.fault(row.number, "last_name", "is empty.")
    for column, length in LONGEST.items():
        if len(cells[column]) > length:
            table.fault(row.number, column, f"is longer than {length} characters.")
    birth_date, ssn = _birth_date(table, row, today), _ssn(table, row)
    if birth_date is None or ssn is None or len(table.faults) > before:
        return None
    former = (name.strip() for name in cells["former_last_names"].split("|"))
    return PersonEntry(
        row=row.number,
        educator_number=cells["educator_number"],
        # Who has one name has it as the last name, in whichever column it was.
        first_name=cells["first_name"] if cells["last_name"] else "",
        middle_name=cells["middle_name"] or None,
        last_name=cells["last_name"] or cells["first_name"],
        suffix=cells["suffix"] or None,
        former_last_names=tuple(name for name in former if name),
        birth_date=birth_date,
        ssn=ssn,
    )


def _birth_date(table: Table, row: Row, today: date) -> date | None:
    try:
        # A calendar date has no time zone.
        day = datetime.strptime(row.cells["birth_date"], "%m/%d/%Y").date()  # noqa: DTZ007
    except ValueError:
        table.fault(row.number, "birth_date", "is not a date such as 04/28/1986.")
        return None
    if not 1900 <= day.year <= today.year:
        table.fault(row.number, "birth_date", "is not a plausible date of birth.")
        return None
    return day


def _ssn(table: Table, row: Row) -> SocialSecurityNumber | None:
    try:
        return parse_ssn(row.cells["ssn"])
    except InvalidSsn as error:
        table.fault(row.number, "ssn", str(error))
        return None
