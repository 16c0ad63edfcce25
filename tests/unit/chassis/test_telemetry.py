"""One trace runs from a click through outbox and bus to the reaction of another service."""

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask

from chassis.messaging.embedded import EmbeddedBus
from chassis.observability.logging import log
from chassis.schedule import Schedule
from chassis.testing import client_of, service_of
from contracts.identity import Role
from tests.unit.chassis.registry import ILLEGIBLE, board_of, drafted, enter, registry

LEGAL = {Role.LEGAL: None}
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Logged(StringIO):
    """What was logged, line by line, as JSON."""

    def entries(self, event: str = "", **where: object) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.getvalue().splitlines()]
        return [
            line
            for line in lines
            if line["event"].startswith(event) and where.items() <= line.items()
        ]


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two services: in one the order is entered, the other hears of it."""
    made = registry(tmp_path / "legal", name="legal"), registry(tmp_path / "lookup", name="lookup")
    yield made
    for each in made:
        service_of(each).database.close()


@pytest.fixture
def logged(suite: tuple[Flask, Flask]) -> Iterator[Logged]:
    """What is logged from now on."""
    before, captured = structlog.get_config(), Logged()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(captured))
    yield captured
    structlog.configure(**before)


def click(app: Flask, **headers: str) -> str:
    """Enter an order as a person does on its page; returns the order's id."""
    order_id = drafted(app)
    answer = client_of(app, LEGAL).post(
        f"/registry/orders/{order_id}/enter", data={"signature": "Testworthy"}, headers=headers
    )
    assert answer.status_code == 303
    return str(order_id)


def carry(suite: tuple[Flask, Flask]) -> None:
    """Carry what was recorded to everybody who reacts to it."""
    assert EmbeddedBus([service_of(each).participant for each in suite]).carry() > 0


def test_one_trace_can_be_followed_from_the_click_to_the_row_that_changed(
    suite: tuple[Flask, Flask], logged: Logged
) -> None:
    legal, lookup = suite
    order_id = click(legal)
    carry(suite)

    assert board_of(lookup) == ["2026-01"]
    (clicked,) = logged.entries("request answered", service="legal", method="POST")
    steps = logged.entries(trace_id=clicked["trace_id"])
    assert [(step["event"], step["service"]) for step in steps] == [
        ("event recorded", "legal"),
        ("request answered", "legal"),
        ("event handled", "legal"),
        ("event handled", "lookup"),
    ]
    assert {step["subject"] for step in steps if "subject" in step} == {order_id}
    assert len({step["correlation_id"] for step in steps}) == 1


def test_two_clicks_are_two_traces(suite: tuple[Flask, Flask], logged: Logged) -> None:
    click(suite[0])
    click(suite[0])
    carry(suite)

    handled = logged.entries("event handled", service="lookup")

    assert len({each["trace_id"] for each in handled}) == 2


def test_a_trace_begun_at_the_gateway_goes_on(suite: tuple[Flask, Flask], logged: Logged) -> None:
    click(suite[0], Traceparent=TRACEPARENT)
    carry(suite)

    (handled,) = logged.entries("event handled", service="lookup")

    assert handled["trace_id"] == TRACEPARENT.split("-")[1]


def test_a_malformed_trace_begins_a_new_one(suite: tuple[Flask, Flask], logged: Logged) -> None:
    click(suite[0], Traceparent="nonsense")

    (answered,) = logged.entries("request answered")

    assert re.fullmatch(r"[0-9a-f]{32}", answered["trace_id"])


def test_the_request_number_a_person_sees_is_in_the_log_of_every_consequence(
    suite: tuple[Flask, Flask], logged: Logged
) -> None:
    click(suite[0], **{"X-Request-Id": "number-on-the-page"})
    carry(suite)

    followed = logged.entries(correlation_id="number-on-the-page")

    assert {each["service"] for each in followed} == {"legal", "lookup"}


def test_no_log_tells_what_a_person_typed(suite: tuple[Flask, Flask], logged: Logged) -> None:
    click(suite[0])
    client_of(suite[0], LEGAL).get("/registry/?ssn=078-05-1120")
    carry(suite)

    assert "Testworthy" not in logged.getvalue()
    assert "078-05-1120" not in logged.getvalue()


def test_a_failing_reaction_says_whose_act_it_fails(
    suite: tuple[Flask, Flask], logged: Logged
) -> None:
    ILLEGIBLE.add("2026-01")
    try:
        click(suite[0], **{"X-Request-Id": "number-on-the-page"})
        EmbeddedBus([service_of(each).participant for each in suite]).carry()
    finally:
        ILLEGIBLE.clear()

    (clicked,) = logged.entries("request answered")
    failed = logged.entries("reaction failed")

    assert {each["service"] for each in failed} == {"legal", "lookup"}
    assert {each["correlation_id"] for each in failed} == {"number-on-the-page"}
    assert {each["trace_id"] for each in failed} == {clicked["trace_id"]}


def test_what_a_daily_job_records_has_a_trace(suite: tuple[Flask, Flask], logged: Logged) -> None:
    service, schedule = service_of(suite[0]), Schedule()
    order_id = drafted(suite[0])
    schedule.every_day(lambda session, day, _: enter(session, order_id, day))
    schedule.run(service.database, service.today(), service.now())
    carry(suite)

    (recorded,) = logged.entries("event recorded")
    handled = logged.entries("event handled")

    assert {each["trace_id"] for each in handled} == {recorded["trace_id"]}


def test_the_log_leaves_out_the_row_that_the_database_refused(logged: Logged) -> None:
    refused = "duplicate key\nDETAIL: Key (last_name)=(Testworthy\nTwo) exists.\n[SQL: insert]"

    log.warning("reaction failed", error=refused)

    (line,) = logged.entries("reaction failed")
    assert line["error"] == "duplicate key\n[SQL: insert]"
