"""Daily work: once a day, again the next day, and not done until it is done."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from chassis.schedule import Schedule
from chassis.storage.database import Database
from chassis.storage.tables import NUMBER_SERIES, SCHEDULE_RUN

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


class Jobs:
    """Two jobs that write down when they ran; `broken` ones fail after they wrote."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, date]] = []
        self.broken: set[str] = set()
        self.schedule = Schedule()
        self.schedule.every_day(self.end_suspensions)
        self.schedule.every_day(self.send_reminders)

    def end_suspensions(self, session: Session, day: date, now: datetime) -> None:
        self._work("end_suspensions", session, day)

    def send_reminders(self, session: Session, day: date, now: datetime) -> None:
        self._work("send_reminders", session, day)

    def _work(self, name: str, session: Session, day: date) -> None:
        self.ran.append((name, day))
        session.execute(insert(NUMBER_SERIES).values(series=f"{name} {day}", last=1))
        if name in self.broken:
            raise RuntimeError(f"{name} is broken")


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


def effects(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(NUMBER_SERIES)) or 0


def test_each_job_runs_once_a_day(database: Database, jobs: Jobs) -> None:
    first = jobs.schedule.run(database, DAY, NOW)
    again = jobs.schedule.run(database, DAY, NOW + timedelta(hours=6))

    assert first == ["end_suspensions", "send_reminders"]
    assert again == []
    assert effects(database) == 2


def test_each_job_runs_again_the_next_day(database: Database, jobs: Jobs) -> None:
    tomorrow = DAY + timedelta(days=1)
    jobs.schedule.run(database, DAY, NOW)
    jobs.schedule.run(database, tomorrow, NOW + timedelta(days=1))

    assert [day for _, day in jobs.ran] == [DAY, DAY, tomorrow, tomorrow]


def test_a_job_that_failed_is_not_done_and_leaves_nothing_behind(
    database: Database, jobs: Jobs
) -> None:
    jobs.broken.add("end_suspensions")
    with pytest.raises(RuntimeError, match="is broken"):
        jobs.schedule.run(database, DAY, NOW)
    assert effects(database) == 0
    jobs.broken.clear()

    assert jobs.schedule.run(database, DAY, NOW) == ["end_suspensions", "send_reminders"]
    assert effects(database) == 2


def test_a_restart_does_not_run_a_job_again(database: Database, jobs: Jobs) -> None:
    jobs.schedule.run(database, DAY, NOW)

    assert Jobs().schedule.run(database, DAY, NOW) == []


def test_when_each_job_ran_is_kept(database: Database, jobs: Jobs) -> None:
    jobs.schedule.run(database, DAY, NOW)

    with database.reading() as session:
        kept = session.execute(select(SCHEDULE_RUN).order_by(SCHEDULE_RUN.c.job)).all()
    assert [(row.job, row.day, row.ran_at) for row in kept] == [
        ("end_suspensions", DAY, NOW),
        ("send_reminders", DAY, NOW),
    ]
