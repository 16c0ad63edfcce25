"""Learning anew what others told: every copy takes over what its owner announces next.

For copies that a fault or a hand in the database has made wrong; the service goes on meanwhile with
those it has. To be followed by `republish` on the owners.
"""

from collections.abc import Iterator

from sqlalchemy import MetaData, Table, delete, func, select, update
from sqlalchemy.orm import Session

from chassis.storage import audit
from chassis.storage.replicas import TOLD_BY
from chassis.storage.tables import INBOX


def relearn(session: Session, metadata: MetaData) -> dict[str, int]:
    """Forget how new each copy is, and that its facts were heard; returns how many now wait."""
    for table in _copies(metadata):
        session.execute(update(table).values(version=0))
        session.execute(delete(INBOX).where(INBOX.c.topic.in_(table.info[TOLD_BY])))
    waiting = waiting_copies(session, metadata)
    audit.note(session, "copies to be learned anew", "copies", after=dict(waiting))
    return waiting


def waiting_copies(session: Session, metadata: MetaData) -> dict[str, int]:
    """How many copies of each table their owners have not told anew since `relearn`."""
    return {
        table.name: session.scalar(
            select(func.count()).select_from(table).where(table.c.version == 0)
        )
        or 0
        for table in _copies(metadata)
    }


def _copies(metadata: MetaData) -> Iterator[Table]:
    return (table for table in metadata.sorted_tables if TOLD_BY in table.info)
