"""A replica with a clock that the tests move: it is November 22, 2026, ten in the morning."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.testing import FixedClock, client_of, prepare, service_of, test_settings
from services.lookup.app import create_app
from tests.unit.lookup.facts import tell_caught_up


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def app(tmp_path: Path, clock: FixedClock) -> Iterator[Flask]:
    made = create_app(test_settings("lookup", tmp_path), clock)
    prepare(made)
    tell_caught_up(made)
    yield made
    service_of(made).database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return client_of(app)
