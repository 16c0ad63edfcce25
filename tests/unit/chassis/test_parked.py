"""Parked messages of a service in the embedded suite, by the service's own command."""

import getpass
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import insert, select

from chassis.ids import new_id
from chassis.messaging.embedded import EmbeddedBus
from chassis.messaging.outbox import record
from chassis.messaging.parked import body_text
from chassis.operations.parked_commands import main
from chassis.storage import audit
from chassis.storage.tables import AUDIT, OUTBOX
from chassis.testing import NOW, FixedClock, service_of
from contracts.legal import HoldPlaced, OrderAction, OrderEntered
from tests.unit.chassis import registry
from tests.unit.chassis.registry import board_of

BECAUSE = ("--because", "a test of the line")


@pytest.fixture(autouse=True)
def short_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same number of tries, without pauses between them."""
    monkeypatch.setattr("chassis.messaging.inbox.BACK_OFF_SECONDS", (0.0, 0.0, 0.0, 0.0))


@pytest.fixture
def illegible(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The orders that cannot be written on the board; a test mends it by emptying the set."""
    numbers = {"2026-13"}
    monkeypatch.setattr(registry, "ILLEGIBLE", numbers)
    return numbers


def park(app: Flask, number: str = "2026-13") -> str:
    """The event id of an order that the registry gave up on."""
    fact = OrderEntered(
        version=2,
        order_id=new_id(),
        order_number=number,
        educator_id=new_id(),
        action=OrderAction.REVOCATION,
        effective_on=NOW.date(),
        has_conditions=False,
    )
    with service_of(app).database.transaction() as session:
        record(session, fact)
    _carry(app)
    return str(fact.event_id)


def garble(app: Flask) -> str:
    """The event id of bytes that are no event."""
    event_id = new_id()
    with service_of(app).database.transaction() as session:
        session.execute(
            insert(OUTBOX).values(
                event_id=event_id, topic=OrderEntered.topic, body=b"\xff", recorded_at=NOW
            )
        )
    _carry(app)
    return str(event_id)


def _carry(app: Flask) -> None:
    bus = EmbeddedBus([service_of(app).participant])
    while not bus.carry():
        pass


def later(app: Flask) -> None:
    clock = service_of(app).clock
    assert isinstance(clock, FixedClock)
    clock.move(seconds=1)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["parked", *arguments])


def run_without_the_service(folder: Path, *arguments: str) -> Result:
    environment = {"VAR_DIR": str(folder)}
    return CliRunner(env=environment).invoke(main, ["--service", "legal", *arguments])


def audited(app: Flask) -> list[tuple[str, str, str]]:
    with service_of(app).database.reading() as session:
        rows = session.execute(select(AUDIT).order_by(AUDIT.c.position)).all()
        assert audit.verify(session) == len(rows)
    return [(row.actor, row.action, row.subject) for row in rows]


def test_what_was_parked_is_listed_with_its_reason(app: Flask, illegible: set[str]) -> None:
    poisoned = park(app)
    later(app)
    garbled = garble(app)

    listed = run(app, "list")

    assert listed.exit_code == 0
    assert listed.output.startswith("Parked for legal: 2.")
    first, second = listed.output.split("\n\n")[1:]
    assert first.startswith(f"{poisoned}  legal.order-entered.v1")
    assert "Illegible: nobody can read order 2026-13" in first
    assert second.startswith(f"{garbled}  legal.order-entered.v1")
    assert "not accepted" in second


def test_what_is_parked_twice_is_one_message(app: Flask, illegible: set[str]) -> None:
    park(app)
    with service_of(app).database.transaction() as session:
        session.execute(OUTBOX.update().values(published_at=None))
    _carry(app)

    assert "Parked for legal: 1." in run(app, "list").output


def test_a_replay_once_the_cause_is_mended_has_its_effect_once(
    app: Flask, illegible: set[str]
) -> None:
    mended, left = park(app), garble(app)
    illegible.clear()

    replayed = run(app, "replay", mended)

    assert replayed.exit_code == 0, replayed.output
    assert board_of(app) == ["2026-13"]
    assert mended not in run(app, "list").output
    assert left in run(app, "list").output
    actor = f"operator {getpass.getuser()}"
    assert audited(app) == [(actor, "parked message replayed", mended)]


def test_a_replay_that_fails_again_leaves_the_message_parked(
    app: Flask, illegible: set[str]
) -> None:
    poisoned = park(app)

    refused = run(app, "replay", poisoned)

    assert refused.exit_code == 1
    assert "It failed again and stays parked. Illegible: nobody can read" in refused.output
    assert poisoned in run(app, "list").output
    assert board_of(app) == []
    assert audited(app) == []


def test_a_discarded_message_is_gone_for_good(app: Flask) -> None:
    gone, left = garble(app), garble(app)

    assert run(app, "discard", gone).exit_code == 2
    assert run(app, "discard", gone, *BECAUSE).exit_code == 0

    listed = run(app, "list").output
    assert gone not in listed
    assert left in listed
    assert [each[1:] for each in audited(app)] == [("parked message discarded", gone)]


@pytest.mark.parametrize("unknown", [str(UUID(int=1)), "no-id-at-all"])
@pytest.mark.parametrize("command", [["show"], ["replay"], ["discard", *BECAUSE]])
def test_an_unknown_id_is_refused(app: Flask, command: list[str], unknown: str) -> None:
    refused = run(app, *command, unknown)

    assert refused.exit_code == 1
    assert f"Nothing is parked under {unknown}" in refused.output


def test_without_the_service_everything_but_a_replay_is_possible(
    app: Flask, illegible: set[str], tmp_path: Path
) -> None:
    poisoned = park(app)

    listed = run_without_the_service(tmp_path, "list")
    replayed = run_without_the_service(tmp_path, "replay", poisoned)
    discarded = run_without_the_service(tmp_path, "discard", poisoned, *BECAUSE)

    assert poisoned in listed.output
    assert replayed.exit_code == 1
    assert f"flask --app services.legal.app parked replay {poisoned}" in replayed.output
    assert discarded.exit_code == 0


def test_a_database_that_was_never_migrated_is_reported_plainly(tmp_path: Path) -> None:
    refused = run_without_the_service(tmp_path, "list")

    assert refused.exit_code == 1
    assert "no such table: parked" in refused.output


def masked(body: bytes) -> str:
    return body_text(body, personal=False)


def test_only_what_a_contract_calls_public_is_shown() -> None:
    hold = (
        b'{"specversion":"1.0","type":"legal.hold-placed.v1","subject":"h-1","remark":"Ann Combs",'
        b'"data":{"version":1,"hold_id":"h-1","educator_id":"e-1","placed_on":"2026-11-22",'
        b'"unheard_of":"Ann Combs"}}'
    )

    assert HoldPlaced.marks()["educator_id"] == "personal"
    assert '"hold_id": "h-1"' in masked(hold)
    assert '"subject": "h-1"' in masked(hold)
    for secret in ("e-1", "2026-11-22", "Ann Combs"):
        assert secret not in masked(hold)
        assert secret in body_text(hold, personal=True)


@pytest.mark.parametrize(
    "body",
    [
        b"Ann Combs",
        b'"Ann Combs"',
        b'["Ann Combs"]',
        b'{"type":"nobody.knows.v1","data":{"name":"Ann Combs"}}',
        b'{"type":"legal.hold-placed.v1","data":["Ann Combs"]}',
        b'{"type":["Ann Combs"],"subject":{"name":"Ann Combs"},"data":{}}',
        b'{"data":"Ann Combs"}',
        b"[" * 100_000 + b'"Ann Combs"',
    ],
)
def test_of_a_body_without_a_known_contract_nothing_personal_is_shown(body: bytes) -> None:
    assert "Ann Combs" not in masked(body)
    assert "Ann Combs" in body_text(body, personal=True)
