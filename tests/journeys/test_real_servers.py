"""The main journey with every service as its own processes on PostgreSQL, RabbitMQ and nginx."""

from collections.abc import Iterator

import pytest
import requests
from flask import Flask

from services.demonstration.journey.steps import STEPS
from services.demonstration.journey.walker import Journey
from services.demonstration.people import settle_in
from tests.suite import RealSuite, applications_of, wait_until_quiet

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def apps(real_suite: RealSuite) -> Iterator[dict[str, Flask]]:
    with applications_of(real_suite) as made:
        yield made


@pytest.fixture(scope="module")
def walked(real_suite: RealSuite, apps: dict[str, Flask]) -> Journey:
    settle_in(apps, lambda: wait_until_quiet(apps))
    journey = Journey(real_suite.base_url, seed=11)
    for _, step in STEPS:
        step(journey)
    return journey


def test_the_final_order_is_known_everywhere_within_a_second(walked: Journey) -> None:
    assert walked.facts["seconds to lookup"] < 1
    assert walked.facts["seconds to findings"] < 1


def test_every_event_reached_each_of_its_readers(walked: Journey, apps: dict[str, Flask]) -> None:
    assert walked.facts["certificate_number"]
    assert wait_until_quiet(apps) == 0


def test_no_service_parked_or_crashed(walked: Journey, real_suite: RealSuite) -> None:
    assert walked.facts["certificate_number"]
    for name in real_suite.processes:
        log = real_suite.log_of(name)
        assert '"level": "error"' not in log, name
        assert "Traceback" not in log, name


def test_a_command_of_a_service_runs_on_its_database(real_suite: RealSuite) -> None:
    assert "entries, unbroken" in real_suite.run("legal", "verify-audit")


def test_a_killed_process_is_ready_again_after_a_restart(real_suite: RealSuite) -> None:
    for name in ("payments web", "payments worker", "lookup worker"):
        real_suite.processes[name].kill()
        assert not real_suite.processes[name].running
        real_suite.restart(name)
    path = "/payments/"
    page = requests.get(real_suite.base_url + path, headers={"Accept": "text/html"}, timeout=20)
    assert page.status_code == 200
