"""Prometheus counters and histograms, served at `/metrics`.

Gauges computed at scrape time are in `chassis.operations.gauges`.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from functools import cache

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

# The creation time of each series would double their number, and nobody uses it.
disable_created_metrics()  # type: ignore[no-untyped-call]

REQUESTS = Counter(
    "http_requests_total",
    "Requests answered, by method and status.",
    ["service", "method", "status"],
)
REQUEST_SECONDS = Histogram(
    "http_request_seconds",
    "Time until a request's response began, by route template and status class.",
    ["service", "method", "route", "status_class"],
    buckets=(0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
RECORDED = Counter(
    "events_recorded_total",
    "Facts that this process committed to the outbox, by topic.",
    ["service", "topic"],
)
PUBLISHED = Counter("outbox_published_total", "Events published from the outbox.", ["service"])
HANDLED = Counter("inbox_handled_total", "Events handled, by topic.", ["service", "topic"])
EVENT_AGE = Histogram(
    "event_age_seconds",
    "Time from when a fact was recorded until a reaction to it was committed, by topic.",
    ["service", "topic"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600),
)
DUPLICATES = Counter("inbox_duplicates_total", "Duplicate deliveries skipped.", ["service"])
FAILED = Counter(
    "inbox_failures_total", "Reactions that failed, to be retried or parked.", ["service"]
)
PARKED_TOTAL = Counter("parked_total", "Messages parked.", ["service"])

METHODS = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))

recorded_of = cache(RECORDED.labels)
handled_of = cache(HANDLED.labels)
age_of = cache(EVENT_AGE.labels)


def count_recorded(service: str, topics: Mapping[str, int]) -> None:
    """Count the facts of one transaction after its commit."""
    for topic, count in topics.items():
        recorded_of(service, topic).inc(count)


def count_handled(service: str, ages: Iterable[tuple[str, float]]) -> None:
    """Count the events of one transaction, each given by its topic and its age in seconds."""
    events = list(ages)
    for topic, age in events:
        # A publisher whose clock is ahead would otherwise produce a negative age.
        age_of(service, topic).observe(max(0.0, age))
    for topic, count in Tally(topic for topic, _ in events).items():
        handled_of(service, topic).inc(count)


def exposition(folder: str = "") -> bytes:
    """The metrics of this process or, for processes that share one port and write to the same
    `folder`, of all of them together.
    """
    if not folder:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
