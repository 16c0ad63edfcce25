"""A service's page about itself, for the administrator: what waits, what failed, how fresh it is.

Services do not ask each other, so each tells of itself alone; its page links to the others'.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.messaging.inbox import COUNT_PARKED
from chassis.messaging.outbox import unpublished
from chassis.service import Service
from chassis.storage.database import insert_ignoring_repetition
from chassis.storage.tables import INBOX_FAILURE, QUEUE_SEEN

LATE_AFTER = timedelta(minutes=1)
"""An event that waits in the outbox for longer is late: the relay takes a second at most."""
JOB_LATE_AFTER = timedelta(hours=26)
"""A day, and the time to carry a daily job out."""


@dataclass(frozen=True)
class DailyJob:
    """A daily job, and when it was last carried out."""

    name: str
    ran_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether it was not carried out within the last day."""
        return self.ran_at is None or now - self.ran_at > JOB_LATE_AFTER


class SeenQueue(NamedTuple):
    """How many events waited in the service's queue, and when its worker saw that."""

    waiting: int
    seen_at: datetime

    def is_old(self, now: datetime) -> bool:
        """Whether the worker has not looked for longer than it takes between two looks."""
        return now - self.seen_at > LATE_AFTER


@dataclass(frozen=True)
class Health:
    """What a service knows of its own state, from its own database: its web asks no broker.

    `queue` is None without a broker, as in the embedded suite.
    """

    unpublished: int
    oldest_unpublished_at: datetime | None
    retried: int
    parked: int
    queue: SeenQueue | None
    jobs: tuple[DailyJob, ...]

    def is_late(self, now: datetime) -> bool:
        """Whether events wait to be published for longer than they should."""
        oldest = self.oldest_unpublished_at
        return oldest is not None and now - oldest > LATE_AFTER

    def faults(self, now: datetime) -> list[str]:
        """What somebody should look after, in words that say what to do."""
        found: list[str] = []
        if self.is_late(now):
            found.append(
                translatable(
                    "Events are not published. See that the service's worker and broker run."
                )
            )
        if self.queue and self.queue.is_old(now):
            found.append(translatable("The worker has not looked for a minute. See that it runs."))
        if self.retried:
            found.append(
                translatable("Events fail and are tried again. The service's log says why.")
            )
        if self.parked:
            found.append(
                translatable("Messages are parked. List them with the command: parked list")
            )
        if any(job.is_late(now) for job in self.jobs):
            found.append(
                translatable("A daily job was not carried out. See that the service's worker runs.")
            )
        return found


def measure_health(service: Service) -> Health:
    """The service's state at this moment."""
    with service.database.reading() as session:
        waiting, oldest = unpublished(session)
        retried = session.scalar(
            select(func.count())
            .select_from(INBOX_FAILURE)
            .where(INBOX_FAILURE.c.not_before > service.now() - LATE_AFTER)
        )
        runs = service.schedule.last_runs(session)
        parked = session.scalar(text(COUNT_PARKED))
        queue = find_queue(session, service.name)
    jobs = tuple(DailyJob(*run) for run in runs.items())
    return Health(waiting, oldest, retried or 0, parked or 0, queue, jobs)


def find_queue(session: Session, name: str) -> SeenQueue | None:
    """What was last noted of a queue."""
    noted = select(QUEUE_SEEN.c.waiting, QUEUE_SEEN.c.seen_at).where(QUEUE_SEEN.c.queue == name)
    row = session.execute(noted).first()
    return SeenQueue(*row) if row else None


def note_queue(session: Session, name: str, waiting: int, now: datetime) -> None:
    """Note how many events wait in a queue."""
    seen = {"waiting": waiting, "seen_at": now}
    again = update(QUEUE_SEEN).where(QUEUE_SEEN.c.queue == name).values(seen)
    if session.execute(again.returning(QUEUE_SEEN.c.queue)).first() is None:
        first = insert_ignoring_repetition(session, QUEUE_SEEN)
        session.execute(first.values(queue=name, **seen))
