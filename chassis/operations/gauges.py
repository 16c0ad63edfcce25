"""Gauges computed at scrape time: the outbox, the queues, the daily jobs.

A service's worker computes them once for all its processes; the broker's part is in
`chassis.messaging.rabbitmq.queue_depth`.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from math import inf

from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.messaging.outbox import unpublished
from chassis.observability.logging import log
from chassis.service import Service

GAUGES = {
    "outbox_oldest_seconds": "Age of the oldest unpublished event.",
    "outbox_waiting": "Events in the outbox that are not published.",
    "queue_waiting": "Events waiting in the service's queue, or in its stream past its offset.",
    "parked_waiting": "Parked messages waiting for an operator.",
    "daily_job_last_run_timestamp_seconds": "When a daily job last ran; 0 for never.",
    "knowledge_age_seconds": "Age of the service's read model; infinite until it is complete.",
    "database_connections": "Connections to the service's PostgreSQL, from any client.",
    "database_connections_limit": "The largest number of connections that it accepts.",
    "dependency_up": "Whether the service's database and broker answer: 1 or 0.",
}
_CONNECTIONS = text(
    "select count(*), current_setting('max_connections')::int from pg_stat_activity"
)


class ServiceCollector(Collector):
    """One service's state; gauges that cannot be computed are omitted, see `dependency_up`."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering the collector must not query the database or the broker."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Compute the gauges."""
        answers = _gauge("dependency_up", "dependency")
        for dependency, measure in self._dependencies().items():
            try:
                gauges = list(measure())
            except Exception as error:  # any failure counts as not answering
                origin = {"service": self._service.name, "dependency": dependency}
                log.warning("not measured", error=type(error).__name__, **origin)
                gauges = []
                answers.add_metric([self._service.name, dependency], 0)
            else:
                answers.add_metric([self._service.name, dependency], 1)
            yield from gauges
        yield answers

    def _dependencies(self) -> dict[str, Callable[[], Iterator[Metric]]]:
        measures: dict[str, Callable[[], Iterator[Metric]]] = {"database": self._in_database}
        if self._service.settings.broker_url:
            measures["broker"] = self._on_broker
        return measures

    def _in_database(self) -> Iterator[Metric]:
        service, now = self._service, self._service.now()
        with service.database.reading() as session:
            waiting, oldest = unpublished(session)
            yield self._of_service("outbox_waiting", waiting)
            yield self._of_service("outbox_oldest_seconds", _seconds(oldest, now))
            yield self._last_runs(session)
            if not service.database.is_sqlite:
                taken, limit = session.execute(_CONNECTIONS).one()
                yield self._of_service("database_connections", taken)
                yield self._of_service("database_connections_limit", limit)
            if service.known_until:
                complete_until = service.known_until(session)
                age = _seconds(complete_until, now) if complete_until else inf
                yield self._of_service("knowledge_age_seconds", age)

    def _last_runs(self, session: Session) -> Metric:
        # Not called `job`, which is Prometheus's own label for the kind of target.
        runs = _gauge("daily_job_last_run_timestamp_seconds", "daily_job")
        for job, moment in self._service.schedule.last_runs(session).items():
            runs.add_metric([self._service.name, job], moment.timestamp() if moment else 0)
        return runs

    def _on_broker(self) -> Iterator[Metric]:
        from chassis.messaging.rabbitmq.queue_depth import measure_depth

        assert self._service.settings.broker_url is not None
        depth = measure_depth(self._service.settings.broker_url, self._service.participant)
        yield self._of_service("queue_waiting", depth.waiting)
        yield self._of_service("parked_waiting", depth.parked)

    def _of_service(self, name: str, value: float) -> Metric:
        gauge = _gauge(name)
        gauge.add_metric([self._service.name], value)
        return gauge


def serve_metrics(service: Service, port: int, host: str) -> None:
    """Serve a worker's `/metrics`: its counters, and the gauges computed at scrape time."""
    registry = CollectorRegistry()
    registry.register(REGISTRY)
    registry.register(ServiceCollector(service))
    start_http_server(port, host, registry)


def _gauge(name: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, GAUGES[name], labels=["service", *labels])


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
