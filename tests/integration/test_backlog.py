"""The relay after a long silence of the broker: a batch costs the same however much waits."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import SystemClock
from chassis.messaging.relay import BATCH, take_waiting, waiting_events
from chassis.storage.database import Database
from chassis.storage.tables import service_metadata
from tests.integration.bus_world import SPEAKER
from tests.servers import PostgresServer

WAITING = 10_000


@pytest.fixture
def long_outbox(postgres: PostgresServer) -> Iterator[Database]:
    """An outbox in which much waits, and at which PostgreSQL's statistics have not looked yet."""
    database = Database(SPEAKER, postgres.create_database("backlog"), SystemClock())
    service_metadata().create_all(database.engine)
    with database.transaction() as session:
        session.execute(text("ALTER TABLE outbox SET (autovacuum_enabled = off)"))
        session.execute(
            text(
                "INSERT INTO outbox (event_id, topic, body, recorded_at) "
                "SELECT gen_random_uuid(), 'payments.nothing-due.v1', "
                "convert_to(repeat('x', 1000), 'UTF8'), now() FROM generate_series(1, :waiting)"
            ),
            {"waiting": WAITING},
        )
    yield database
    database.close()


def plan(session: Session) -> str:
    """How PostgreSQL would take a batch in this transaction."""
    statement = waiting_events().with_for_update(skip_locked=True)
    sql = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    return "\n".join(session.scalars(text(f"EXPLAIN {sql}")))


def test_a_batch_is_taken_without_sorting_all_that_waits(long_outbox: Database) -> None:
    with long_outbox.transaction() as session:
        assert "Sort" in plan(session), "as it would be taken by itself"
        batch = take_waiting(session)
        assert "Sort" not in plan(session)
    assert [each.position for each in batch] == list(range(1, BATCH + 1))


def test_another_transaction_is_not_told_how_to_read(long_outbox: Database) -> None:
    with long_outbox.transaction() as session:
        take_waiting(session)
    with long_outbox.transaction() as session:
        assert session.scalar(text("SHOW enable_sort")) == "on"
