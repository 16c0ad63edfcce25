"""A service that loses its database gets everything, and parks nothing, once it is back."""

import time

import pytest
from sqlalchemy.engine import make_url

from chassis.clock import SystemClock
from chassis.messaging.rabbitmq import topology
from chassis.storage.database import Database
from tests.faults.proxy import Proxy, Road
from tests.integration.bus_world import LISTENER, SPEAKER, World, eventually, saying
from tests.servers import PostgresServer

OUTAGE_SECONDS = 3.0


def test_an_outage_of_the_database_parks_nothing(
    postgres: PostgresServer, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many times the deliveries that a message has: none may be used up in vain."""
    monkeypatch.setattr(topology, "DELIVERY_LIMIT", 3)
    speaker_url = postgres.create_database("outage_speaker")
    listener_url = make_url(postgres.create_database("outage_listener"))
    assert listener_url.host is not None
    with Proxy() as proxy:
        link = proxy.link("listener", listener_url.host, listener_url.port or 5432)
        there = listener_url.set(host="127.0.0.1", port=link.port)
        world = World(
            Database(SPEAKER, speaker_url, SystemClock()),
            Database(LISTENER, there.render_as_string(hide_password=False), SystemClock()),
            broker_url,
        ).prepare()
        with world.carrying():
            world.say(saying())
            eventually(lambda: len(world.effects()) == 1)
            proxy.set_road("listener", Road.RESET)
            world.say(*(saying() for _ in range(10)))
            time.sleep(OUTAGE_SECONDS)
            proxy.set_road("listener", Road.OPEN)
            eventually(lambda: len(world.effects()) == 11 or world.parked() > 0)

            assert world.parked() == 0
            eventually(lambda: len(world.echoes()) == 11)
        world.close()
    postgres.drop_database("outage_speaker")
    postgres.drop_database("outage_listener")
