"""After a restore: what was sent is sent again, what is said is believed, no number comes twice."""

import getpass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from chassis.messaging.relay import waiting_events
from chassis.operations import recovery
from chassis.storage.sequences import next_number
from chassis.storage.tables import AUDIT, OUTBOX
from chassis.testing import NOW, deliver, recorded, service_of
from contracts.legal import OrderAction, OrderEntered
from tests.architecture.suite import create_app
from tests.unit.chassis.registry import Order, board_of, drafted, enter


def run(app: Flask, *arguments: str) -> str:
    return app.test_cli_runner().invoke(args=arguments).output


def entered(app: Flask, order_id: UUID) -> OrderEntered:
    """The fact that an order, which was drafted, is entered."""
    with service_of(app).database.transaction() as session:
        enter(session, order_id, NOW.date())
    fact: OrderEntered = recorded(app, OrderEntered)[-1]
    return fact


def published_daily(app: Flask, days: int) -> list[UUID]:
    """The ids of a fact a day, the last one of today, which are all published."""
    facts = [entered(app, drafted(app, f"2026-{day:02}")) for day in range(days)]
    with service_of(app).database.transaction() as session:
        for age, fact in enumerate(reversed(facts)):
            session.execute(
                update(OUTBOX)
                .where(OUTBOX.c.event_id == fact.event_id)
                .values(recorded_at=NOW - timedelta(days=age), published_at=NOW)
            )
    return [fact.event_id for fact in facts]


def waiting(app: Flask) -> list[UUID]:
    with service_of(app).database.reading() as session:
        return [row.event_id for row in session.execute(waiting_events())]


def test_what_was_recorded_since_a_moment_is_sent_again(app: Flask) -> None:
    facts = published_daily(app, 4)

    said = run(app, "resend", "--since", (NOW - timedelta(days=1)).isoformat())

    assert said == "2 events will be sent again\n"
    assert waiting(app) == facts[-2:]


def test_everything_is_sent_again_however_much_it_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "BATCH", 2)
    facts = published_daily(app, 5)

    assert run(app, "resend") == "5 events will be sent again\n"
    assert waiting(app) == facts


def test_a_moment_without_its_zone_is_refused(app: Flask) -> None:
    published_daily(app, 1)

    assert "needs its zone" in run(app, "resend", "--since", "2026-11-22 04:00")
    assert "Invalid isoformat" in run(app, "resend", "--since", "yesterday")
    assert waiting(app) == []


def test_what_a_restored_service_says_is_heard_though_it_said_as_much_before(app: Flask) -> None:
    order_id = drafted(app, "2026-01")
    forgotten = OrderEntered(
        version=2,
        order_id=order_id,
        order_number="2026-99",
        educator_id=UUID(int=7),
        action=OrderAction.REVOCATION,
        effective_on=NOW.date(),
        has_conditions=False,
    )
    deliver(app, forgotten)

    assert run(app, "republish", "--as-newest") == "0 facts were recorded\n"
    deliver(app, entered(app, order_id))

    assert board_of(app) == ["2026-01"]


def test_everything_is_announced_as_newer_than_what_was_said(app: Flask) -> None:
    fact = entered(app, drafted(app))

    run(app, "republish", "--as-newest")

    with service_of(app).database.reading() as session:
        assert session.scalars(select(Order.version)).all() == [fact.version + recovery.LEAP]
    assert recorded(app, OrderEntered)[-1].version == fact.version + recovery.LEAP


def test_a_copy_keeps_the_version_that_its_owner_gave_it(tmp_path: Path) -> None:
    certification = service_of(create_app("certification", tmp_path))

    raised = {table.name for table in recovery.versioned_tables(certification)}

    assert raised == {"application", "certificate", "program_admission"}


def test_numbers_that_may_have_been_given_are_not_given_again(app: Flask) -> None:
    database = service_of(app).database
    with database.transaction() as session:
        assert next_number(session, "order 2026") == 1

    assert run(app, "skip-numbers", "100") == "100 numbers were skipped in: order 2026\n"

    with database.transaction() as session:
        assert next_number(session, "order 2026") == 102


@pytest.mark.parametrize(
    "command",
    [
        *("republish", "republish --changed", "republish --as-newest"),
        *("resend", "resync", "skip-numbers 10"),
    ],
)
def test_the_audit_trail_names_the_operator_who_ran_a_command(app: Flask, command: str) -> None:
    published_daily(app, 1)
    with service_of(app).database.transaction() as session:
        session.execute(delete(OUTBOX))

    run(app, *command.split())

    with service_of(app).database.reading() as session:
        actors = set(session.scalars(select(AUDIT.c.actor)))
    assert f"operator {getpass.getuser()}" in actors
    assert "command line" not in actors
