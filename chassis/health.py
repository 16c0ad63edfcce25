"""A service's page about itself, for the administrator: what waits, what failed, how fresh it is.

Services do not ask each other, so each tells of itself alone; its page links to the others'.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, text

from chassis.auth import requires
from chassis.charts import Bar, BarChart, bar_chart
from chassis.inbox import GIVEN_UP
from chassis.outbox import unpublished
from chassis.service import Service, current_service
from chassis.tables import INBOX_FAILURE
from contracts.addresses import HEALTH, LOOKUP
from contracts.identity import Role

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


@dataclass(frozen=True)
class Health:
    """What a service knows of its own state, from its own database: its web asks no broker."""

    unpublished: int
    oldest_unpublished_at: datetime | None
    retried: int
    given_up: int
    jobs: tuple[DailyJob, ...]
    known_until: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether events wait to be published for longer than they should."""
        oldest = self.oldest_unpublished_at
        return oldest is not None and now - oldest > LATE_AFTER

    def faults(self, now: datetime) -> list[str]:
        """What somebody should look after, in words that say what to do."""
        found = []
        if self.is_late(now):
            found.append("Events are not published. See that the service's worker and broker run.")
        if self.retried:
            found.append("Events fail and are tried again. The service's log says why.")
        if self.given_up:
            found.append("Messages were given up. List, mend and replay them: chassis.parked.")
        if any(job.is_late(now) for job in self.jobs):
            found.append("A daily job was not carried out. See that the service's worker runs.")
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
        known_until = service.known_until(session) if service.known_until else None
        given_up = session.scalar(text(GIVEN_UP))
    jobs = tuple(DailyJob(*run) for run in runs.items())
    return Health(waiting, oldest, retried or 0, given_up or 0, jobs, known_until)


def health_page(name: str) -> Blueprint:
    """The page `/<name>/health` of a service."""
    health = Blueprint("health", __name__, url_prefix=f"/{name}")

    @health.get("/health")
    @requires(Role.ADMINISTRATOR)
    def show() -> ResponseReturnValue:
        """How the service is, and where the others tell of themselves."""
        service = current_service()
        found = measure_health(service)
        return render_template(
            "health.html",
            health=found,
            faults=found.faults(service.now()),
            now=service.now(),
            chart=_chart(found),
            others=[link for link in HEALTH if link.path != f"/{name}/health"],
            lookup=LOOKUP,
        )

    return health


def _chart(health: Health) -> BarChart:
    return bar_chart(
        "waiting",
        "Events that wait",
        ("Where", "Events"),
        (
            Bar("To be published", health.unpublished),
            Bar("To be tried again", health.retried, kind="warning"),
            Bar("Given up", health.given_up, kind="error"),
        ),
    )
