"""Makes the rows of a table that are a district's those of its newest report, by whole sets."""

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
    """Whose things are replaced, of which school year, and on what day."""

    organization_id: UUID
    school_year: str
    today: date


def merge(session: Session, table: Table, scope: Scope, reported: pl.DataFrame) -> None:
    """Make the district's things those reported, which are known by their `source_id`.

    What did not change is not written; what is gone from its school year has ended.
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
    """The ids, as text, of all the district's things in a table, by `source_id`."""
    key = cast(table.primary_key.columns[0], Text)
    ids = select(table.c.source_id, key).where(_of_district(table, scope))
    return dict(session.execute(ids).all())


def _values(scope: Scope, given: Table) -> dict[str, ColumnElement[Any]]:
    """What a report may change of a thing."""
    key = given.columns[0].name
    told = {each.name: each for each in given.c if each.name not in (key, "source_id")}
    return {**told, "school_year": literal(scope.school_year)}


def _change(table: Table, scope: Scope, given: Table) -> Update:
    values = _values(scope, given)
    is_other = [
        _comparable(table.c[name]).is_distinct_from(_comparable(value))
        for name, value in values.items()
    ]
    is_same = table.c.source_id == given.c.source_id
    return update(table).where(_of_district(table, scope), is_same, or_(*is_other)).values(values)


def _add(insertion: Insert, scope: Scope, given: Table) -> Insert:
    row = {
        given.columns[0].name: given.columns[0],
        "source_id": given.c.source_id,
        "organization_id": literal(scope.organization_id, Uuid()),
        **_values(scope, given),
    }
    # SQLite takes ON CONFLICT for a part of a join unless there is a WHERE.
    return insertion.from_select(list(row), select(*row.values()).where(true()))


def _end(table: Table, scope: Scope, given: Table) -> Update:
    is_current = table.c.ended_on.is_(None) & (table.c.school_year == scope.school_year)
    is_told = exists().where(given.c.source_id == table.c.source_id)
    gone = update(table).where(_of_district(table, scope), is_current, ~is_told)
    return gone.values(ended_on=scope.today)


def _of_district(table: Table, scope: Scope) -> ColumnElement[bool]:
    return table.c.organization_id == scope.organization_id


def _comparable(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value in a form that the database can compare: PostgreSQL cannot compare JSON."""
    return cast(value, Text) if isinstance(value.type, JSON) else value
