"""Recovery after a service's database, or another's, was restored from a backup.

The restored service has lost the events it received since the backup: the others `resend` them.
It has also lost what it published since: its versions must be raised above that, and it must not
issue any number twice.
"""

from datetime import datetime

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from chassis.service import Service
from chassis.storage import audit
from chassis.storage.database import Database, Versioned
from chassis.storage.tables import NUMBER_SERIES, OUTBOX

BATCH = 10_000
# More than any one thing changes between two backups, with room for 2,000 restores.
LEAP = 1_000_000


def resend(database: Database, since: datetime | None = None) -> int:
    """Have the relay publish again the events recorded since a moment, or all; returns how many.

    Readers ignore the events they have handled. May be stopped and run again.
    """
    count, last = 0, 0
    while True:
        with database.transaction() as session:
            recorded = select(OUTBOX.c.position).where(OUTBOX.c.position > last)
            if since is not None:
                recorded = recorded.where(OUTBOX.c.recorded_at >= since)
            positions = session.scalars(recorded.order_by(OUTBOX.c.position).limit(BATCH)).all()
            if not positions:
                return count
            session.execute(
                update(OUTBOX)
                .where(OUTBOX.c.position.between(positions[0], positions[-1]))
                .values(published_at=None)
            )
        count, last = count + len(positions), positions[-1]


def raise_versions(session: Session, service: Service) -> None:
    """Make each thing that the service owns newer than any version it published and lost."""
    for table in versioned_tables(service):
        session.execute(update(table).values(version=table.c.version + LEAP))
    audit.record_entry(session, "versions raised after a restore", "versions", after={"by": LEAP})


def skip_numbers(session: Session, count: int) -> list[str]:
    """Skip the next numbers of every series, so that none is issued twice; returns the series."""
    session.execute(update(NUMBER_SERIES).values(last=NUMBER_SERIES.c.last + count))
    audit.record_entry(
        session, "numbers left out after a restore", "numbers", after={"count": count}
    )
    return list(session.scalars(select(NUMBER_SERIES.c.series).order_by(NUMBER_SERIES.c.series)))


def versioned_tables(service: Service) -> list[Table]:
    """The tables of what the service owns and publishes; a replica's version is its owner's."""
    versioned = {model.__table__ for model in Versioned.__subclasses__()}  # type: ignore[attr-defined]
    return [table for table in service.metadata.sorted_tables if table in versioned]
