"""Benchmark: the relay emptying an outbox, compared with the same client publishing alone."""

import time
from collections.abc import Sequence

from bench import product, reference_batch
from bench.chain import Place, facts, written
from bench.harness import Report, options
from bench.servers import running_servers
from chassis.messaging.rabbitmq.publisher import WindowedPublisher
from chassis.messaging.relay import BATCH, relay_batch
from chassis.observability.logging import configure_logging

LIMIT, RELAY = "bare publish, window of 500", "relay"


def main(arguments: Sequence[str]) -> int:
    """Run the rounds, judge, and return the exit code."""
    asked = options(arguments, rounds=7, events=10_000)
    configure_logging(str(product.LOG))
    report = Report("relay")
    with running_servers() as servers:
        place = Place.made(servers, "relay")
        product.declare(place)
        report.interleave(
            asked.rounds,
            {
                LIMIT: lambda: published_per_second(place, asked.events),
                RELAY: lambda: relayed_per_second(place, asked.events),
            },
        )
    report.at_least("relay to bare publish", 0.5, report.ratio(RELAY, LIMIT))
    return report.finish()


def published_per_second(place: Place, count: int) -> float:
    """Messages per second to a quorum queue, with the client alone."""
    place.empty()
    messages = [(event.event_id, event.body) for event in written(facts(count))]
    connection = reference_batch.broker_of(place)
    window = reference_batch.Window(connection)
    began = time.monotonic()
    for start in range(0, count, BATCH):
        window.publish(messages[start : start + BATCH])
    elapsed = time.monotonic() - began
    connection.close()
    return count / elapsed


def relayed_per_second(place: Place, count: int) -> float:
    """Events per second from a full outbox to the same queue, through the product's relay."""
    place.empty()
    owner = product.Owner(place)
    owner.change(*facts(count))
    owner.close()
    speaker, publisher = product.speaker_of(place), WindowedPublisher(place.broker)
    began, relayed = time.monotonic(), 0
    while relayed < count:
        relayed += relay_batch(speaker.database, publisher)
    elapsed = time.monotonic() - began
    publisher.close()
    speaker.database.close()
    return count / elapsed
