"""The tables of shared work, in the database of each service that has such work."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from chassis.storage.tables import NAMING

WORKLIST = MetaData(naming_convention=NAMING)
"""For `service_metadata(WORKLIST)`."""


class Base(DeclarativeBase):
    """The tables of shared work."""

    metadata = WORKLIST
