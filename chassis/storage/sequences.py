"""Number series for numbers that people read and write down: one counter per series."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis.storage.database import insert_ignoring_repetition
from chassis.storage.tables import NUMBER_SERIES


def next_number(session: Session, series: str, first: int = 1) -> int:
    """The next number of a series; a failed transaction returns its number."""
    session.execute(
        insert_ignoring_repetition(session, NUMBER_SERIES).values(series=series, last=first - 1)
    )
    session.execute(
        update(NUMBER_SERIES)
        .where(NUMBER_SERIES.c.series == series)
        .values(last=NUMBER_SERIES.c.last + 1)
    )
    number: int = session.scalars(
        select(NUMBER_SERIES.c.last).where(NUMBER_SERIES.c.series == series)
    ).one()
    return number
