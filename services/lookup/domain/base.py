"""The base of a lookup replica's tables."""

from sqlalchemy.orm import DeclarativeBase

from chassis.storage.tables import service_metadata


class Base(DeclarativeBase):
    """The tables of a lookup replica."""

    metadata = service_metadata()
