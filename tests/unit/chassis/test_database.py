"""A service's database: no change is lost, and whoever reads makes nobody wait."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from chassis.clock import SystemClock
from chassis.storage.database import Database
from chassis.storage.sequences import next_number
from chassis.storage.tables import NUMBER_SERIES
from chassis.testing import NOW, service_of
from tests.unit.chassis.registry import Order, drafted

COUNT = select(NUMBER_SERIES.c.last).where(NUMBER_SERIES.c.series == "receipt")


@pytest.fixture
def counted(database: Database) -> Database:
    """A database with a series that stands at 0."""
    with database.transaction() as session:
        session.execute(insert(NUMBER_SERIES).values(series="receipt", last=0))
    return database


def count(database: Database) -> int | None:
    with database.reading() as session:
        return session.scalar(COUNT)


def within(database: Database, work: Callable[[Session], None]) -> None:
    """Do the work in one transaction."""
    with database.transaction() as session:
        work(session)


def in_threads(number: int, work: Callable[[], None]) -> list[BaseException]:
    """What the same work, done by several threads at once, raised."""
    raised: list[BaseException] = []
    together = threading.Barrier(number)

    def run() -> None:
        together.wait()
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run) for _ in range(number)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return raised


def test_of_two_writers_of_one_version_the_later_is_refused(app: Flask) -> None:
    order_id, database = drafted(app), service_of(app).database
    with database.reading() as session:
        seen_by_one = session.get_one(Order, order_id)
    with database.reading() as session:
        seen_by_other = session.get_one(Order, order_id)

    with database.transaction() as session:
        session.add(seen_by_one)
        seen_by_one.enter(NOW.date())

    def change_what_was_seen_before(session: Session) -> None:
        session.add(seen_by_other)
        seen_by_other.number = "2026-99"
        seen_by_other.version += 1

    with pytest.raises(StaleDataError):
        within(database, change_what_was_seen_before)

    with database.reading() as session:
        kept = session.get_one(Order, order_id)
    assert (kept.version, kept.number, kept.entered_on) == (2, "2026-01", NOW.date())


def test_threads_that_read_and_then_write_lose_no_update(counted: Database) -> None:
    def count_up() -> None:
        for _ in range(10):
            with counted.transaction() as session:
                seen = session.scalars(COUNT).one()
                session.execute(update(NUMBER_SERIES).values(last=seen + 1))

    assert in_threads(5, count_up) == []
    assert count(counted) == 50


def test_threads_that_ask_for_numbers_get_each_number_once(database: Database) -> None:
    given: list[int] = []

    def take() -> None:
        for _ in range(10):
            with database.transaction() as session:
                given.append(next_number(session, "invoice", first=100001))

    assert in_threads(4, take) == []
    assert sorted(given) == list(range(100001, 100041))


def test_a_number_taken_by_a_failed_transaction_is_given_back(database: Database) -> None:
    def fail(session: Session) -> None:
        next_number(session, "invoice")
        raise RuntimeError("the use case failed")

    with pytest.raises(RuntimeError):
        within(database, fail)

    with database.transaction() as session:
        assert next_number(session, "invoice") == 1


def test_a_reader_never_makes_a_writer_wait(counted: Database) -> None:
    with counted.reading() as reader:
        assert reader.scalar(COUNT) == 0

        with counted.transaction() as writer:
            writer.execute(update(NUMBER_SERIES).values(last=7))

        assert reader.scalar(COUNT) == 0
    assert count(counted) == 7


def test_a_writer_never_makes_a_reader_wait(counted: Database) -> None:
    with counted.transaction() as writer:
        writer.execute(update(NUMBER_SERIES).values(last=7))

        assert count(counted) == 0
    assert count(counted) == 7


def test_a_transaction_that_fails_changes_nothing(counted: Database) -> None:
    def fail(session: Session) -> None:
        session.execute(update(NUMBER_SERIES).values(last=7))
        raise RuntimeError("the use case failed")

    with pytest.raises(RuntimeError):
        within(counted, fail)

    assert count(counted) == 0


def test_an_error_of_the_database_does_not_tell_the_values(counted: Database) -> None:
    with pytest.raises(IntegrityError) as refused, counted.transaction() as session:
        session.execute(insert(NUMBER_SERIES).values(series="receipt", last=987654321))

    assert "987654321" not in str(refused.value)


def test_what_was_committed_survives_the_connection(counted: Database, tmp_path: Path) -> None:
    with counted.transaction() as session:
        session.execute(update(NUMBER_SERIES).values(last=7))
    counted.close()

    reopened = Database("legal", f"sqlite:///{tmp_path}/chassis.sqlite", SystemClock())
    assert count(reopened) == 7
    reopened.close()
