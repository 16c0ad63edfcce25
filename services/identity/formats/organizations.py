"""Reads a state's list of schools and districts in the format its jurisdiction file describes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from chassis.calendar import day_in
from services.identity.formats.table import Row, Table
from services.identity.jurisdiction import OrganizationFormat


@dataclass(frozen=True, kw_only=True)
class OrganizationEntry:
    """One organization of the list; `district_number` is None for a district itself."""

    state_number: str
    name: str
    district_number: str | None = None
    nces_number: str | None = None
    lowest_grade: str | None = None
    highest_grade: str | None = None
    closed_on: date | None = None


@dataclass(frozen=True)
class _Version:
    """One row: the organization, its district, and the row's year."""

    entry: OrganizationEntry
    district: OrganizationEntry
    year: int


def read_organizations(
    path: Path, form: OrganizationFormat, school_year_begins: str
) -> list[OrganizationEntry]:
    """The districts, then the schools, each from its newest row; raises `FileRefused`.

    An organization missing from the file's newest year closed when its last school year ended.
    """
    table = Table(path, form.needed_columns())
    reader = _Reader(table, form)
    versions = [version for row in table.rows() if (version := reader.find_version(row))]
    if not versions and not table.faults:
        table.fault(None, None, "has a header and no rows.")
    table.refuse_if_faulty()
    newest_year = max(version.year for version in versions)
    districts = _newest((version.district, version.year) for version in versions)
    # A district's own row has more than its schools' rows do.
    districts |= _newest(_own_rows(versions))
    schools = _newest(_school_rows(versions))
    return [
        entry if year == newest_year else _closed(entry, day_in(year, school_year_begins))
        for entry, year in (*districts.values(), *schools.values())
    ]


def _own_rows(versions: Iterable[_Version]) -> Iterator[tuple[OrganizationEntry, int]]:
    return (
        (version.entry, version.year)
        for version in versions
        if version.entry.district_number is None
    )


def _school_rows(versions: Iterable[_Version]) -> Iterator[tuple[OrganizationEntry, int]]:
    return (
        (version.entry, version.year)
        for version in versions
        if version.entry.district_number is not None
    )


def _newest(
    entries: Iterable[tuple[OrganizationEntry, int]],
) -> dict[str, tuple[OrganizationEntry, int]]:
    """The newest entry for each number, with the NCES number of an older row if it has none."""
    newest: dict[str, tuple[OrganizationEntry, int]] = {}
    for entry, year in entries:
        previous, previous_year = newest.get(entry.state_number, (entry, year))
        first, last = (entry, previous) if year > previous_year else (previous, entry)
        nces_number = first.nces_number or last.nces_number
        newest[entry.state_number] = (
            replace(first, nces_number=nces_number),
            max(year, previous_year),
        )
    return newest


def _closed(entry: OrganizationEntry, next_year_begins: date) -> OrganizationEntry:
    return replace(entry, closed_on=next_year_begins - timedelta(days=1))


class _Reader:
    """Turns rows into versions, recording faults in the table."""

    def __init__(self, table: Table, form: OrganizationFormat) -> None:
        self._table = table
        self._form = form
        self._seen: dict[tuple[str, int], int] = {}

    def find_version(self, row: Row) -> _Version | None:
        """The row's version, or None if the row has faults."""
        before, form, columns = len(self._table.faults), self._form, self._form.columns
        number = self._match(row, columns.state_number, form.state_number)
        name, district_name = (
            self._filled(row, columns.name),
            self._filled(row, columns.district_name),
        )
        nces = self._match(row, columns.nces_number, form.nces_number, is_optional=True)
        year = self._match(row, columns.year, form.year)
        lowest, highest = self._grades(row)
        if number:
            self._refuse_repetition(row, number[0], int(year[1]) if year else 0)
        if number is None or len(self._table.faults) > before:
            return None
        district = OrganizationEntry(
            state_number=number.expand(form.district_state_number),
            name=district_name,
            nces_number=nces.expand(form.district_nces_number) if nces else None,
        )
        is_district = columns.type and row.cells[columns.type] in form.district_types
        entry = OrganizationEntry(
            state_number=number[0],
            name=name,
            district_number=None if is_district else district.state_number,
            nces_number=nces[0] if nces else None,
            lowest_grade=lowest,
            highest_grade=highest,
        )
        return _Version(entry, district, int(year[1]) if year else 0)

    def _refuse_repetition(self, row: Row, number: str, year: int) -> None:
        first = self._seen.setdefault((number, year), row.number)
        if first != row.number:
            of_year = " of the same year" if year else ""
            self._table.fault(
                row.number,
                self._form.columns.state_number,
                f'"{number}" is already in row {first}{of_year}.',
            )

    def _filled(self, row: Row, column: str) -> str:
        if not row.cells[column]:
            self._table.fault(row.number, column, "is empty.")
        return row.cells[column]

    def _match(
        self,
        row: Row,
        column: str | None,
        pattern: re.Pattern[str] | None,
        *,
        is_optional: bool = False,
    ) -> re.Match[str] | None:
        if column is None or pattern is None or (is_optional and not row.cells[column]):
            return None
        match = pattern.fullmatch(row.cells[column])
        if match is None:
            self._table.fault(
                row.number,
                column,
                f'"{row.cells[column][:40]}" does not have the format of this column.',
            )
        return match

    def _grades(self, row: Row) -> tuple[str | None, str | None]:
        if self._form.offered_grades:
            return self._offered(row)
        columns = self._form.columns
        return (
            self._grade(row, columns.lowest_grade, self._form.lowest_grades),
            self._grade(row, columns.highest_grade, self._form.highest_grades),
        )

    def _grade(self, row: Row, column: str | None, codes: Mapping[str, str] | None) -> str | None:
        if column is None or codes is None:
            return None
        written = row.cells[column]
        if written not in codes:
            self._table.fault(row.number, column, f'"{written[:40]}" is not a recognized grade.')
        return codes.get(written) or None

    def _offered(self, row: Row) -> tuple[str | None, str | None]:
        for column, _ in self._form.offered_grades:
            if row.cells[column] not in ("0", "1", ""):
                self._table.fault(row.number, column, "must be 1 (offered) or 0.")
        codes = [code for column, code in self._form.offered_grades if row.cells[column] == "1"]
        return (codes[0], codes[-1]) if codes else (None, None)
