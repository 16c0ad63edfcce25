"""What is counted and timed is named by what we know, never by what a caller invented."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from chassis.clock import SystemClock
from chassis.messaging.embedded import EmbeddedBus
from chassis.operations.gauges import ServiceCollector
from chassis.schedule import Schedule
from chassis.storage.tables import OUTBOX
from chassis.testing import client_of, service_of
from contracts.identity import Role
from contracts.legal import OrderEntered
from tests.unit.chassis.registry import ILLEGIBLE, drafted, enter, registry

TOPIC = OrderEntered.topic


@pytest.fixture
def name() -> str:
    """A service that no other test has counted for."""
    return f"registry{uuid4().hex[:8]}"


@pytest.fixture
def app(tmp_path: Path, name: str) -> Iterator[Flask]:
    made = registry(tmp_path, name=name, clock=SystemClock())
    yield made
    service_of(made).database.close()


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Flask]:
    """The service that publishes what is counted: a reader takes no event from another."""
    made = registry(tmp_path / "sender", clock=SystemClock())
    yield made
    service_of(made).database.close()


def value(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(metric, labels) or 0.0


def series(metric: str, **labels: str) -> list[dict[str, str]]:
    return [
        sample.labels
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == metric and labels.items() <= sample.labels.items()
    ]


def measured(app: Flask) -> dict[str, float]:
    """What a worker of the service would tell, by metric and its other labels."""
    asked = CollectorRegistry()
    asked.register(ServiceCollector(service_of(app)))
    found = {}
    for family in text_string_to_metric_families(generate_latest(asked).decode()):
        for sample in family.samples:
            rest = [text for label, text in sample.labels.items() if label != "service"]
            found[" ".join([sample.name, *rest])] = sample.value
    return found


def enter_one(app: Flask) -> None:
    service, order_id = service_of(app), drafted(app)
    with service.database.transaction() as session:
        enter(session, order_id, service.today())


def enter_in_vain(app: Flask) -> None:
    service, order_id = service_of(app), drafted(app)
    with service.database.transaction() as session:
        enter(session, order_id, service.today())
        raise ZeroDivisionError


def carry(*apps: Flask) -> None:
    EmbeddedBus([service_of(app).participant for app in apps]).carry()


def test_a_request_is_timed_by_the_template_of_its_route(app: Flask, name: str) -> None:
    client = client_of(app, {Role.LEGAL: None})
    for _ in range(3):
        client.post(f"/registry/orders/{drafted(app)}/enter", data={"signature": "x"})

    assert (
        value(
            "http_request_seconds_count",
            service=name,
            method="POST",
            route="/registry/orders/<uuid:order_id>/enter",
            status_class="3xx",
        )
        == 3
    )
    assert value("http_requests_total", service=name, method="POST", status="303") == 3


def test_invented_paths_and_methods_are_one_series(app: Flask, name: str) -> None:
    for number in range(5):
        app.test_client().open(f"/invented/{number}", method=f"INVENTED{number}")

    assert series("http_request_seconds_count", service=name) == [
        {"service": name, "method": "other", "route": "none", "status_class": "4xx"}
    ]
    assert series("http_requests_total", service=name) == [
        {"service": name, "method": "other", "status": "404"}
    ]


def test_a_fact_is_counted_once_it_is_committed(app: Flask, name: str) -> None:
    enter_one(app)
    enter_one(app)

    assert value("events_recorded_total", service=name, topic=TOPIC) == 2


def test_a_fact_that_is_rolled_back_is_not_counted(app: Flask, name: str) -> None:
    with pytest.raises(ZeroDivisionError):
        enter_in_vain(app)

    assert value("events_recorded_total", service=name, topic=TOPIC) == 0


def test_an_event_is_counted_and_aged_once_its_reaction_is_committed(
    app: Flask, sender: Flask, name: str
) -> None:
    enter_one(sender)
    carry(sender, app)

    assert value("inbox_handled_total", service=name, topic=TOPIC) == 1
    assert value("event_age_seconds_count", service=name, topic=TOPIC) == 1
    assert 0 < value("event_age_seconds_sum", service=name, topic=TOPIC) < 60


def test_an_event_that_comes_again_counts_as_a_duplicate(
    app: Flask, sender: Flask, name: str
) -> None:
    enter_one(sender)
    carry(sender, app)
    with service_of(sender).database.transaction() as session:
        session.execute(update(OUTBOX).values(published_at=None))
    carry(sender, app)

    assert value("inbox_duplicates_total", service=name) == 1
    assert value("inbox_handled_total", service=name, topic=TOPIC) == 1


def test_a_reaction_that_fails_is_counted(app: Flask, sender: Flask, name: str) -> None:
    ILLEGIBLE.add("2026-01")
    try:
        enter_one(sender)
        carry(sender, app)
    finally:
        ILLEGIBLE.clear()

    assert value("inbox_failures_total", service=name) == 1
    assert value("inbox_handled_total", service=name, topic=TOPIC) == 0


def test_what_waits_in_the_outbox_is_measured_when_somebody_asks(app: Flask) -> None:
    assert measured(app)["outbox_waiting"] == 0
    assert measured(app)["outbox_oldest_seconds"] == 0
    enter_one(app)
    enter_one(app)
    long_ago = SystemClock().now() - timedelta(hours=1)
    with service_of(app).database.transaction() as session:
        session.execute(update(OUTBOX).where(OUTBOX.c.position == 1).values(recorded_at=long_ago))

    assert measured(app)["outbox_waiting"] == 2
    assert 3600 <= measured(app)["outbox_oldest_seconds"] < 3700
    carry(app)
    assert measured(app)["outbox_waiting"] == 0


def test_a_daily_job_tells_when_it_last_ran_and_zero_before(app: Flask) -> None:
    service, schedule = service_of(app), Schedule()
    schedule.every_day(tidy)
    object.__setattr__(service, "schedule", schedule)
    assert measured(app)["daily_job_last_run_timestamp_seconds tidy"] == 0

    schedule.run(service.database, service.today(), service.now())

    last = measured(app)["daily_job_last_run_timestamp_seconds tidy"]
    assert abs(last - service.now().timestamp()) < 60


def tidy(*_: object) -> None:
    """A job that does nothing."""


def test_the_age_of_what_is_known_is_infinite_until_anything_is(app: Flask) -> None:
    service = service_of(app)
    assert "knowledge_age_seconds" not in measured(app)
    object.__setattr__(service, "known_until", lambda _: None)
    assert measured(app)["knowledge_age_seconds"] == float("inf")

    object.__setattr__(service, "known_until", lambda _: service.now() - timedelta(seconds=90))
    assert 80 < measured(app)["knowledge_age_seconds"] < 150


def test_a_database_that_is_gone_is_told_and_hides_nothing_else(app: Flask, tmp_path: Path) -> None:
    assert measured(app)["dependency_up database"] == 1
    service_of(app).database.close()
    for file in tmp_path.glob("*.sqlite*"):
        file.unlink()

    found = measured(app)

    assert found["dependency_up database"] == 0
    assert "outbox_waiting" not in found
