"""A service's page about itself: what waits, what failed, what is late."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import insert

from chassis.ids import new_id
from chassis.operations.health import DailyJob, Health, measure_health, record_queue
from chassis.storage.tables import INBOX, INBOX_FAILURE, OUTBOX, PARKED
from chassis.testing import NOW, client_of, service_of
from chassis.web.health_page import health_page
from contracts.identity import Role
from tests.unit.chassis.registry import registry

WELL = Health(0, None, 0, 0, None, (DailyJob("close_period", NOW - timedelta(hours=3)),))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = registry(tmp_path, extra_pages=(health_page("legal"),))
    yield made
    service_of(made).database.close()


def recorded_ago(app: Flask, ago: timedelta) -> None:
    with service_of(app).database.transaction() as session:
        session.execute(
            insert(OUTBOX).values(
                event_id=new_id(), topic="a.b.v1", body=b"{}", recorded_at=NOW - ago
            )
        )


def park_one(app: Flask) -> None:
    with service_of(app).database.transaction() as session:
        session.execute(
            insert(PARKED).values(
                parked_id=new_id(), topic="a.b.v1", body=b"{}", reason="broken", parked_at=NOW
            )
        )


def noted_ago(app: Flask, waiting: int, ago: timedelta) -> None:
    service = service_of(app)
    with service.database.transaction() as session:
        record_queue(session, service.name, waiting, NOW - ago)


def page_of(app: Flask) -> str:
    return client_of(app, {Role.ADMINISTRATOR: None}).get("/legal/health").text


def shows_that_it_works(app: Flask) -> bool:
    page = page_of(app)
    return "usa-alert--success" in page and "usa-alert--error" not in page


def only_fault_of(app: Flask) -> str:
    """The one fault of the service, which its page shows as an error."""
    (fault,) = measure_health(service_of(app)).faults(NOW)
    page = page_of(app)
    assert "usa-alert--error" in page
    assert escape(fault) in page
    return fault


def test_a_service_that_works_says_so_and_leads_to_the_others(app: Flask) -> None:
    page = page_of(app)

    assert shows_that_it_works(app)
    assert 'href="/payments/health"' in page
    assert 'data-excerpt="/payments/health#state"' in page
    assert 'data-excerpt="/lookup/#as-of"' in page


def test_an_event_that_has_just_been_recorded_is_no_fault(app: Flask) -> None:
    recorded_ago(app, timedelta(seconds=2))

    assert measure_health(service_of(app)).unpublished == 1
    assert shows_that_it_works(app)


def test_an_event_that_is_not_published_for_long_is_a_fault(app: Flask) -> None:
    recorded_ago(app, timedelta(minutes=5))

    assert measure_health(service_of(app)).is_late(NOW)
    assert "published" in only_fault_of(app)


def test_a_parked_message_is_a_fault(app: Flask) -> None:
    park_one(app)

    assert "Messages are parked." in page_of(app)
    assert "<desc" in page_of(app)


def test_a_message_that_a_worker_gave_up_at_the_broker_is_one_until_it_is_handled(
    app: Flask,
) -> None:
    event_id = new_id()
    failed = {"event_id": event_id, "attempts": 0, "not_before": NOW, "error": "broken"}
    with service_of(app).database.transaction() as session:
        session.execute(insert(INBOX_FAILURE).values(failed))
    assert measure_health(service_of(app)).parked == 1

    with service_of(app).database.transaction() as session:
        handled = {"event_id": event_id, "topic": "a.b.v1", "handled_at": NOW}
        session.execute(insert(INBOX).values(handled))
    assert measure_health(service_of(app)).parked == 0


def test_a_daily_job_is_late_after_a_day_and_when_it_never_ran() -> None:
    assert WELL.faults(NOW) == []
    assert WELL.faults(NOW + timedelta(hours=22)) == []
    assert len(WELL.faults(NOW + timedelta(hours=24))) == 1
    assert DailyJob("close_period", None).is_late(NOW)


def test_what_waits_in_the_queue_is_told_as_the_worker_saw_it(app: Flask) -> None:
    noted_ago(app, 3, timedelta(seconds=20))
    noted_ago(app, 12, timedelta(seconds=5))

    page = page_of(app)
    assert "12, seen " in page
    assert shows_that_it_works(app)


def test_a_worker_that_looks_no_more_is_a_fault(app: Flask) -> None:
    assert "Waiting in the queue" not in page_of(app)
    noted_ago(app, 0, timedelta(minutes=2))

    assert "worker" in only_fault_of(app)


def test_it_is_for_the_administrator_alone(app: Flask) -> None:
    assert client_of(app, {Role.ANALYST: None}).get("/legal/health").status_code == 403
    assert client_of(app).get("/legal/health").status_code != 200
