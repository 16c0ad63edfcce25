"""What the users of the manifests may do, on a real broker: enough for the code, and no more."""

from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit
from uuid import uuid4

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from chassis.messaging.rabbitmq.bus import declare_topology
from services.names import SERVICES
from tests.kubernetes.conftest import Overlay
from tests.kubernetes.manifests import Manifest, Manifests, of_kind
from tests.kubernetes.suite import participants
from tests.servers import RabbitServer

PASSWORD = "of-this-test"


class Broker:
    """A virtual host with the users of the manifests, under names of this test."""

    def __init__(self, url: str, prefix: str, connections: ExitStack) -> None:
        self._url = url
        self._prefix = prefix
        self._connections = connections

    def url_of(self, user: str) -> str:
        parts = urlsplit(self._url)
        place = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=f"{self._prefix}{user}:{PASSWORD}@{place}").geturl()

    def channel(self, user: str) -> BlockingChannel:
        connection = pika.BlockingConnection(pika.URLParameters(self.url_of(user)))
        self._connections.enter_context(connection)
        channel = connection.channel()
        channel.confirm_delivery()
        return channel


@pytest.fixture(scope="module")
def broker(rabbitmq: RabbitServer, overlay: Overlay) -> Iterator[Broker]:
    if rabbitmq._management_url is None:
        pytest.skip("this RabbitMQ has no management, by which users are made")
    name = f"kubernetes-{uuid4().hex[:8]}"
    users = make_users(rabbitmq, overlay("state"), f"{name}-", vhost=name)
    with ExitStack() as connections:
        made = Broker(rabbitmq.url(name), f"{name}-", connections)
        for service in SERVICES:
            declare_topology(made.url_of(service), [participants()[service]])
        yield made
    for user in users:
        rabbitmq._manage("DELETE", f"users/{user}")
    rabbitmq.delete_vhost(name)


def make_users(server: RabbitServer, manifests: Manifests, prefix: str, vhost: str) -> list[str]:
    server.create_vhost(vhost)
    users = [f"{prefix}{each['metadata']['name']}" for each in of_kind(manifests, "User")]
    for user in users:
        server._manage("PUT", f"users/{user}", {"password": PASSWORD, "tags": ""})
    for path, kind in (("permissions", "Permission"), ("topic-permissions", "TopicPermission")):
        for grant in of_kind(manifests, kind):
            user = f"{prefix}{user_of(grant)}"
            server._manage("PUT", f"{path}/{vhost}/{user}", grant["spec"]["permissions"])
    return users


def user_of(grant: Manifest) -> str:
    name: str = grant["spec"]["userReference"]["name"]
    return name


def test_a_service_publishes_in_its_own_name_only(broker: Broker) -> None:
    channel = broker.channel("certification")
    channel.basic_publish("events", "certification.certificate-revoked.v1", b"", mandatory=True)
    channel = broker.channel("payments")
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        channel.basic_publish("events", "certification.certificate-revoked.v1", b"")


def test_a_service_cannot_send_to_anothers_queue_past_the_exchange(broker: Broker) -> None:
    channel = broker.channel("payments")
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        channel.basic_publish("", "legal.events", b"")


def test_a_service_reads_its_own_queue_only(broker: Broker) -> None:
    assert broker.channel("legal").basic_get("legal.events") == (None, None, None)
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        broker.channel("payments").basic_get("legal.events")


def test_lookup_cannot_listen_to_what_is_not_public(broker: Broker) -> None:
    channel = broker.channel("lookup")
    channel.queue_bind("lookup.events", "events", "certification.certificate-issued.v1")
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        channel.queue_bind("lookup.events", "events", "identity.person-recorded.v1")


def test_a_service_cannot_park_what_another_would_replay(broker: Broker) -> None:
    forged = pika.BasicProperties(headers={"x-death": [deadlettered_at_legal()]})
    channel = broker.channel("payments")
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        channel.basic_publish("events.dlx", "legal", b"an order", forged)


def deadlettered_at_legal() -> dict[str, object]:
    """How the broker tells that a message came as certification's and was given up by legal."""
    return {
        "exchange": "events",
        "routing-keys": ["certification.certificate-revoked.v1"],
        "queue": "legal.events",
        "reason": "rejected",
        "count": 1,
    }


def test_a_service_cannot_listen_to_what_another_parks(broker: Broker) -> None:
    channel = broker.channel("lookup")
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        channel.queue_bind("lookup.events", "events.dlx", "legal")


def test_an_operator_can_replay_what_was_parked(broker: Broker) -> None:
    parking = broker.channel("legal")
    parking.basic_publish("events.dlx", "legal", b"a letter", mandatory=True)
    channel = broker.channel("replayer")
    method, _, body = channel.basic_get("legal.parked")
    assert method is not None
    assert body == b"a letter"
    channel.basic_publish("", "legal.events", body, mandatory=True)
    channel.basic_ack(method.delivery_tag)
    assert broker.channel("legal").basic_get("legal.events", auto_ack=True)[2] == b"a letter"
