"""The base of identity's tables."""

from sqlalchemy.orm import DeclarativeBase

from chassis.storage.tables import service_metadata


class Base(DeclarativeBase):
    """The tables of the identity service."""

    metadata = service_metadata()
