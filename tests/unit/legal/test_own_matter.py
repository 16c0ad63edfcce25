"""An educator on legal's staff neither reads nor handles what there is about themselves."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.testing import audited, client_of, service_of
from contracts.identity import Role
from contracts.legal import OrderAction
from services.legal.domain.complaint import ComplaintState
from services.legal.usecases import complaints
from tests.unit.legal.casework import (
    EDUCATOR,
    SECRET,
    begin_screening,
    decided_case,
    enter,
    file,
    open_case,
    staff,
)


@pytest.fixture
def accused(app: Flask) -> FlaskClient:
    return client_of(app, {Role.EDUCATOR: None, Role.LEGAL: None}, educator_id=EDUCATOR)


def test_the_accused_neither_reads_nor_closes_the_complaint(
    app: Flask, accused: FlaskClient
) -> None:
    complaint = file(app)
    begin_screening(app, complaint)
    path = f"/legal/complaints/{complaint.complaint_id}"
    closing = {"outcome": "insufficient_evidence", "reason": "It never happened."}

    read = [accused.get(path), accused.get(f"{path}/screening")]
    closed = accused.post(f"{path}/screening", data=closing)

    # As if there were none: whoever is accused may not know it yet.
    assert [each.status_code for each in read] == [404, 404]
    assert closed.status_code == 403
    assert not [each for each in (*read, closed) if SECRET in each.text]
    assert audited(app, "complaint read") == []
    with service_of(app).database.reading() as session:
        kept = complaints.get_complaint(session, complaint.complaint_id)
    assert kept.state == ComplaintState.SCREENING


def test_what_the_accused_sends_faultily_shows_no_complaint_either(
    app: Flask, accused: FlaskClient
) -> None:
    complaint = file(app)
    begin_screening(app, complaint)

    answer = accused.post(f"/legal/complaints/{complaint.complaint_id}/screening", data={})

    assert answer.status_code == 404
    assert SECRET not in answer.text


def test_the_accused_reads_neither_the_case_nor_the_order(app: Flask, accused: FlaskClient) -> None:
    order = enter(app, decided_case(app), OrderAction.SUSPENSION, conditions=["Training"])
    case, condition = f"/legal/cases/{order.case_id}", order.conditions[0].condition_id
    paths = [
        case,
        *(f"{case}/{part}" for part in ("decision", "hold", "orders/revocation")),
        f"{case}/steps/notify_educator",
        f"/legal/api/cases/{order.case_id}",
        f"/legal/orders/{order.order_id}",
        f"/legal/orders/{order.order_id}/conditions/{condition}",
    ]

    assert {path: accused.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert audited(app, "case file read", "order read") == []


def test_the_accused_finds_nothing_about_themselves_in_the_lists(
    app: Flask, accused: FlaskClient
) -> None:
    waiting, opened = file(app), open_case(app)
    finished = enter(app, decided_case(app), OrderAction.REVOCATION).case
    colleague = staff(app)
    shown = {
        "/legal/cases": (waiting.complaint_number, opened.case_number),
        "/legal/cases/finished": (finished.case_number,),
        "/legal/api/cases": (opened.case_number,),
    }

    for path, numbers in shown.items():
        for number in numbers:
            assert number in colleague.get(path).text
            assert number not in accused.get(path).text
