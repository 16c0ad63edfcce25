"""Benchmark: how fast a committed change reaches the service that shows it.

Measured as a backlog drained through the chain, by the worker alone, and as a delay at a steady
rate; compared with the same design bare, the one-by-one design, and frameworks.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bench import product, reference_batch, reference_one_by_one
from bench.chain import (
    Part,
    Place,
    drained_per_second,
    facts,
    latencies,
    running,
    seen_per_second,
    written,
)
from bench.harness import Contender, Report, options
from bench.peers import messaging
from bench.servers import Servers, running_servers
from chassis.messaging.rabbitmq.publisher import WindowedPublisher
from chassis.messaging.relay import Outgoing
from chassis.observability.logging import configure_logging
from contracts.certification import CertificateIssued

PRODUCT = "drain: product"
PRODUCT_EACH = "drain: product, event by event"
BARE = "drain: the same design bare"
ONE_BY_ONE = "drain: one by one"
WORKER = "worker: product"
WORKER_EACH = "worker: product, event by event"
DELAY, DIRECT = "delay: product", "delay: direct publish"


def main(arguments: Sequence[str]) -> int:
    """Run the rounds, judge, and return the exit code."""
    asked = options(arguments, rounds=5, events=10_000, many=40_000, few=1_500, seconds=5, peers=1)
    configure_logging(str(product.LOG))
    report = Report("propagation")
    with running_servers() as servers:
        places = {name: _place(servers, name) for name in ("product", "bare", "single")}
        contenders: dict[str, Contender] = {
            PRODUCT: lambda: drained(places["product"], asked.events, product.show),
            BARE: lambda: drained_bare(places["bare"], asked.events),
            PRODUCT_EACH: lambda: drained(places["product"], asked.events, product.show_each),
            ONE_BY_ONE: lambda: drained_one_by_one(places["single"], asked.few),
            # Enough that its first batch, which the measured time excludes, hardly matters.
            WORKER: lambda: worked(places["product"], asked.many, product.insert_many),
            WORKER_EACH: lambda: worked(places["product"], asked.few, product.insert_each),
        }
        if asked.peers:
            contenders |= messaging.contenders(places["single"], asked.few)
        contenders |= {
            DELAY: lambda: delayed(places["product"], asked.seconds),
            DIRECT: lambda: delayed_direct(places["single"], asked.seconds),
        }
        report.interleave(asked.rounds, contenders)
    _judge(report, with_peers=bool(asked.peers))
    return report.finish()


def _place(servers: Servers, name: str) -> Place:
    place = Place.made(servers, name)
    product.declare(place)
    return place


def _judge(report: Report, *, with_peers: bool) -> None:
    report.at_least("drain to one by one", 10, report.ratio(PRODUCT, ONE_BY_ONE))
    report.at_least("drain to the same design bare", 0.6, report.ratio(PRODUCT, BARE))
    if with_peers:
        for peer, times in messaging.TARGETS.items():
            report.at_least(f"worker to {peer}", times, report.ratio(WORKER, f"worker: {peer}"))
    report.at_most(
        "p50 at 100/s to direct publish",
        4,
        report.ratio(f"{DELAY}, p50 ms at 100/s", f"{DIRECT}, p50 ms at 100/s"),
    )
    report.at_most(
        "p99 at 500/s to 100/s",
        2.5,
        report.ratio(f"{DELAY}, p99 ms at 500/s", f"{DELAY}, p99 ms at 100/s"),
    )


def drained(place: Place, count: int, show: Part) -> float:
    """The product: a use case, the speaker's worker, the reader's worker."""
    those, owner = facts(count), product.Owner(place)
    try:
        return drained_per_second(place, those, lambda: owner.change(*those), [product.speak, show])
    finally:
        owner.close()


def drained_bare(place: Place, count: int) -> float:
    """The same design, bare."""
    return _drained_by(place, count, [reference_batch.relay, reference_batch.consume])


def drained_one_by_one(place: Place, count: int) -> float:
    """One event per transaction at both ends."""
    return _drained_by(place, count, [reference_one_by_one.relay, reference_one_by_one.consume])


def _drained_by(place: Place, count: int, parts: list[Part]) -> float:
    those = facts(count)
    bodies = written(those)
    return drained_per_second(place, those, lambda: reference_batch.load(place, bodies), parts)


def worked(place: Place, count: int, insert: Part) -> float:
    """Inserts per second by the reader's worker, from a queue that holds all events."""
    place.empty()
    publisher = WindowedPublisher(place.broker)
    bodies = written(facts(count))
    moment = datetime.now().astimezone()
    for start in range(0, count, 500):
        publisher.publish(
            [
                Outgoing(0, event.event_id, event.fact.topic, event.body, moment)
                for event in bodies[start : start + 500]
            ]
        )
    publisher.close()
    with running(place, insert):
        return seen_per_second(place, count)


def delayed(place: Place, seconds: int) -> Mapping[str, float]:
    """From commit to commit, through outbox, relay, queue and inbox."""
    owner = product.Owner(place)

    def send(fact: CertificateIssued) -> None:
        owner.change(fact)

    try:
        return _delays(place, seconds, send, [product.speak, product.show], (100, 500))
    finally:
        owner.close()


def delayed_direct(place: Place, seconds: int) -> Mapping[str, float]:
    """From the publish to the reader's commit, without outbox or relay, one by one."""
    publisher = reference_one_by_one.DirectPublisher(place)
    return _delays(
        place,
        seconds,
        lambda fact: publisher.send(written([fact])[0]),
        [reference_one_by_one.consume],
        (100,),
    )


def _delays(
    place: Place,
    seconds: int,
    send: Callable[[CertificateIssued], datetime | None],
    parts: list[Part],
    rates: tuple[int, ...],
) -> dict[str, float]:
    delays: dict[str, float] = {}
    for rate in rates:
        place.empty()
        with running(place, *parts):
            delays |= latencies(place, rate, seconds, send)
    return delays
