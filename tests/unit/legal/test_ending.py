"""A suspension's end: by itself, by the daily work, or by hand, once and only when it may."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from chassis.ids import new_id
from chassis.operations.republish import republish
from chassis.problems import NotFound
from chassis.testing import FixedClock, recorded, service_of, working
from contracts.legal import LegalNoticeDue, OrderAction, OrderEnded, OrderEntered
from services.legal.domain.order import (
    ConditionAlreadyFulfilled,
    ConditionsOpen,
    Order,
    OrderDoesNotEnd,
    SuspensionNotServed,
)
from services.legal.domain.procedure import CaseState
from services.legal.queries import announcements
from services.legal.usecases import orders
from tests.unit.legal.casework import decided_case, enter, fulfill, run_day, staff

LAST_DAY = date(2026, 12, 22)


def suspend(app: Flask, *conditions: str) -> Order:
    """From today, November 22, through December 22."""
    order: Order = enter(
        app, decided_case(app), OrderAction.SUSPENSION, last_day=LAST_DAY, conditions=conditions
    )
    return order


def end(app: Flask, order: Order) -> None:
    with working(app) as (session, service):
        orders.end_suspension(
            session, service.rules, order.order_id, by="LC", today=service.today()
        )


def now(app: Flask, order: Order) -> Order:
    with service_of(app).database.reading() as session:
        return orders.get_order(session, order.order_id)


def test_the_daily_work_ends_a_suspension_on_its_last_day_when_all_is_fulfilled(
    app: Flask, clock: FixedClock
) -> None:
    order = suspend(app, "Ethics training", "Mentoring")
    fulfill(app, order, 1, 2)
    clock.move(days=29)
    run_day(app)
    assert recorded(app, OrderEnded) == []

    clock.move(days=1)
    run_day(app)

    (ended,) = recorded(app, OrderEnded)
    assert (ended.order_id, ended.ended_on) == (order.order_id, LAST_DAY)
    assert (ended.ends_on, ended.has_conditions) == (None, True)
    assert ended.version > 1
    assert now(app, order).case.state == CaseState.CLOSED


def test_what_is_due_is_ended_once_also_after_days_of_silence(
    app: Flask, clock: FixedClock
) -> None:
    order = suspend(app, "Ethics training")
    fulfill(app, order, 1)
    clock.move(days=45)

    assert run_day(app) == ["end_suspensions"]
    assert run_day(app) == []
    clock.move(days=1)
    run_day(app)

    (ended,) = recorded(app, OrderEnded)
    assert ended.ended_on == LAST_DAY
    assert [notice.title["en"] for notice in recorded(app, LegalNoticeDue)[-2:]] == [
        "The suspension under order FO-2026-001 has ended"
    ] * 2


def test_a_suspension_binds_until_its_last_condition_is_fulfilled(
    app: Flask, clock: FixedClock
) -> None:
    order = suspend(app, "Ethics training", "Mentoring")
    fulfill(app, order, 1)
    clock.move(days=40)
    run_day(app)
    assert recorded(app, OrderEnded) == []

    fulfill(app, order, 2)
    clock.move(days=3)
    run_day(app)

    (ended,) = recorded(app, OrderEnded)
    assert ended.ended_on == date(2027, 1, 1)


def test_a_suspension_without_conditions_ends_by_itself_and_only_its_case_is_closed(
    app: Flask, clock: FixedClock
) -> None:
    order = suspend(app)
    clock.move(days=30)
    run_day(app)
    assert now(app, order).case.state == CaseState.FINAL_ORDER

    clock.move(days=1)
    run_day(app)

    closed = now(app, order)
    assert closed.case.state == CaseState.CLOSED
    assert closed.is_over(date(2026, 12, 23))
    assert recorded(app, OrderEnded) == []


def test_a_case_says_on_which_day_a_suspension_ends_and_by_which_day_work_is_due(
    app: Flask,
) -> None:
    def page(case_id: UUID) -> str:
        return " ".join(staff(app).get(f"/legal/cases/{case_id}").text.split())

    case = decided_case(app)
    assert re.search(r"Enter the order</dt> <dd[^>]*>by ", page(case.case_id))

    enter(app, case, OrderAction.SUSPENSION, last_day=LAST_DAY)
    assert re.search(
        r"Last day of the suspension</dt> <dd[^>]*>December 22, 2026<", page(case.case_id)
    )


def test_legal_ends_a_suspension_by_hand_once_it_may(app: Flask, clock: FixedClock) -> None:
    order = suspend(app, "Ethics training")
    with pytest.raises(SuspensionNotServed):
        end(app, order)
    clock.move(days=30)
    with pytest.raises(ConditionsOpen, match="1 of 1"):
        end(app, order)
    fulfill(app, order, 1)
    end(app, order)
    with pytest.raises(OrderDoesNotEnd, match="ended on December 22, 2026"):
        end(app, order)

    assert len(recorded(app, OrderEnded)) == 1
    run_day(app)
    assert len(recorded(app, OrderEnded)) == 1


@pytest.mark.parametrize(
    ("action", "why"),
    [
        (OrderAction.SUSPENSION, "ends by itself"),
        (OrderAction.REVOCATION, "does not end"),
        (OrderAction.SURRENDER, "does not end"),
    ],
)
def test_legal_ends_only_suspensions_with_conditions(
    app: Flask, clock: FixedClock, action: OrderAction, why: str
) -> None:
    order = enter(app, decided_case(app), action)
    clock.move(days=90)

    with pytest.raises(OrderDoesNotEnd, match=why):
        end(app, order)


def test_a_condition_is_fulfilled_once(app: Flask) -> None:
    order = suspend(app, "Ethics training")
    fulfill(app, order, 1)

    with pytest.raises(ConditionAlreadyFulfilled, match="November 22, 2026"):
        fulfill(app, order, 1)
    with pytest.raises(NotFound):
        order.get_condition(new_id())


def test_conditions_are_marked_and_the_suspension_ended_on_its_pages(
    app: Flask, clock: FixedClock
) -> None:
    order, client = suspend(app, "Ethics training"), staff(app)
    path = f"/legal/orders/{order.order_id}"
    condition = f"{path}/conditions/{order.conditions[0].condition_id}"
    assert "Ethics training" in client.get(condition).text
    assert client.post(condition, data={"evidence": ""}).status_code == 422
    assert client.post(condition, data={"evidence": "Certificate"}).location == path
    assert "The suspension may end" not in client.get(path).text
    assert client.post(f"{path}/end").status_code == 409
    clock.move(days=30)
    assert "End the suspension now" in client.get(path).text

    assert client.post(f"{path}/end").status_code == 303
    page = client.get(path).text
    assert "The suspension has ended." in page
    assert "through December 22, 2026" in page


def announced(app: Flask) -> list[Any]:
    with service_of(app).database.reading() as session:
        return list(announcements(session))


def test_a_new_reader_is_told_holds_in_force_and_where_each_order_stands(
    app: Flask, clock: FixedClock
) -> None:
    ending = suspend(app, "Ethics training")
    enter(app, decided_case(app), OrderAction.REVOCATION)
    fulfill(app, ending, 1)
    clock.move(days=30)
    run_day(app)
    held, lifted = decided_case(app), decided_case(app)
    client = staff(app)
    for case in (held, lifted):
        client.post(f"/legal/cases/{case.case_id}/hold/place", data={"reason": "r"})
    client.post(f"/legal/cases/{lifted.case_id}/hold/lift", data={"reason": "r"})

    facts = announced(app)

    assert sorted(type(fact).__name__ for fact in facts) == [
        "HoldPlaced",
        "OrderEnded",
        "OrderEntered",
    ]
    assert {fact.event_id for fact in facts} <= {fact.event_id for fact in recorded(app)}
    assert republish(service_of(app)) == 3
    assert len(recorded(app, OrderEntered)) == 2
