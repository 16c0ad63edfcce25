"""Each service can live with the smallest message of each fact it reacts to, knowing nothing else.

The messages are in `consumers/<service>/<topic>.json`; what the chassis hears for every service is
in `consumers/chassis/`.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from chassis.messaging.inbox import Verdict
from chassis.security.tokens import key_reactions
from chassis.testing import deliver, prepare, service_of
from contracts import event_class
from contracts.codec import load
from contracts.schemas import json_schema
from services.names import SERVICES
from tests.architecture.suite import create_app, reactions_of
from tests.contracts.any_events import sample_of

CONSUMERS = Path(__file__).parent / "consumers"

heard = pytest.mark.parametrize(
    ("service", "topic"),
    [(service, topic) for service in SERVICES for topic in reactions_of(service).topics],
)


def message_file(service: str, topic: str) -> Path:
    """Where the smallest message is that a service can live with."""
    consumer = "chassis" if topic in key_reactions.topics else service
    return CONSUMERS / consumer / f"{topic}.json"


@pytest.fixture(scope="session")
def fresh() -> dict[str, Path]:
    """For each service a folder with an empty database, made when it is first asked for."""
    return {}


@pytest.fixture
def app(
    service: str,
    fresh: dict[str, Path],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    """The service on an empty database of its own."""
    if service not in fresh:
        folder = tmp_path_factory.mktemp(service)
        first = create_app(service, folder)
        prepare(first)
        service_of(first).database.close()
        fresh[service] = folder
    shutil.copytree(fresh[service], tmp_path, dirs_exist_ok=True)
    made = create_app(service, tmp_path)
    yield made
    service_of(made).database.close()


@heard
def test_the_smallest_message_is_handled(app: Flask, service: str, topic: str) -> None:
    fact = event_class(topic)
    path = message_file(service, topic)
    assert path.is_file(), f"write the smallest message that {service} can live with: {path}"
    payload = json.loads(path.read_text(encoding="utf-8"))
    assert sorted(payload) == sorted(json_schema(fact)["required"])
    [outcome] = deliver(app, load(fact, payload))
    assert outcome.verdict is Verdict.HANDLED, outcome.reason


@heard
def test_the_full_sample_is_handled(app: Flask, service: str, topic: str) -> None:
    [outcome] = deliver(app, sample_of(event_class(topic)))
    assert outcome.verdict is Verdict.HANDLED, outcome.reason


def test_no_message_is_kept_for_a_reaction_that_there_is_not() -> None:
    expected = {
        message_file(service, topic)
        for service in SERVICES
        for topic in reactions_of(service).topics
    }
    assert set(CONSUMERS.glob("*/*.json")) - expected == set()
