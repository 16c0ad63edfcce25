"""The usual first design: one transaction per event, at both ends.

The relay publishes one row, waits for its confirm and marks it; the reader handles one message,
commits and acknowledges it.
"""

import json
from datetime import UTC, datetime
from multiprocessing.synchronize import Event as ProcessEvent

import psycopg

from bench.chain import READER, Place, Written, plain
from bench.reference_batch import POLL_SECONDS, Window, broker_of, show
from chassis.messaging.rabbitmq.topology import queue_name

PREFETCH = 50


def relay(place: Place, ready: ProcessEvent, stop: ProcessEvent) -> None:
    """Publish what was committed, one by one."""
    window = Window(broker_of(place))
    url = plain(place.speaker)
    with psycopg.connect(url) as database, psycopg.connect(url, autocommit=True) as listener:
        listener.execute("listen outbox")
        ready.set()
        while not stop.is_set():
            if not _relay_one(database, window):
                for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass


def _relay_one(database: psycopg.Connection, window: Window) -> bool:
    with database.transaction():
        row = database.execute(
            "select position, event_id, body from outbox where published_at is null"
            " order by position limit 1 for update skip locked"
        ).fetchone()
        if row is None:
            return False
        window.publish([(row[1], row[2])])
        database.execute("update outbox set published_at = now() where position = %s", (row[0],))
    return True


def consume(place: Place, ready: ProcessEvent, stop: ProcessEvent) -> None:
    """Handle one message after another."""
    connection = broker_of(place)
    channel = connection.channel()
    channel.basic_qos(0, PREFETCH, False)
    with psycopg.connect(plain(place.reader)) as database:

        def handle(message: object) -> None:
            body, tag = message.body, message.delivery_tag  # type: ignore[attr-defined]
            with database.transaction():
                show(database, [json.loads(body)])
            channel.basic_ack(tag)

        channel.basic_consume(queue_name(READER), callback=handle)
        ready.set()
        while not stop.is_set():
            try:
                connection.drain_events(timeout=0.5)
            except TimeoutError:
                continue


class DirectPublisher:
    """Publishes straight from where the change happens, without an outbox."""

    def __init__(self, place: Place) -> None:
        self._window = Window(broker_of(place))

    def send(self, each: Written) -> datetime:
        """Publish and wait for the confirm; returns the time before publishing."""
        moment = datetime.now(UTC)
        self._window.publish([(each.event_id, each.body)])
        return moment
