"""What a complaint says stays in its table, and whoever reads it leaves a trace."""

import io
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text

from chassis.ids import new_id
from chassis.storage import audit
from chassis.storage.tables import AUDIT, OUTBOX
from chassis.testing import FixedClock, audited, prepare, service_of, test_settings
from contracts.legal import OrderAction
from services.legal.app import create_app
from tests.unit.legal.casework import (
    EDUCATOR,
    SECRET,
    complaint_form,
    decided_case,
    enter,
    file,
    fulfill,
    open_case,
    settle,
    staff,
    superintendent,
)

ROWS_WITH_TEXT = {"complaint_text", "case_entry", "condition"}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Every line the service writes while it runs."""
    lines = io.StringIO()
    monkeypatch.setattr(sys, "stderr", lines)
    return lines


@pytest.fixture
def app(log: io.StringIO, tmp_path: Path) -> Iterator[Flask]:
    made = create_app(test_settings("legal", tmp_path), FixedClock())
    prepare(made)
    settle(made)
    yield made
    service_of(made).database.close()


def confide(app: Flask) -> FlaskClient:
    """Everything that is confidential says the secret; walk through pages and use cases with it."""
    reporter, legal = superintendent(app), staff(app)
    secret_file = (BytesIO(SECRET.encode()), f"{SECRET}.txt")
    filed = reporter.post(
        f"/legal/complaints/new/{EDUCATOR}", data=complaint_form(documents=secret_file)
    )
    complaint = filed.location.removesuffix("/received")
    legal.get(complaint)
    legal.post(f"{complaint}/screening/begin")
    legal.get(f"{complaint}/screening")
    opened = legal.post(f"{complaint}/screening", data={"outcome": "open_case", "grounds": ["c"]})
    case = opened.location
    legal.post(f"{case}/hold/place", data={"reason": SECRET})
    legal.post(f"{case}/steps/notify_educator", data={"note": SECRET})
    legal.get(case)
    legal.post(f"{case}/hold/lift", data={"reason": SECRET})
    closed = file(app, facts=SECRET)
    path = f"/legal/complaints/{closed.complaint_id}"
    legal.post(f"{path}/screening/begin")
    legal.post(f"{path}/screening", data={"outcome": "insufficient_evidence", "reason": SECRET})
    order = enter(app, decided_case(app), OrderAction.SUSPENSION, conditions=[f"Read {SECRET}"])
    evidence = {"evidence": SECRET}
    condition = order.conditions[0].condition_id
    legal.post(f"/legal/orders/{order.order_id}/conditions/{condition}", data=evidence)
    return legal


def test_no_fact_notice_audit_entry_or_log_line_says_what_a_complaint_says(
    app: Flask, log: io.StringIO
) -> None:
    confide(app)

    with service_of(app).database.reading() as session:
        bodies = session.scalars(select(OUTBOX.c.body)).all()
        entries = [str(row) for row in session.execute(select(AUDIT))]
        assert audit.verify(session) == len(entries)
    assert len(bodies) > 8
    assert not [body for body in bodies if SECRET.encode() in body]
    assert len(entries) > 15
    assert not [entry for entry in entries if SECRET in entry]
    assert log.getvalue().count("request answered") > 10
    assert SECRET not in log.getvalue()


def test_confidential_words_lie_only_in_the_tables_made_for_them(app: Flask) -> None:
    confide(app)

    with service_of(app).database.reading() as session:
        tables = inspect(session.get_bind()).get_table_names()
        holding = {
            name
            for name in tables
            if any(SECRET in str(row) for row in session.execute(text(f'select * from "{name}"')))
        }
    assert holding == ROWS_WITH_TEXT | {"document"}


def test_a_crash_while_a_complaint_is_filed_does_not_write_its_words_into_the_log(
    app: Flask, log: io.StringIO
) -> None:
    with service_of(app).database.transaction() as session:
        session.execute(text("drop table complaint_text"))

    answer = superintendent(app).post(f"/legal/complaints/new/{EDUCATOR}", data=complaint_form())

    assert answer.status_code >= 500
    assert "complaint_text" in log.getvalue()
    assert SECRET not in log.getvalue()
    assert SECRET not in answer.text


def test_every_read_of_a_complaint_leaves_an_entry_that_says_who_and_which(app: Flask) -> None:
    complaint = file(app)
    reporter, legal = superintendent(app), staff(app)
    path = f"/legal/complaints/{complaint.complaint_id}"

    reporter.get(path)
    legal.get(path)
    legal.get(f"{path}/screening")
    superintendent(app, new_id()).get(path)

    reads = audited(app, "complaint read")
    assert [read.subject for read in reads] == [str(complaint.complaint_id)] * 3
    assert len({read.actor for read in reads}) == 2
    assert all(read.actor.startswith("account ") for read in reads)


def test_every_read_of_a_document_leaves_an_entry(app: Flask) -> None:
    reporter = superintendent(app)
    form = complaint_form(documents=(BytesIO(b"a letter"), f"{SECRET}.pdf"))
    path = reporter.post(f"/legal/complaints/new/{EDUCATOR}", data=form).location.removesuffix(
        "/received"
    )
    page = reporter.get(path).text
    (link,) = [part.split('"')[0] for part in page.split('href="') if "/documents/" in part[:150]]

    with staff(app).get(link) as answer:
        assert answer.data == b"a letter"
    (read,) = audited(app, "document read")
    assert read.after == {"number": "C-2026-0001", "document": 1}


def test_every_read_of_a_case_file_or_order_leaves_an_entry(app: Flask) -> None:
    order = enter(app, decided_case(app), OrderAction.SUSPENSION, conditions=["Training"])
    case_id, legal = order.case_id, staff(app)

    legal.get(f"/legal/cases/{case_id}")
    legal.get(f"/legal/api/cases/{case_id}")
    legal.get(f"/legal/orders/{order.order_id}")

    assert [read.subject for read in audited(app, "case file read")] == [str(case_id)] * 2
    assert [read.subject for read in audited(app, "order read")] == [str(order.order_id)]


def test_each_act_is_written_down(app: Flask) -> None:
    case = decided_case(app)
    order = enter(app, case, OrderAction.SUSPENSION, conditions=["Training"])
    fulfill(app, order, 1)

    (decided, accepted) = audited(app, "board decided")
    assert decided.before == {"state": "ready_for_board"}
    assert accepted.after == {
        "state": "order_due",
        "decision": "accept_agreed_order",
        "on": "2026-11-22",
        "vote": "7-2-0",
    }
    assert [entry.after["condition"] for entry in audited(app, "condition fulfilled")] == [1]
    assert audited(app, "record rebuttal")


def test_a_case_list_tells_nobody_what_a_case_is_about(app: Flask) -> None:
    open_case(app)

    assert SECRET not in staff(app).get("/legal/cases").text
