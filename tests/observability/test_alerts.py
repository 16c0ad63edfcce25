"""Each alert fires when it should and not before, and tells what it means and what to do first."""

import re
from typing import Any

import pytest
import yaml

from tests.observability.promtool import PROMETHEUS, get_promtool, judged
from tests.servers.plugin import get_server

RULES = yaml.safe_load((PROMETHEUS / "alerts.yaml").read_text())
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
NAMES = [alert["alert"] for alert in ALERTS]


def test_prometheus_understands_its_configuration(pytestconfig: pytest.Config) -> None:
    promtool = get_server(get_promtool, pytestconfig)

    assert "SUCCESS" in judged(promtool, "check", "config", "prometheus.yaml")
    assert f"{len(ALERTS)} rules found" in judged(promtool, "check", "rules", "alerts.yaml")


def test_each_alert_fires_in_trouble_and_not_for_its_neighbor(pytestconfig: pytest.Config) -> None:
    promtool = get_server(get_promtool, pytestconfig)

    assert "SUCCESS" in judged(promtool, "test", "rules", "alerts.test.yaml")


@pytest.mark.parametrize("name", NAMES)
def test_each_alert_is_tested_with_one_that_fires_beside_one_that_does_not(name: str) -> None:
    asked = [
        (test, each)
        for test in yaml.safe_load((PROMETHEUS / "alerts.test.yaml").read_text())["tests"]
        for each in test["promql_expr_test"]
        if f'alertname="{name}"' in each["expr"]
    ]
    assert [each for _, each in asked if each["exp_samples"]]
    assert [
        test for test, each in asked if len(test["input_series"]) > len(each["exp_samples"])
    ] or [each for _, each in asked if not each["exp_samples"]]


@pytest.mark.parametrize("alert", ALERTS, ids=NAMES)
def test_an_alert_says_what_it_means_what_to_do_first_and_where_to_read_on(
    alert: dict[str, Any],
) -> None:
    told = alert["annotations"]
    assert set(told) == {"summary", "description", "runbook"}
    assert "First: " in told["description"]
    assert told["runbook"] == f"docs/operations.md#{alert['alert'].lower()}"
    assert alert["labels"]["severity"] in ("page", "ticket")
    assert re.fullmatch(r"([A-Z][a-z]+)+", alert["alert"])
