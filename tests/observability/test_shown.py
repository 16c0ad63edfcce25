"""Dashboards, alerts and the documentation name what the code exposes, and all of it."""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from chassis.operations.gauges import GAUGES
from tests.observability.promtool import FOLDER, PROMETHEUS

DOCUMENT = Path(__file__).parents[2] / "docs/observability.md"
# By Prometheus itself, its client for each process, and the exporters.
OTHERS = {
    "up",
    "process_resident_memory_bytes",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "probe_ssl_earliest_cert_expiry",
}
_NOT_METRICS = {"by", "on", "and", "or", "unless", "offset"}


def own_families() -> dict[str, tuple[str, str]]:
    """The metrics of the chassis: of each its type and what it says it is."""
    import chassis.observability.metrics as ours

    counted = {
        name: (kind, told)
        for instrument in vars(ours).values()
        for name, kind, told in _families_of(instrument)
    }
    return counted | {name: ("gauge", told) for name, told in GAUGES.items()}


def _families_of(instrument: Any) -> Iterator[tuple[str, str, str]]:
    if not hasattr(instrument, "describe") or instrument is REGISTRY:
        return
    if isinstance(instrument, type):
        return
    for family in instrument.describe():
        suffix = "_total" if family.type == "counter" else ""
        yield f"{family.name}{suffix}", family.type, family.documentation


def exposed() -> set[str]:
    """The names under which Prometheus knows them."""
    found = set(OTHERS)
    for name, (kind, _) in own_families().items():
        parts = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        found |= {f"{name}{part}" for part in parts}
    return found


def metrics_in(expression: str) -> set[str]:
    """The metrics that an expression asks for."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|on)\s*\([^)]*\)", " ", expression)
    return set(re.findall(r"\b[a-z_]+\b(?!\s*\()", bare)) - _NOT_METRICS


def dashboards() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dashboards", FOLDER / "grafana/dashboards.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def asked_for() -> Iterator[tuple[str, str]]:
    """Each expression of a panel or an alert, and where it stands."""
    for title, panels in dashboards().DASHBOARDS.items():
        for panel in panels:
            yield f"{title}: {panel.title}", panel.expression
    rules = yaml.safe_load((PROMETHEUS / "alerts.yaml").read_text())
    for group in rules["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


ASKED_FOR = dict(asked_for())


@pytest.mark.parametrize("where", ASKED_FOR)
def test_a_panel_or_an_alert_asks_for_what_is_exposed(where: str) -> None:
    named = metrics_in(ASKED_FOR[where])
    assert named
    assert named - exposed() == set()


def test_an_expression_that_asks_for_something_else_is_noticed() -> None:
    assert metrics_in("sum by (service) (rate(outbox_wating[5m])) > 3 * gone{a='b'}") == {
        "outbox_wating",
        "gone",
    }


def test_every_metric_is_shown_somewhere() -> None:
    shown = {name for expression in ASKED_FOR.values() for name in metrics_in(expression)}
    parts = re.compile("_(bucket|sum|count)$")
    assert set(own_families()) - {parts.sub("", name) for name in shown} == set()


def test_the_dashboards_are_as_they_are_written_down() -> None:
    module = dashboards()
    written = {
        f"{title.lower()}.json": module.written(title, panels)
        for title, panels in module.DASHBOARDS.items()
    }
    kept = {file.name: file.read_text() for file in (FOLDER / "grafana/dashboards").iterdir()}
    assert kept == written, "run deploy/observability/grafana/dashboards.py"
    assert all(json.loads(text)["panels"] for text in kept.values())


def test_the_documentation_lists_every_metric() -> None:
    rows = {f"| `{name}` | {kind} | {told} |" for name, (kind, told) in own_families().items()}
    lines = set(DOCUMENT.read_text().splitlines())
    assert rows - lines == set()
    assert {
        line for line in lines if re.match(r"\| `\w+` \| (counter|gauge|histogram) \|", line)
    } == rows
