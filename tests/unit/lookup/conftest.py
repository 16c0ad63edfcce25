"""A replica with a clock that the tests move: it is November 22, 2026, ten in the morning."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.testing import Checkpoint, FixedClock, checkpoint_of, client_of, test_settings
from services.lookup.adapters.replica import Replica
from services.lookup.app import create_app
from tests.unit.lookup.facts import tell_caught_up


@pytest.fixture(scope="session")
def caught_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkpoint]:
    """A replica that has read the whole stream, which was empty."""
    made = create_app(test_settings("lookup", tmp_path_factory.mktemp("lookup")), FixedClock())
    with checkpoint_of(made, tell_caught_up) as checkpoint:
        yield checkpoint


@pytest.fixture
def app(caught_up: Checkpoint) -> Iterator[Flask]:
    restored = caught_up.restore()
    yield restored
    close_readers(restored)


def close_readers(app: Flask) -> None:
    """Let go of the file that the next test will find replaced."""
    replica: Replica = app.extensions["replica"]
    while replica._idle:
        replica._idle.pop().close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return client_of(app)
