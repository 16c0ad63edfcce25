"""Programs read cases, enter orders and file complaints, each command once."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from chassis.storage.tables import IDEMPOTENCY
from chassis.testing import recorded, service_of
from contracts.legal import OrderEntered
from services.legal.domain.complaint import Complaint
from tests.unit.legal.casework import (
    DISTRICT,
    EDUCATOR,
    OTHER_DISTRICT,
    SECRET,
    decided_case,
    open_case,
    staff,
    superintendent,
)

ORDER = {
    "action": "revocation",
    "effective_on": "2026-11-22",
    "grounds": ["c"],
    "is_permanent": True,
}


def complaint(**parts: Any) -> dict[str, Any]:
    return {
        "organization_id": str(DISTRICT),
        "educator_number": "201812345",
        "position": "Mathematics teacher",
        "facts": f"The educator said {SECRET}.",
        "occurred_on": "2026-11-03",
        "learned_on": "2026-11-05",
        "grounds": ["c"],
        "signature": "Beauregard Sample",
        "is_true": True,
        **parts,
    }


def post(
    client: FlaskClient, path: str, body: dict[str, Any], key: str | None = "key-00000001"
) -> Any:
    return client.post(path, json=body, headers={"Idempotency-Key": key} if key else {})


def get(client: FlaskClient, path: str) -> Any:
    return client.get(path).json


def orders_of(case_id: UUID) -> str:
    return f"/legal/api/cases/{case_id}/orders"


def test_cases_are_listed_and_shown(app: Flask) -> None:
    case, client = open_case(app), staff(app)

    (listed,) = get(client, "/legal/api/cases")["cases"]
    shown = get(client, f"/legal/api/cases/{case.case_id}")

    assert (listed["case_number"], listed["state"]) == ("2026-0001", "open")
    assert listed["due_on"] == "2026-12-02"
    assert [entry["action"] for entry in shown["entries"]] == ["open_case"]
    assert "note" not in shown["entries"][0]


def test_an_order_sent_twice_is_entered_once_and_answered_the_same(app: Flask) -> None:
    case, client = decided_case(app), staff(app)
    path = orders_of(case.case_id)

    answers = [post(client, path, ORDER) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert answers[0].json["earliest_reapplication_on"] is None
    other_body = post(client, path, {**ORDER, "effective_on": "2026-11-23"})
    assert other_body.status_code == 422
    new_key = post(client, path, ORDER, key="key-00000002")
    assert (new_key.status_code, new_key.json["type"]) == (
        409,
        "urn:credence:problem:order-already-entered",
    )
    assert len(recorded(app, OrderEntered)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"effective_on": "2026-11-21"}, "effective_on"),
        ({"grounds": []}, "grounds"),
        ({"is_permanent": False}, "earliest_reapplication_on"),
        ({"action": "suspension", "last_day": "2029-01-01"}, "last_day"),
    ],
)
def test_an_order_that_is_wrong_names_its_field(
    app: Flask, change: dict[str, Any], field: str
) -> None:
    case = decided_case(app)

    answer = post(staff(app), orders_of(case.case_id), {**ORDER, **change})

    assert answer.status_code == 422
    assert field in str(answer.json["errors"])
    assert recorded(app, OrderEntered) == []


def complaints_filed(app: Flask) -> int:
    with service_of(app).database.reading() as session:
        return session.scalars(select(func.count()).select_from(Complaint)).one()


def test_a_complaint_sent_twice_is_filed_once_and_its_receipt_says_nothing_of_it(
    app: Flask,
) -> None:
    client = superintendent(app)

    answers = [post(client, "/legal/api/complaints", complaint()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert answers[0].json["complaint_number"] == "C-2026-0001"
    assert answers[0].json["is_late"] is False
    assert complaints_filed(app) == 1
    with service_of(app).database.reading() as session:
        (kept,) = session.scalars(select(IDEMPOTENCY.c.response)).all()
    assert SECRET not in str(kept)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"organization_id": str(OTHER_DISTRICT)}, 403),
        ({"educator_number": "000"}, 422),
        ({"is_true": False}, 422),
        ({"facts": None}, 422),
        ({"learned_on": "2026-11-01"}, 422),
        ({"grounds": ["z"]}, 422),
    ],
)
def test_a_complaint_that_may_not_be_filed_is_refused(
    app: Flask, change: dict[str, Any], status: int
) -> None:
    answer = post(superintendent(app), "/legal/api/complaints", complaint(**change))

    assert answer.status_code == status
    assert SECRET not in answer.text
    assert complaints_filed(app) == 0


def test_commands_need_a_key_and_the_role(app: Flask) -> None:
    case = decided_case(app)

    assert post(staff(app), orders_of(case.case_id), ORDER, key=None).status_code == 422
    assert post(superintendent(app), orders_of(case.case_id), ORDER).status_code == 403
    assert post(staff(app), "/legal/api/complaints", complaint()).status_code == 403
    assert superintendent(app).get("/legal/api/cases").status_code == 403
    unknown = staff(app).get(f"/legal/api/cases/{EDUCATOR}")
    assert (unknown.status_code, unknown.content_type) == (404, "application/problem+json")
