"""A service's own health, for the administrator: backlog, failures, daily jobs.

Services do not call each other, so each reports only on itself.
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
"""An event that waits in the outbox longer than this is late: the relay takes at most a second."""
JOB_LATE_AFTER = timedelta(hours=26)
"""A day, plus the time to run a daily job."""


@dataclass(frozen=True)
class DailyJob:
    """A daily job, and when it last ran."""

    name: str
    ran_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether it did not run within the last day."""
        return self.ran_at is None or now - self.ran_at > JOB_LATE_AFTER


class SeenQueue(NamedTuple):
    """How many events waited in the service's queue, and when its worker counted them."""

    waiting: int
    seen_at: datetime

    def is_old(self, now: datetime) -> bool:
        """Whether the worker's next count is overdue."""
        return now - self.seen_at > LATE_AFTER


@dataclass(frozen=True)
class Health:
    """A service's state, read from its own database: its web process never asks the broker.

    `queue` is None without a broker, as in the embedded suite.
    """

    unpublished: int
    oldest_unpublished_at: datetime | None
    retried: int
    parked: int
    queue: SeenQueue | None
    jobs: tuple[DailyJob, ...]

    def is_late(self, now: datetime) -> bool:
        """Whether events have waited too long to be published."""
        oldest = self.oldest_unpublished_at
        return oldest is not None and now - oldest > LATE_AFTER

    def faults(self, now: datetime) -> list[str]:
        """The problems that need attention, each with what to do about it."""
        faults: list[str] = []
        if self.is_late(now):
            faults.append(
                translatable(
                    "Events are not being published. "
                    "Make sure that the service's worker and broker are running."
                )
            )
        if self.queue and self.queue.is_old(now):
            faults.append(
                translatable(
                    "The worker has not checked the queue for a minute. Make sure it is running."
                )
            )
        if self.retried:
            faults.append(
                translatable("Some events failed and will be retried. The service's log says why.")
            )
        if self.parked:
            faults.append(
                translatable("Messages are parked. List them with the command: parked list")
            )
        if any(job.is_late(now) for job in self.jobs):
            faults.append(
                translatable("A daily job did not run. Make sure the service's worker is running.")
            )
        return faults


def measure_health(service: Service) -> Health:
    """The service's current state."""
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
    """The last recorded count of a queue."""
    query = select(QUEUE_SEEN.c.waiting, QUEUE_SEEN.c.seen_at).where(QUEUE_SEEN.c.queue == name)
    row = session.execute(query).first()
    return SeenQueue(*row) if row else None


def record_queue(session: Session, name: str, waiting: int, now: datetime) -> None:
    """Record how many events wait in a queue."""
    seen = {"waiting": waiting, "seen_at": now}
    again = update(QUEUE_SEEN).where(QUEUE_SEEN.c.queue == name).values(seen)
    if session.execute(again.returning(QUEUE_SEEN.c.queue)).first() is None:
        first = insert_ignoring_repetition(session, QUEUE_SEEN)
        session.execute(first.values(queue=name, **seen))
