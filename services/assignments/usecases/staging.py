"""Loads a table of a report into a temporary database table in bulk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
import polars.selectors as cs
from sqlalchemy import Column, Connection, Index, MetaData, Table
from sqlalchemy.orm import Session


@contextmanager
def staged(
    session: Session, name: str, columns: Sequence[Column[Any]], rows: pl.DataFrame, key: str
) -> Iterator[Table]:
    """A temporary table with all the rows, dropped afterwards.

    `columns` are in the order of the rows' columns; ids are text.
    The table has an index on `key`.
    """
    table = Table(f"staged_{name}", MetaData(), *columns, prefixes=["TEMPORARY"])
    connection = session.connection()
    table.create(connection)
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    elif rows.height:
        _insert(connection, table, rows)
    # With an index on both sides every join order is fast, even though the planner has no
    # statistics for a table that was just filled.
    Index(f"ix_{table.name}", table.c[key]).create(connection)
    yield table
    table.drop(connection)


def _copy(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    cursor: Any = connection.connection.cursor()
    names = ", ".join(table.c.keys())
    # Polars and PostgreSQL agree: an empty field is null, a quoted empty field is empty text.
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(rows.write_csv(include_header=False))


def _insert(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    plain = rows.with_columns(cs.date().cast(pl.String), cs.boolean().cast(pl.Int8))
    statement = str(table.insert().compile(dialect=connection.dialect))
    connection.exec_driver_sql(statement, plain.rows())
