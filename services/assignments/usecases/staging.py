"""Brings a table of a report into the database at once, beside the tables that are kept."""

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
    """A table of this session only, with all the rows, gone afterwards.

    The columns are named in the order of the rows'; ids are given as text.
    It has an index on `key`.
    """
    table = Table(f"staged_{name}", MetaData(), *columns, prefixes=["TEMPORARY"])
    connection = session.connection()
    table.create(connection)
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    elif rows.height:
        _insert(connection, table, rows)
    # With an index on either side no order of joining is slow, whatever the planner believes of
    # tables that were filled a moment ago.
    Index(f"ix_{table.name}", table.c[key]).create(connection)
    yield table
    table.drop(connection)


def _copy(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    cursor: Any = connection.connection.cursor()
    names = ", ".join(table.c.keys())
    # An empty field is null and a quoted empty one is empty text, to both of them.
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(rows.write_csv(include_header=False))


def _insert(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    plain = rows.with_columns(cs.date().cast(pl.String), cs.boolean().cast(pl.Int8))
    statement = str(table.insert().compile(dialect=connection.dialect))
    connection.exec_driver_sql(statement, plain.rows())
