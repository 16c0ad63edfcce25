"""Kills the embedded suite at places of the journey: nothing is lost, nothing doubled."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from chassis.storage import audit
from services.__main__ import create_apps, up
from services.demonstration.journey.steps import STEPS, Step
from services.demonstration.journey.walker import Journey
from services.demonstration.quiet import unfinished
from services.demonstration.visitor import Unexpected
from services.names import SERVICES
from tests.servers.processes import accepts, free_port

SEED = 20261122
LONGEST_DELAY_SECONDS = 0.25

pytestmark = pytest.mark.timeout(300)


# Forked from a process that has all imported and done nothing yet, so that starting takes no time.
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload([f"services.{name}.app" for name in SERVICES])


class KillableSuite:
    """The embedded suite in a process that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.base_url = f"http://localhost:{port}"
        self._processor_port = port + 1
        self.environ = {
            "VAR_DIR": str(folder),
            "PORT": str(port),
            "CAPTCHA_COST": "50",
            "PATH": os.environ["PATH"],
        }
        self._process: multiprocessing.context.ForkServerProcess | None = None

    def start(self) -> None:
        self._process = FORKING.Process(target=up, args=(self.environ,))
        self._process.start()
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self._process.is_alive(), "the suite did not start again"
            assert time.monotonic() < deadline, "the suite does not answer"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            answer = requests.get(f"{self.base_url}/lookup/", timeout=5)
        except requests.RequestException:
            return False
        # The sandbox card processor is a process of its own, and ready a moment later.
        return answer.status_code == 200 and accepts(self._processor_port)

    def kill(self) -> None:
        assert self._process is not None
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[KillableSuite]:
    made = KillableSuite(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.mark.parametrize("kills", [4, pytest.param(20, marks=pytest.mark.faults)])
def test_the_journey_goes_on_after_a_kill_at_any_step(
    kills: int, suite: KillableSuite, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    journey = Journey(suite.base_url, seed=SEED)
    steps = [step for _, step in STEPS]
    # Each step before any step twice.
    places = chance.sample(range(len(steps)), min(kills, len(steps)))
    places += chance.choices(range(len(steps)), k=kills - len(places))
    for index, step in enumerate(steps):
        for _ in range(places.count(index)):
            take_and_kill(journey, step, suite, chance.uniform(0, LONGEST_DELAY_SECONDS))
        step(journey)

    apps = create_apps(suite.environ)
    wait_until_quiet(apps)
    suite.kill()
    assert_once(journey, apps, tmp_path)
    suite.start()
    told = requests.get(
        f"{suite.base_url}/lookup/api/verify/{journey.facts['certificate_number']}", timeout=10
    ).json()
    assert told["reason"] == "revoked"


def take_and_kill(journey: Journey, step: Step, suite: KillableSuite, delay: float) -> None:
    """Take the step, and kill the suite `delay` seconds after it began, finished or not."""
    timer = threading.Timer(delay, suite.kill)
    timer.start()
    with suppress(Unexpected, requests.RequestException):
        step(journey)
    timer.join()
    suite.start()


def wait_until_quiet(apps: dict[str, Flask]) -> None:
    deadline = time.monotonic() + 30
    while left := unfinished(apps):
        assert time.monotonic() < deadline, f"{left} deliveries are still under way"
        time.sleep(0.05)


def assert_once(journey: Journey, apps: dict[str, Flask], folder: Path) -> None:
    """Each act of the journey stands once in its owner's book."""
    name = f"%{journey.last_name}%"
    once = {
        "identity": ("select count(*) from person where last_name like :name", name),
        "certification": ("select count(*) from application where applicant_name like :name", name),
        "payments": ("select count(*) from invoice where applicant_name like :name", name),
    }
    for service, (question, value) in once.items():
        assert _count(apps, service, question, value) == 1, service
    assert _count(apps, "payments", "select count(*) from payment", "") == 1
    assert _count(apps, "legal", "select count(*) from final_order", "") == 1
    assert _count(apps, "legal", "select count(*) from complaint", "") == 1
    assert (
        _count(
            apps,
            "certification",
            "select count(*) from certificate where holder_name like :name",
            name,
        )
        == 1
    )
    with create_engine(f"sqlite:///{folder / 'sandbox.sqlite'}").connect() as book:
        assert book.execute(text("select count(*) from captures")).scalar() == 1
    for app in apps.values():
        service = app.extensions["credence"]
        with service.database.reading() as session:
            audit.verify(session)
            assert session.execute(text("select count(*) from parked")).scalar() == 0


def _count(apps: dict[str, Flask], service: str, question: str, name: str) -> int:
    engine: Engine = apps[service].extensions["credence"].database.engine
    with engine.connect() as connection:
        bound = {"name": name} if ":name" in question else {}
        return int(connection.execute(text(question), bound).scalar() or 0)
