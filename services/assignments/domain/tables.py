"""The base class of the service's tables."""

from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase

from chassis.storage.tables import service_metadata


class Base(DeclarativeBase):
    """The tables of the assignments service."""

    metadata = service_metadata()


def table_of(kind: type[Base]) -> Table:
    """The table of a mapped class."""
    assert isinstance(kind.__table__, Table)
    return kind.__table__
