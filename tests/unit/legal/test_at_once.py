"""The same thing done twice at the same moment, on PostgreSQL, happens once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from chassis.testing import FixedClock, prepare, recorded, service_of, test_settings
from contracts.legal import HoldPlaced, OrderAction, OrderEnded, OrderEntered
from services.legal import queries
from services.legal.app import create_app
from services.legal.domain.procedure import CaseState
from services.legal.usecases import orders
from tests.unit.legal.casework import (
    DISTRICT,
    EDUCATOR,
    TODAY,
    complaint_form,
    day_in,
    decided_case,
    enter,
    fulfill,
    open_case,
    run_day,
    settle,
    staff,
    superintendent,
)


@pytest.fixture
def app(tmp_path: Path, postgres_url: str) -> Iterator[Flask]:
    made = create_app(test_settings("legal", tmp_path, DATABASE_URL=postgres_url), FixedClock())
    prepare(made)
    settle(made)
    yield made
    service_of(made).database.close()


def at_once(act: Callable[[], Any]) -> list[Any]:
    """What comes of an act that four do at the same moment."""
    together = Barrier(4)

    def begin(_: int) -> Any:
        together.wait()
        return act()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(begin, range(4)))


def test_a_form_sent_four_times_at_once_is_one_complaint(app: Flask) -> None:
    form = complaint_form()

    answers = at_once(
        lambda: superintendent(app).post(f"/legal/complaints/new/{EDUCATOR}", data=form)
    )

    assert [answer.status_code for answer in answers] == [303] * 4
    assert len({answer.location for answer in answers}) == 1
    with service_of(app).database.reading() as session:
        assert len(queries.complaints_of(session, [DISTRICT], None)) == 1


def test_an_order_entered_four_times_at_once_is_one_order(app: Flask) -> None:
    path = f"/legal/cases/{decided_case(app).case_id}/orders/surrender"
    form = {"grounds": ["c"], **day_in("effective_on", TODAY)}

    answers = at_once(lambda: staff(app).post(path, data=form))

    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    assert len(recorded(app, OrderEntered)) == 1


def test_a_hold_placed_four_times_at_once_is_one_hold(app: Flask) -> None:
    path = f"/legal/cases/{open_case(app).case_id}/hold/place"

    answers = at_once(lambda: staff(app).post(path, data={"reason": "abuse alleged"}))

    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    assert len(recorded(app, HoldPlaced)) == 1


def test_the_daily_work_ends_what_is_due(app: Flask, clock: FixedClock) -> None:
    order = enter(app, decided_case(app), OrderAction.SUSPENSION, conditions=["Ethics training"])
    fulfill(app, order, 1)
    clock.move(days=40)

    run_day(app)

    with service_of(app).database.reading() as session:
        assert orders.get_order(session, order.order_id).case.state == CaseState.CLOSED
    assert len(recorded(app, OrderEnded)) == 1
