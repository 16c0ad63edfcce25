"""The base of certification's mapped classes."""

from sqlalchemy.orm import DeclarativeBase

from chassis.storage.tables import service_metadata
from chassis.worklist.domain import WORKLIST


class Base(DeclarativeBase):
    """The tables of the certification service."""

    metadata = service_metadata(WORKLIST)
