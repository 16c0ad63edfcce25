"""Daily jobs: idempotent, each run once a day."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.observability.logging import log
from chassis.observability.tracing import current_traceparent, span, trace_of
from chassis.storage.database import Database, insert_ignoring_repetition
from chassis.storage.tables import SCHEDULE_RUN

Job = Callable[[Session, date, datetime], None]


class Schedule:
    """A service's daily jobs; a job receives a session, the day and the current time."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []

    def every_day(self, job: Job) -> Job:
        """Register the decorated function."""
        self._jobs.append(job)
        return job

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs."""
        return [job.__name__ for job in self._jobs]

    def last_runs(self, session: Session) -> dict[str, datetime | None]:
        """When each job last ran; None for never."""
        last = select(SCHEDULE_RUN.c.job, func.max(SCHEDULE_RUN.c.ran_at)).group_by("job")
        ran_at: dict[str, datetime] = dict(session.execute(last).all())
        return {job: ran_at.get(job) for job in self.jobs}

    def run(self, database: Database, day: date, now: datetime) -> list[str]:
        """Run the jobs that have not run on `day`, each in one transaction.

        Returns the names of the jobs that ran.
        """
        return [job.__name__ for job in self._jobs if _run_once(database, job, day, now)]


def _run_once(database: Database, job: Job, day: date, now: datetime) -> bool:
    with database.transaction() as session:
        first = session.execute(
            insert_ignoring_repetition(session, SCHEDULE_RUN)
            .values(job=job.__name__, day=day, ran_at=now)
            .returning(SCHEDULE_RUN.c.job)
        ).first()
        if first is None:
            return False
        with span(f"daily {job.__name__}", database.service):
            job(session, day, now)
            trace = trace_of(current_traceparent())
    origin = {"service": database.service, "job": job.__name__, "day": day.isoformat()}
    log.info("daily job done", **origin, **trace)
    return True
