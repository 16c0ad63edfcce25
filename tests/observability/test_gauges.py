"""What a worker tells of RabbitMQ and PostgreSQL: how much waits, and how full they are."""

from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
import requests
from flask import Flask

from chassis.messaging.rabbitmq.bus import declare_topology
from chassis.messaging.rabbitmq.publisher import WindowedPublisher
from chassis.messaging.rabbitmq.queue_depth import measure_depth
from chassis.messaging.rabbitmq.topology import DEAD_LETTERS, queue_name
from chassis.messaging.relay import Outgoing
from chassis.operations.gauges import serve_metrics
from chassis.operations.health import find_queue
from chassis.operations.worker import watch_queue
from chassis.testing import service_of
from contracts.envelope import Message, encode
from tests.integration.bus_world import LISTENER, eventually, saying, sqlite_world
from tests.integration.test_follower import Follower
from tests.servers.processes import free_port
from tests.unit.chassis.registry import registry


def published(url: str, *versions: int, **where: str) -> None:
    """Publish so many events at once."""
    publisher, now = WindowedPublisher(url, **where), datetime.now(UTC)
    events = [saying(version=version) for version in versions]
    publisher.publish(
        [
            Outgoing(
                0,
                event.event_id,
                event.topic,
                encode(
                    Message(event=event, source=event.sources()[0], time=now, correlation_id="test")
                ),
                now,
            )
            for event in events
        ]
    )
    publisher.close()


def test_what_waits_in_a_queue_and_what_is_parked_is_counted(
    broker_url: str, tmp_path: Path
) -> None:
    world = sqlite_world(tmp_path)
    listener = next(each for each in world.participants() if each.name == LISTENER)
    declare_topology(broker_url, [listener])
    assert measure_depth(broker_url, listener) == (0, 0)

    published(broker_url, 1, 2, 3)
    published(broker_url, 4, exchange=DEAD_LETTERS, routing_key=LISTENER)

    eventually(lambda: measure_depth(broker_url, listener) == (3, 1))
    world.close()


def test_a_follower_is_told_how_far_it_is_behind_the_end_of_its_stream(
    broker_url: str, tmp_path: Path
) -> None:
    world = sqlite_world(tmp_path)
    follower = Follower(broker_url, world.listener)
    assert measure_depth(broker_url, follower._participant).waiting == 0

    published(broker_url, *range(1, 26))
    eventually(lambda: measure_depth(broker_url, follower._participant).waiting == 25)
    with follower.following():
        eventually(lambda: len(follower.handled) == 25)
    assert measure_depth(broker_url, follower._participant).waiting == 0

    published(broker_url, *range(26, 33))
    eventually(lambda: measure_depth(broker_url, follower._participant).waiting == 7)
    world.close()


@pytest.fixture
def app(tmp_path: Path, postgres_url: str, broker_url: str) -> Flask:
    """A registry on real servers, of which the broker has no queues yet."""
    return registry(tmp_path, DATABASE_URL=postgres_url, BROKER_URL=broker_url)


def test_a_worker_tells_what_it_can_and_of_what_it_cannot_reach(app: Flask) -> None:
    service, port = service_of(app), free_port()
    serve_metrics(service, port, "127.0.0.1")

    def told() -> str:
        return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text

    before = told()
    declare_topology(str(service.settings.broker_url), [service.participant])
    after = told()

    assert 'dependency_up{dependency="database",service="legal"} 1.0' in before
    assert 'dependency_up{dependency="broker",service="legal"} 0.0' in before
    assert "queue_waiting{" not in before
    assert 'dependency_up{dependency="broker",service="legal"} 1.0' in after
    assert 'queue_waiting{service="legal"} 0.0' in after
    assert 'database_connections_limit{service="legal"}' in after
    assert "process_resident_memory_bytes" in after
    service.database.close()


def test_a_worker_notes_what_waits_in_its_queue_once_it_can_see_it(app: Flask) -> None:
    service, stopping = service_of(app), Event()

    def noted() -> int | None:
        with service.database.reading() as session:
            seen = find_queue(session, service.name)
        return seen.waiting if seen else None

    watching = Thread(target=watch_queue, args=(service, stopping, 0.05))
    watching.start()
    assert noted() is None
    declare_topology(str(service.settings.broker_url), [service.participant])
    eventually(lambda: noted() == 0)
    published(
        str(service.settings.broker_url),
        *(1, 2, 3),
        exchange="",
        routing_key=queue_name(service.name),
    )
    eventually(lambda: noted() == 3)
    stopping.set()
    watching.join()
    service.database.close()
