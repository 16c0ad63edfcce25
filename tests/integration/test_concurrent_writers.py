"""Writers at the same moment on PostgreSQL: one audit chain, one effect, one number each."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.storage import audit
from chassis.storage.database import Database
from chassis.storage.sequences import next_number
from chassis.storage.tables import CHASSIS
from chassis.testing import NOW, client_of, service_of
from contracts.identity import Role
from tests.unit.chassis import registry
from tests.unit.chassis.registry import Order, drafted

WRITERS = 6
T = TypeVar("T")


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    made = Database("legal", postgres_url, SystemClock())
    CHASSIS.create_all(made.engine)
    yield made
    made.close()


@pytest.fixture
def app(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    made = registry.registry(tmp_path, DATABASE_URL=postgres_url)
    yield made
    service_of(made).database.close()


def at_once(number: int, work: Callable[[int], T]) -> list[T]:
    """What the work gave to each of several threads that began together."""
    together = threading.Barrier(number)

    def run(each: int) -> T:
        together.wait()
        return work(each)

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))


def test_writers_at_the_same_moment_keep_one_unbroken_audit_chain(database: Database) -> None:
    def write(writer: int) -> None:
        for each in range(20):
            with database.transaction() as session:
                audit.record_entry(
                    session, "fee changed", f"{writer}-{each}", after={"cents": each}
                )

    at_once(WRITERS, write)

    with database.reading() as session:
        assert audit.verify(session) == WRITERS * 20


def test_an_entry_waits_for_the_one_before_it_to_commit_or_vanish(database: Database) -> None:
    entered, may_go = threading.Event(), threading.Event()

    def fail_slowly() -> None:
        with database.transaction() as session:
            audit.record_entry(session, "never happened", 1)
            entered.set()
            may_go.wait(10)
            raise RuntimeError("the use case failed")

    def note() -> None:
        with database.transaction() as session:
            audit.record_entry(session, "happened", 2)

    with ThreadPoolExecutor(2) as threads:
        failing = threads.submit(fail_slowly)
        entered.wait(10)
        noting = threads.submit(note)
        may_go.set()
        assert isinstance(failing.exception(), RuntimeError)
        noting.result()

    with database.reading() as session:
        assert audit.verify(session) == 1


def test_numbers_are_given_once_each(database: Database) -> None:
    def take(_: int) -> list[int]:
        taken = []
        for _ in range(10):
            with database.transaction() as session:
                taken.append(next_number(session, "receipt"))
        return taken

    given = [number for taken in at_once(WRITERS, take) for number in taken]

    assert sorted(given) == list(range(1, WRITERS * 10 + 1))


def test_of_two_transactions_that_change_one_version_one_is_refused(app: Flask) -> None:
    order_id, database = drafted(app), service_of(app).database
    both_have_read = threading.Barrier(2)

    def enter(_: int) -> str:
        try:
            with database.transaction() as session:
                order = session.get_one(Order, order_id)
                both_have_read.wait(10)
                order.enter(NOW.date())
        except StaleDataError:
            return "refused"
        return "entered"

    assert sorted(at_once(2, enter)) == ["entered", "refused"]
    with database.reading() as session:
        assert session.get_one(Order, order_id).version == 2


def test_the_same_command_twice_at_the_same_moment_has_one_effect(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_are_at_it = threading.Barrier(2)
    draft = registry.draft

    def draft_together(session: Session, number: str) -> Order:
        both_are_at_it.wait(10)
        return draft(session, number)

    monkeypatch.setattr(registry, "draft", draft_together)
    account_id = new_id()

    def send(_: int) -> int:
        return (
            client_of(app, {Role.LEGAL: None}, account_id=account_id)
            .post(
                "/registry/api/orders",
                json={"number": "2026-01"},
                headers={"Idempotency-Key": "a-double-click"},
            )
            .status_code
        )

    assert sorted(at_once(2, send)) == [201, 409]
    with service_of(app).database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1
