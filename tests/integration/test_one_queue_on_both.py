"""One queue, two analysts and fifty requests at once: nobody has what another has."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from chassis.testing import FixedClock, prepare, service_of, test_settings
from services.certification.app import create_app
from tests.unit.certification.desk import Analyst, item_of, wait

WAITING, THREADS = 40, 50


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    is_sqlite = request.param == "sqlite"
    url = {} if is_sqlite else {"DATABASE_URL": request.getfixturevalue("postgres_url")}
    made = create_app(test_settings("certification", tmp_path, **url), FixedClock())
    prepare(made)
    yield made
    service_of(made).database.close()


def test_each_waiting_item_is_taken_once_however_many_ask(app: Flask) -> None:
    analysts = [Analyst(app, "Ada Lyst"), Analyst(app, "Ben Lyst")]
    waiting = {wait(app, due=each) for each in range(WAITING)}
    together = threading.Barrier(THREADS)

    def take(number: int) -> tuple[UUID, UUID | None]:
        analyst = analysts[number % 2]
        together.wait()
        return analyst.account_id, analyst.take_next()

    with ThreadPoolExecutor(THREADS) as threads:
        taken = list(threads.map(take, range(THREADS)))

    holder_of = {item_id: account_id for account_id, item_id in taken if item_id}
    assert len(holder_of) == sum(item_id is not None for _, item_id in taken)
    assert holder_of.keys() == waiting
    assert all(item_of(app, item_id).holder_id == held for item_id, held in holder_of.items())
    assert all(analyst.take_next() is None for analyst in analysts)
