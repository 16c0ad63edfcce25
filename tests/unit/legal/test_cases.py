"""Legal's work by its clocks, holds, the board's decisions, and the pages of a case."""

from datetime import date

import pytest
from flask import Flask

from chassis.testing import FixedClock, client_of, recorded, service_of
from contracts.identity import Role
from contracts.legal import HoldLifted, HoldPlaced, LegalNoticeDue, OrderAction
from services.legal import queries
from services.legal.domain.base import ImpossibleStep
from services.legal.domain.case import Case
from services.legal.domain.hold import HoldAlreadyPlaced, NoHoldInForce
from services.legal.domain.procedure import BoardDecision, Step
from services.legal.usecases import cases
from tests.unit.legal.casework import (
    DISTRICT,
    EDUCATOR,
    TODAY,
    day_in,
    decide,
    decided_case,
    enter,
    file,
    open_case,
    staff,
    take,
)


def place_hold(app: Flask, case: Case) -> None:
    with service_of(app).database.transaction() as session:
        cases.place_hold(session, case.case_id, reason="abuse alleged", by="LC", today=TODAY)


def lift_hold(app: Flask, case: Case) -> None:
    with service_of(app).database.transaction() as session:
        cases.lift_hold(session, case.case_id, reason="cleared", by="LC", today=TODAY)


def test_a_hold_is_placed_once_and_lifted_once(app: Flask) -> None:
    case = open_case(app)
    place_hold(app, case)
    with pytest.raises(HoldAlreadyPlaced):
        place_hold(app, case)
    lift_hold(app, case)
    with pytest.raises(NoHoldInForce):
        lift_hold(app, case)

    (placed,), (lifted,) = recorded(app, HoldPlaced), recorded(app, HoldLifted)
    assert (placed.educator_id, placed.placed_on) == (EDUCATOR, TODAY)
    assert (lifted.hold_id, lifted.lifted_on) == (placed.hold_id, TODAY)
    assert lifted.version > placed.version


def test_a_second_hold_is_another_hold(app: Flask) -> None:
    case = open_case(app)
    place_hold(app, case)
    lift_hold(app, case)
    place_hold(app, case)

    assert len({fact.hold_id for fact in recorded(app, HoldPlaced)}) == 2


def test_a_finished_case_places_no_hold_but_its_hold_can_be_lifted(app: Flask) -> None:
    case = decided_case(app)
    place_hold(app, case)
    enter(app, case, OrderAction.REVOCATION)

    page = staff(app).get(f"/legal/cases/{case.case_id}").text
    assert "The hold is still in force" in page
    assert "Lift the hold" in staff(app).get("/legal/cases").text
    lift_hold(app, case)
    with pytest.raises(ImpossibleStep):
        place_hold(app, case)
    assert case.case_number not in staff(app).get("/legal/cases").text
    assert case.case_number in staff(app).get("/legal/cases/finished").text


def test_the_hold_pages_place_and_lift(app: Flask) -> None:
    case, client = open_case(app), staff(app)
    path = f"/legal/cases/{case.case_id}/hold"

    assert "Place the hold" in client.get(path).text
    assert client.post(f"{path}/place", data={"reason": " "}).status_code == 422
    assert client.post(f"{path}/place", data={"reason": "abuse alleged"}).status_code == 303
    assert "November 22, 2026" in client.get(path).text
    assert client.post(f"{path}/place", data={"reason": "again"}).status_code == 409
    assert client.post(f"{path}/lift", data={"reason": "cleared"}).status_code == 303
    assert len(recorded(app, HoldPlaced, HoldLifted)) == 2


def test_what_is_due_first_comes_first_and_overdue_before_all(
    app: Flask, clock: FixedClock
) -> None:
    waiting = open_case(app)
    clock.move(days=1)
    complaint = file(app)

    with service_of(app).database.reading() as session:
        work = queries.work_by_clock(session, None)
    assert [each.number for each in work] == [waiting.case_number, complaint.complaint_number]
    assert [each.due_on for each in work] == [date(2026, 12, 2), date(2026, 12, 23)]
    assert not work[0].is_overdue(date(2026, 12, 2))
    assert work[0].is_overdue(date(2026, 12, 3))

    clock.move(days=11)
    page = staff(app).get("/legal/cases").text
    assert "1 is overdue." in page
    assert "Overdue since December 2, 2026" in page


def test_the_educator_is_told_of_the_case_and_by_when_to_respond(app: Flask) -> None:
    case = open_case(app)
    take(app, case, Step.NOTIFY_EDUCATOR)

    notice = recorded(app, LegalNoticeDue)[-1]
    assert notice.recipient.educator_id == EDUCATOR
    assert case.case_number in notice.title["en"]
    assert "December 22, 2026" in notice.text["en"]


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        (BoardDecision.DISMISS, "The board dismissed the case."),
        (BoardDecision.ADMONISH, "ask for it in writing by December 22, 2026"),
        (BoardDecision.DEFER, None),
    ],
)
def test_the_educator_is_told_what_ends_the_case_or_may_be_contested(
    app: Flask, decision: BoardDecision, told: str | None
) -> None:
    case = open_case(app)
    for step in (Step.NOTIFY_EDUCATOR, Step.RECORD_REBUTTAL, Step.PUT_BEFORE_BOARD):
        take(app, case, step)
    before = len(recorded(app, LegalNoticeDue))
    decide(app, case, decision)

    texts = [notice.text["en"] for notice in recorded(app, LegalNoticeDue)[before:]]
    assert len(texts) == (told is not None)
    assert told is None or told in texts[0]


def test_a_case_is_taken_through_its_pages(app: Flask) -> None:
    case, client = open_case(app), staff(app)
    path = f"/legal/cases/{case.case_id}"
    client.post(f"{path}/steps/notify_educator", data={"note": "mailed today"})
    early = client.post(f"{path}/steps/put_before_board", data={})
    assert early.status_code == 409
    assert "may send a rebuttal through December 22, 2026" in early.text
    future = client.post(f"{path}/steps/record_rebuttal", data=day_in("on", date(2026, 11, 23)))
    assert future.status_code == 422
    assert "This date is in the future." in future.text
    assert "steps/record_rebuttal" in client.get(path).text
    client.post(f"{path}/steps/record_rebuttal", data=day_in("on", TODAY))
    assert "steps/record_rebuttal" not in client.get(path).text
    client.post(f"{path}/steps/put_before_board", data={})
    form = {"decision": "refer_to_hearing", **day_in("on", TODAY)}
    tied = client.post(f"{path}/decision", data={**form, "votes_for": "4", "votes_against": "4"})
    assert tied.status_code == 422
    assert "more votes for than against" in tied.text
    client.post(f"{path}/decision", data={**form, "votes_for": "7", "votes_against": "2"})

    page = client.get(path).text
    assert "The board decided: Hear (refer to an attorney) (7 to 2)" in page
    assert "mailed today" in page
    assert "Schedule the hearing" in page
    assert "Record the rebuttal" not in page


def test_a_decision_that_the_state_does_not_allow_is_refused_on_its_page(app: Flask) -> None:
    case, client = open_case(app), staff(app)
    path = f"/legal/cases/{case.case_id}"
    form = {"decision": "dismiss", "votes_for": "7", "votes_against": "0", **day_in("on", TODAY)}

    refused = client.post(f"{path}/decision", data=form)

    assert refused.status_code == 409
    assert "open, with the educator not yet notified" in refused.text
    assert "nothing to decide now" in client.get(f"{path}/decision").text
    assert client.get(f"{path}/steps/schedule_hearing").status_code == 409
    assert client.get(f"{path}/steps/enter_suspension").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEGAL])
def test_only_legal_sees_and_moves_cases(app: Flask, role: Role) -> None:
    case = open_case(app)
    client = client_of(app, {role: DISTRICT}, educator_id=EDUCATOR)
    path = f"/legal/cases/{case.case_id}"

    for page in (path, f"{path}/decision", f"{path}/hold", "/legal/api/cases"):
        assert client.get(page).status_code == 403
    for act in ("steps/notify_educator", "hold/place", "orders/revocation", "decision"):
        assert client.post(f"{path}/{act}").status_code == 403
    assert client_of(app).get(path).status_code == 303


def test_finished_cases_are_listed_page_by_page(app: Flask) -> None:
    assert "No finished cases yet" in staff(app).get("/legal/cases/finished").text
    enter(app, decided_case(app), OrderAction.SURRENDER)

    with service_of(app).database.reading() as session:
        over = queries.finished_cases(session, None, 1)
    assert (len(over.items), over.pages) == (1, 1)
