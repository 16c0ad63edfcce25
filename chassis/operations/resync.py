"""Resync: rebuild local replicas from their owners' next events.

For replicas that a bug or a manual change in the database has corrupted.
The service keeps working with its current rows; run `republish` on the owners afterward.
"""

from collections.abc import Iterator

from sqlalchemy import MetaData, Table, delete, func, select, update
from sqlalchemy.orm import Session

from chassis.storage import audit
from chassis.storage.replicas import REPLICA_OF
from chassis.storage.tables import INBOX


def resync(session: Session, metadata: MetaData) -> dict[str, int]:
    """Make every replica accept any version, and forget that its facts were handled.

    Returns the number of pending rows by table.
    """
    for table in _replicas(metadata):
        session.execute(update(table).values(version=0))
        session.execute(delete(INBOX).where(INBOX.c.topic.in_(table.info[REPLICA_OF])))
    pending = replicas_pending(session, metadata)
    audit.record_entry(session, "replicas to be resynced", "replicas", after=dict(pending))
    return pending


def replicas_pending(session: Session, metadata: MetaData) -> dict[str, int]:
    """How many rows of each replica their owners have not announced since `resync`."""
    return {
        table.name: session.scalar(
            select(func.count()).select_from(table).where(table.c.version == 0)
        )
        or 0
        for table in _replicas(metadata)
    }


def _replicas(metadata: MetaData) -> Iterator[Table]:
    return (table for table in metadata.sorted_tables if REPLICA_OF in table.info)
