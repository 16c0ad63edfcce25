"""The same design, bare: plain psycopg and py-amqp.

It reads only the fields it needs, and has no contracts, logs, metrics, traces, parked messages or
retries. It does the same work as the product, on the same tables with the same bytes.
"""

import json
import time
from collections.abc import Sequence
from multiprocessing.synchronize import Event as ProcessEvent
from typing import Any
from uuid import UUID

import amqp
import psycopg
from kombu.utils.url import url_to_parts

from bench.chain import READER, Place, Written, plain
from chassis.messaging.rabbitmq.topology import queue_name

BATCH, PREFETCH = 500, 400
POLL_SECONDS = 0.2

_MARK = """
    insert into inbox (event_id, topic, handled_at)
    select event_id, topic, now() from unnest(%s::uuid[], %s::text[]) as arrived (event_id, topic)
    on conflict do nothing returning event_id
"""
_SHOW = """
    insert into shown (certificate_id, version, number, holder, expires_on)
    select * from unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::date[])
    on conflict (certificate_id) do update
    set version = excluded.version, number = excluded.number, holder = excluded.holder,
        expires_on = excluded.expires_on
    where shown.version < excluded.version
"""


def broker_of(place: Place) -> amqp.Connection:
    """A connection without heartbeat."""
    _, host, port, user, password, path, _ = url_to_parts(place.broker)
    connection = amqp.Connection(
        f"{host}:{port}", userid=user, password=password, virtual_host=path or "/"
    )
    connection.connect()
    return connection


class Window:
    """A channel in confirm mode that waits for a whole batch of confirms."""

    def __init__(self, connection: amqp.Connection) -> None:
        self._connection = connection
        self._channel = connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._confirmed)
        self._published = self._confirms = 0

    def _confirmed(self, tag: int, multiple: bool) -> None:
        self._confirms = max(self._confirms, tag) if multiple else self._confirms + 1

    def publish(self, messages: Sequence[tuple[UUID, bytes]]) -> None:
        """Publish all to the reader's queue and wait for the confirms, by counting them."""
        for event_id, body in messages:
            message = amqp.Message(body, delivery_mode=2, message_id=str(event_id))
            self._channel.basic_publish(message, routing_key=queue_name(READER))
        self._published += len(messages)
        while self._confirms < self._published:
            self._connection.drain_events(timeout=10)


def relay(place: Place, ready: ProcessEvent, stop: ProcessEvent) -> None:
    """Publish what was committed, batch by batch."""
    window = Window(broker_of(place))
    url = plain(place.speaker)
    with psycopg.connect(url) as database, psycopg.connect(url, autocommit=True) as listener:
        listener.execute("listen outbox")
        ready.set()
        while not stop.is_set():
            if not _relay_batch(database, window):
                for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass


def _relay_batch(database: psycopg.Connection, window: Window) -> int:
    with database.transaction():
        rows = database.execute(
            "select position, event_id, body from outbox where published_at is null"
            " order by position limit %s for update skip locked",
            (BATCH,),
        ).fetchall()
        if rows:
            window.publish([(row[1], row[2]) for row in rows])
            database.execute(
                "update outbox set published_at = now() where position = any(%s)",
                ([row[0] for row in rows],),
            )
    return len(rows)


def consume(place: Place, ready: ProcessEvent, stop: ProcessEvent) -> None:
    """Show what has arrived, with one transaction and one acknowledgment per batch."""
    connection = broker_of(place)
    channel = connection.channel()
    channel.basic_qos(0, PREFETCH, False)
    arrived: list[amqp.Message] = []
    channel.basic_consume(queue_name(READER), callback=arrived.append)
    with psycopg.connect(plain(place.reader)) as database:
        ready.set()
        while not stop.is_set():
            _gather(connection, arrived)
            if arrived:
                with database.transaction():
                    show(database, [json.loads(message.body) for message in arrived])
                channel.basic_ack(arrived[-1].delivery_tag, multiple=True)
                arrived.clear()


def _gather(connection: amqp.Connection, arrived: list[amqp.Message]) -> None:
    timeout = 0.5
    while len(arrived) < PREFETCH:
        try:
            connection.drain_events(timeout=timeout)
        except TimeoutError:
            return
        timeout = 0


def show(database: psycopg.Connection, envelopes: Sequence[dict[str, Any]]) -> None:
    """Record all as handled, and show the newest version of each new one."""
    arrived = sorted((envelope["id"], envelope) for envelope in envelopes)
    ids, topics = [id_ for id_, _ in arrived], [envelope["type"] for _, envelope in arrived]
    new = {str(row[0]) for row in database.execute(_MARK, (ids, topics))}
    newest: dict[str, dict[str, Any]] = {}
    for event_id, envelope in arrived:
        fact = envelope["data"]
        other = newest.get(fact["certificate_id"])
        if event_id in new and (other is None or other["version"] < fact["version"]):
            newest[fact["certificate_id"]] = fact
    rows = [newest[certificate_id] for certificate_id in sorted(newest)]
    names = ("certificate_id", "version", "certificate_number", "holder_name", "expires_on")
    database.execute(_SHOW, [[row[name] for row in rows] for name in names])


def load(place: Place, those: Sequence[Written]) -> float:
    """Write certificates and outbox in one transaction; returns the time just before its commit."""
    with psycopg.connect(plain(place.speaker)) as database, database.cursor() as cursor:
        with cursor.copy("copy certificate (certificate_id, version, holder) from stdin") as copy:
            for event in those:
                fact = event.fact
                copy.write_row((fact.certificate_id, fact.version, fact.holder_name))
        columns = "event_id, topic, body, recorded_at"
        with cursor.copy(f"copy outbox ({columns}) from stdin") as copy:
            for event in those:
                copy.write_row((event.event_id, event.fact.topic, event.body, "now"))
        database.execute("notify outbox")
        return time.monotonic()
