"""Set-based merge of a district's newest report into a table."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Insert,
    Table,
    Text,
    Update,
    Uuid,
    cast,
    exists,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from chassis.ids import new_id
from chassis.storage.database import insert_ignoring_repetition
from services.assignments.usecases.staging import staged


@dataclass(frozen=True)
class Scope:
    """The district and school year whose rows are replaced, and the day."""

    organization_id: UUID
    school_year: str
    today: date


def merge(session: Session, table: Table, scope: Scope, reported: pl.DataFrame) -> None:
    """Replace the district's rows with the reported ones, matched by `source_id`.

    Unchanged rows are not written; rows missing from their school year's report are ended.
    """
    key = table.primary_key.columns[0].name
    new_ids = pl.Series(key, [new_id().hex for _ in range(reported.height)], pl.String)
    reported = reported.select(new_ids, pl.all())
    columns = [Column(name, table.c[name].type) for name in reported.columns]
    with staged(session, table.name, columns, reported, "source_id") as given:
        session.execute(_change(table, scope, given))
        session.execute(_add(insert_ignoring_repetition(session, table), scope, given))
        session.execute(_end(table, scope, given))


def ids_of(session: Session, table: Table, scope: Scope) -> dict[str, str]:
    """The ids, as text, of all the district's rows in a table, by `source_id`."""
    key = cast(table.primary_key.columns[0], Text)
    ids = select(table.c.source_id, key).where(_of_district(table, scope))
    return dict(session.execute(ids).all())


def _values(scope: Scope, given: Table) -> dict[str, ColumnElement[Any]]:
    """The columns that a report may change."""
    key = given.columns[0].name
    reported = {column.name: column for column in given.c if column.name not in (key, "source_id")}
    return {**reported, "school_year": literal(scope.school_year)}


def _change(table: Table, scope: Scope, given: Table) -> Update:
    values = _values(scope, given)
    is_changed = [
        _comparable(table.c[name]).is_distinct_from(_comparable(value))
        for name, value in values.items()
    ]
    is_same = table.c.source_id == given.c.source_id
    return update(table).where(_of_district(table, scope), is_same, or_(*is_changed)).values(values)


def _add(insertion: Insert, scope: Scope, given: Table) -> Insert:
    row = {
        given.columns[0].name: given.columns[0],
        "source_id": given.c.source_id,
        "organization_id": literal(scope.organization_id, Uuid()),
        **_values(scope, given),
    }
    # Without a WHERE, SQLite parses ON CONFLICT as part of a join.
    return insertion.from_select(list(row), select(*row.values()).where(true()))


def _end(table: Table, scope: Scope, given: Table) -> Update:
    is_current = table.c.ended_on.is_(None) & (table.c.school_year == scope.school_year)
    is_reported = exists().where(given.c.source_id == table.c.source_id)
    gone = update(table).where(_of_district(table, scope), is_current, ~is_reported)
    return gone.values(ended_on=scope.today)


def _of_district(table: Table, scope: Scope) -> ColumnElement[bool]:
    return table.c.organization_id == scope.organization_id


def _comparable(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value in a comparable form: PostgreSQL cannot compare JSON."""
    return cast(value, Text) if isinstance(value.type, JSON) else value
