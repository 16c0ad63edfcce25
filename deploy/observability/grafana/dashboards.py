"""Writes Grafana's dashboards, each a list of panels; run it after each change."""

import json
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "dashboards"
COLUMNS, HEIGHT = 2, 8


class Panel(NamedTuple):
    """A graph: its title, query, unit (one of Grafana's) and the name of each line."""

    title: str
    expression: str
    unit: str = "short"
    legend: str = "{{service}}"


DASHBOARDS = {
    "Requests": [
        Panel("Requests per second", "sum by (service) (rate(http_requests_total[5m]))", "reqps"),
        Panel(
            "Share of 5xx responses",
            'sum by (service) (rate(http_requests_total{status=~"5.."}[5m]))'
            " / sum by (service) (rate(http_requests_total[5m]))",
            "percentunit",
        ),
        Panel(
            "Response time, 95th percentile",
            "histogram_quantile(0.95,"
            " sum by (service, le) (rate(http_request_seconds_bucket[5m])))",
            "s",
        ),
        Panel(
            "Ten slowest routes, mean",
            "topk(10, sum by (service, method, route) (rate(http_request_seconds_sum[5m]))"
            " / sum by (service, method, route) (rate(http_request_seconds_count[5m])))",
            "s",
            "{{method}} {{route}}",
        ),
        Panel("Targets up", "up", legend="{{service}} {{job}}"),
        Panel("Memory of workers", "process_resident_memory_bytes", "bytes"),
    ],
    "Events": [
        Panel("Age of the oldest unpublished event", "outbox_oldest_seconds", "s"),
        Panel("Events waiting in the outbox", "outbox_waiting"),
        Panel("Events waiting in the queue", "queue_waiting"),
        Panel("Handled per second", "sum by (service) (rate(inbox_handled_total[5m]))", "ops"),
        Panel("Published per second", "sum by (service) (rate(outbox_published_total[5m]))", "ops"),
        Panel(
            "Legal and certification events handled within a second",
            "sum by (service) (rate(event_age_seconds_bucket"
            '{topic=~"(legal|certification)[.].*", topic!~".*[.]notice-due[.].*", le="1.0"}[5m]))'
            " / sum by (service) (rate(event_age_seconds_count"
            '{topic=~"(legal|certification)[.].*", topic!~".*[.]notice-due[.].*"}[5m]))',
            "percentunit",
        ),
        Panel(
            "Age at handling, 99th percentile",
            "histogram_quantile(0.99, sum by (service, le) (rate(event_age_seconds_bucket[5m])))",
            "s",
        ),
        Panel("Age of lookup's data", "knowledge_age_seconds", "s", "{{instance}}"),
        Panel("Parked messages", "parked_waiting"),
        Panel("Messages parked in the last hour", "increase(parked_total[1h])"),
        Panel("Failed reactions per second", "rate(inbox_failures_total[5m])", "ops"),
        Panel("Duplicate deliveries per second", "rate(inbox_duplicates_total[5m])", "ops"),
    ],
    "Agency": [
        Panel(
            "Payments settled per hour",
            'sum(increase(events_recorded_total{topic="payments.payment-settled.v1"}[1h]))',
            legend="settled",
        ),
        Panel(
            "Payments failed per hour",
            'sum(increase(events_recorded_total{topic="payments.payment-failed.v1"}[1h]))',
            legend="failed",
        ),
        Panel(
            "Applications per hour",
            "sum by (topic) (increase(events_recorded_total"
            '{topic=~"certification[.]application-.*"}[1h]))',
            legend="{{topic}}",
        ),
        Panel(
            "Certificates per hour",
            "sum by (topic) (increase(events_recorded_total"
            '{topic=~"certification[.]certificate-.*"}[1h]))',
            legend="{{topic}}",
        ),
        Panel(
            "Holds and orders per hour",
            'sum by (topic) (increase(events_recorded_total{topic=~"legal[.].*"}[1h]))',
            legend="{{topic}}",
        ),
        Panel(
            "Hours since each daily job",
            "(time() - daily_job_last_run_timestamp_seconds) / 3600",
            "h",
            "{{service}} {{daily_job}}",
        ),
    ],
    "Machines": [
        Panel("Dependencies up", "dependency_up", legend="{{service}} {{dependency}}"),
        Panel(
            "PostgreSQL connections in use",
            "database_connections / database_connections_limit",
            "percentunit",
        ),
        Panel(
            "Free disk space",
            'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs"}'
            " / node_filesystem_size_bytes",
            "percentunit",
            "{{instance}} {{mountpoint}}",
        ),
        Panel(
            "Days until the TLS certificate expires",
            "(probe_ssl_earliest_cert_expiry - time()) / 86400",
            "d",
            "{{instance}}",
        ),
    ],
}


def written(title: str, panels: list[Panel]) -> str:
    """A dashboard as Grafana reads it."""
    dashboard = {
        "uid": f"credence-{title.lower()}",
        "title": title,
        "tags": ["credence"],
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "schemaVersion": 39,
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }
    return json.dumps(dashboard, indent=2) + "\n"


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    width = 24 // COLUMNS
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": {"type": "prometheus", "uid": "prometheus"},
        "gridPos": {
            "x": number % COLUMNS * width,
            "y": number // COLUMNS * HEIGHT,
            "w": width,
            "h": HEIGHT,
        },
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "expr": panel.expression, "legendFormat": panel.legend}],
    }


if __name__ == "__main__":
    for name, shown in DASHBOARDS.items():
        (FOLDER / f"{name.lower()}.json").write_text(written(name, shown), encoding="utf-8")
