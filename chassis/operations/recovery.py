"""What a service does once its database, or that of another, went back to an earlier moment.

Whoever was restored has forgotten what it heard since: the others `resend`. It has also forgotten
what it said since: it must be newer than that from now on, and give no number a second time.
"""

from datetime import datetime

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from chassis.service import Service
from chassis.storage import audit
from chassis.storage.database import Database, Versioned
from chassis.storage.tables import NUMBER_SERIES, OUTBOX

BATCH = 10_000
# Further than any one thing changes between two backups, and room for 2,000 restores.
LEAP = 1_000_000


def resend(database: Database, since: datetime | None = None) -> int:
    """Have the relay publish again what was recorded since a moment, or ever; returns how much.

    Readers leave alone what they have handled. May be stopped and run again.
    """
    marked, last = 0, 0
    while True:
        with database.transaction() as session:
            recorded = select(OUTBOX.c.position).where(OUTBOX.c.position > last)
            if since is not None:
                recorded = recorded.where(OUTBOX.c.recorded_at >= since)
            positions = session.scalars(recorded.order_by(OUTBOX.c.position).limit(BATCH)).all()
            if not positions:
                return marked
            session.execute(
                update(OUTBOX)
                .where(OUTBOX.c.position.between(positions[0], positions[-1]))
                .values(published_at=None)
            )
        marked, last = marked + len(positions), positions[-1]


def raise_versions(session: Session, service: Service) -> None:
    """Make each thing that the service owns newer than whatever it has said and forgotten."""
    for table in versioned_tables(service):
        session.execute(update(table).values(version=table.c.version + LEAP))
    audit.record_entry(session, "versions raised after a restore", "versions", after={"by": LEAP})


def skip_numbers(session: Session, count: int) -> list[str]:
    """Leave out the next numbers of every series, lest one is given twice; names the series."""
    session.execute(update(NUMBER_SERIES).values(last=NUMBER_SERIES.c.last + count))
    audit.record_entry(
        session, "numbers left out after a restore", "numbers", after={"count": count}
    )
    return list(session.scalars(select(NUMBER_SERIES.c.series).order_by(NUMBER_SERIES.c.series)))


def versioned_tables(service: Service) -> list[Table]:
    """Where the service keeps what it tells others of; a copy's version is its owner's."""
    versioned = {each.__table__ for each in Versioned.__subclasses__()}  # type: ignore[attr-defined]
    return [table for table in service.metadata.sorted_tables if table in versioned]
