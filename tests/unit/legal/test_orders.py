"""A final order: entered once after the board's decision, as facts and in words."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from chassis.testing import recorded
from contracts.identity import Role
from contracts.legal import LegalNoticeDue, OrderAction, OrderEntered
from services.legal.domain.base import ImpossibleStep
from services.legal.domain.complaint import UnknownGrounds
from services.legal.domain.order import (
    EffectiveBeforeDecision,
    Order,
    OrderRefused,
    SuspensionTooLong,
)
from services.legal.domain.procedure import BoardDecision, CaseState, Step
from services.legal.domain.refusals import OrderAlreadyEntered
from services.legal.usecases.notices import public_sentences
from tests.unit.legal.casework import (
    DISTRICT,
    EDUCATOR,
    SECRET,
    TODAY,
    day_in,
    decide,
    decided_case,
    enter,
    open_case,
    staff,
    take,
)

BOARD = "Education Professional Standards Board"


def public_text(order: Order) -> str:
    return " ".join(public_sentences(order, BOARD))


def facts_of(app: Flask) -> dict[str, Any]:
    (fact,) = recorded(app, OrderEntered)
    return dict(vars(fact))


def test_a_revocation_is_told_at_once_and_closes_the_case(app: Flask) -> None:
    case = decided_case(app)
    order = enter(app, case, OrderAction.REVOCATION, earliest_reapplication_on=date(2031, 11, 22))

    assert facts_of(app) == {
        "version": 1,
        "order_id": order.order_id,
        "order_number": "FO-2026-001",
        "educator_id": EDUCATOR,
        "action": OrderAction.REVOCATION,
        "effective_on": TODAY,
        "ends_on": None,
        "has_conditions": False,
    }
    assert order.case.state == CaseState.CLOSED
    assert "may apply again on or after November 22, 2031" in public_text(order)


def test_a_suspension_without_conditions_tells_its_last_day(app: Flask) -> None:
    order = enter(app, decided_case(app), OrderAction.SUSPENSION, last_day=date(2027, 1, 31))

    facts = facts_of(app)
    assert (facts["action"], facts["ends_on"]) == (OrderAction.SUSPENSION, date(2027, 1, 31))
    assert facts["has_conditions"] is False
    assert order.case.state == CaseState.FINAL_ORDER
    assert order.case.due_on == date(2027, 1, 31)


def test_a_suspension_with_conditions_tells_no_last_day(app: Flask) -> None:
    order = enter(
        app,
        decided_case(app),
        OrderAction.SUSPENSION,
        last_day=date(2027, 1, 31),
        conditions=["Ethics training", "Drug test"],
    )

    facts = facts_of(app)
    assert (facts["ends_on"], facts["has_conditions"]) == (None, True)
    text = public_text(order)
    assert "at least through January 31, 2027, and until the conditions" in text
    assert "Drug test" not in text


def test_a_surrender_has_neither_end_nor_conditions(app: Flask) -> None:
    order = enter(app, decided_case(app), OrderAction.SURRENDER)

    facts = facts_of(app)
    assert (facts["action"], facts["ends_on"]) == (OrderAction.SURRENDER, None)
    assert "accepted the surrender" in public_text(order)


def test_an_order_may_take_effect_in_the_future(app: Flask) -> None:
    enter(app, decided_case(app), OrderAction.REVOCATION, effective_on=date(2027, 1, 1))

    assert facts_of(app)["effective_on"] == date(2027, 1, 1)


def test_an_order_does_not_bind_before_the_board_decided_it(app: Flask) -> None:
    with pytest.raises(EffectiveBeforeDecision) as refused:
        enter(
            app,
            decided_case(app),
            OrderAction.REVOCATION,
            effective_on=TODAY - timedelta(days=1),
        )

    assert set(refused.value.errors) == {"effective_on"}
    assert recorded(app, OrderEntered) == []


def test_a_second_final_order_is_refused(app: Flask) -> None:
    for action in (OrderAction.REVOCATION, OrderAction.SUSPENSION):
        case = decided_case(app)
        enter(app, case, action)
        with pytest.raises(OrderAlreadyEntered):
            enter(app, case, OrderAction.SURRENDER)

    assert len(recorded(app, OrderEntered)) == 2


def test_an_order_needs_a_decision_of_the_board(app: Flask) -> None:
    with pytest.raises(ImpossibleStep, match="with its final order to be entered"):
        enter(app, open_case(app), OrderAction.REVOCATION)


def test_an_order_may_follow_a_hearing(app: Flask) -> None:
    case = open_case(app)
    for step in (Step.NOTIFY_EDUCATOR, Step.RECORD_REBUTTAL, Step.PUT_BEFORE_BOARD):
        take(app, case, step)
    decide(app, case, BoardDecision.REFER_TO_HEARING)
    take(app, case, Step.SCHEDULE_HEARING)
    take(app, case, Step.RECORD_RECOMMENDED_ORDER)
    decide(app, case, BoardDecision.ISSUE_FINAL_ORDER)

    assert enter(app, case, OrderAction.REVOCATION).decided_on == TODAY


@pytest.mark.parametrize(
    ("grounds", "last_day", "months"),
    [
        (["c"], date(2028, 11, 21), None),
        (["c"], date(2028, 11, 22), 24),
        (["contract"], date(2027, 11, 21), None),
        (["contract"], date(2027, 11, 22), 12),
        (["contract", "c"], date(2028, 11, 21), None),
    ],
)
def test_a_suspension_lasts_at_most_as_long_as_its_grounds_allow(
    app: Flask, grounds: list[str], last_day: date, months: int | None
) -> None:
    case = decided_case(app, grounds)

    if months is None:
        enter(app, case, OrderAction.SUSPENSION, last_day=last_day)
        assert facts_of(app)["ends_on"] == last_day
    else:
        with pytest.raises(SuspensionTooLong) as refused:
            enter(app, case, OrderAction.SUSPENSION, last_day=last_day)
        assert f"at most {months} months" in refused.value.errors["last_day"][0]


@pytest.mark.parametrize(
    ("action", "parts"),
    [
        (OrderAction.SUSPENSION, {"last_day": None}),
        (OrderAction.SUSPENSION, {"last_day": TODAY - timedelta(days=1)}),
        (OrderAction.REVOCATION, {"last_day": TODAY}),
        (OrderAction.SURRENDER, {"conditions": ["Training"]}),
        (OrderAction.REVOCATION, {"earliest_reapplication_on": TODAY}),
        (OrderAction.SURRENDER, {"earliest_reapplication_on": TODAY + timedelta(days=9)}),
    ],
)
def test_an_order_that_contradicts_itself_is_refused(
    app: Flask, action: OrderAction, parts: dict[str, Any]
) -> None:
    with pytest.raises(OrderRefused):
        enter(app, decided_case(app), action, **parts)


def test_an_order_names_grounds_that_the_state_has(app: Flask) -> None:
    with pytest.raises(UnknownGrounds):
        enter(app, decided_case(app), OrderAction.REVOCATION, grounds=["z"])


def test_educator_and_district_are_told_public_facts_only(app: Flask) -> None:
    order = enter(
        app, decided_case(app), OrderAction.SUSPENSION, conditions=["Counseling for anger"]
    )

    to_educator, to_district = recorded(app, LegalNoticeDue)[-2:]
    assert to_educator.recipient.educator_id == EDUCATOR
    assert (to_district.recipient.organization_id, to_district.recipient.role) == (
        DISTRICT,
        Role.SUPERINTENDENT,
    )
    for notice in (to_educator, to_district):
        assert order.order_number in notice.text["en"]
        assert (
            "suspended every certificate of Wilhelmina Testworthy (201812345)" in notice.text["en"]
        )
        assert "suspendió todos los certificados de Wilhelmina Testworthy" in notice.text["es"]
        assert "Counseling" not in str(notice.text)
        assert SECRET not in str(notice.text)


def revoke(app: Flask, **parts: Any) -> Any:
    case, client = decided_case(app), staff(app)
    path = f"/legal/cases/{case.case_id}/orders/revocation"
    assert "This becomes public at once" in client.get(path).text
    form = {"grounds": ["c"], **day_in("effective_on", TODAY), **parts}
    return client.post(path, data=form)


def test_a_revocation_is_entered_on_its_page(app: Flask) -> None:
    answer = revoke(app, **day_in("earliest_reapplication_on", date(2031, 1, 1)))

    page = staff(app).get(answer.location).text
    assert "Final order FO-2026-001" in page
    assert "In force" in page
    assert "January 1, 2031" in page


def test_a_permanent_revocation_is_said_to_be_so(app: Flask) -> None:
    answer = revoke(app, is_permanent="true")

    assert "Never: the revocation is permanent" in staff(app).get(answer.location).text


@pytest.mark.parametrize(
    "parts", [{}, {"is_permanent": "true", **day_in("earliest_reapplication_on", TODAY)}]
)
def test_a_revocation_is_permanent_or_names_a_day(app: Flask, parts: dict[str, str]) -> None:
    answer = revoke(app, **parts)

    assert answer.status_code == 422
    assert "one or the other" in answer.text
    assert recorded(app, OrderEntered) == []


def test_what_is_wrong_with_a_suspension_stands_beside_its_field(app: Flask) -> None:
    case, client = decided_case(app), staff(app)
    path = f"/legal/cases/{case.case_id}/orders/suspension"
    form = {
        "grounds": ["c"],
        "conditions": "Ethics training\n\n Drug test ",
        **day_in("effective_on", TODAY),
    }

    too_long = client.post(path, data={**form, **day_in("last_day", date(2029, 1, 1))})
    entered = client.post(path, data={**form, **day_in("last_day", date(2027, 1, 31))})

    assert too_long.status_code == 422
    assert 'href="#last_day"' in too_long.text
    page = client.get(entered.location).text
    assert page.count("Mark as fulfilled") == 2
    assert client.post(path, data=form).status_code == 409
    assert client.get(path).status_code == 409
    assert client.get(path.replace("suspension", "reprimand")).status_code == 404


def test_numbers_begin_anew_each_year(app: Flask, clock: Any) -> None:
    first: Order = enter(app, decided_case(app), OrderAction.SURRENDER)
    clock.move(days=60)
    second: Order = enter(app, decided_case(app), OrderAction.SURRENDER)

    assert (first.order_number, second.order_number) == ("FO-2026-001", "FO-2027-001")
    assert second.case.case_number == "2027-0001"


def test_a_case_without_a_decision_offers_no_order(app: Flask) -> None:
    path = f"/legal/cases/{open_case(app).case_id}/orders/revocation"

    assert staff(app).get(path).status_code == 409
    assert staff(app).post(path, data={}).status_code == 409
