"""The certification service in Kentucky, with the tests' people known to it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from chassis.testing import (
    Checkpoint,
    FixedClock,
    clock_of,
    prepare,
    service_of,
    test_settings,
)
from services.certification.app import create_app
from tests.unit.certification.story import tell_who_there_is


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkpoint]:
    """The service, once it knows the tests' people."""
    folder = tmp_path_factory.mktemp("certification")
    made = create_app(test_settings("certification", folder), FixedClock())
    prepare(made)
    tell_who_there_is(made)
    yield Checkpoint(made)
    service_of(made).database.close()


@pytest.fixture
def app(settled: Checkpoint) -> Flask:
    return settled.restore()


@pytest.fixture
def clock(app: Flask) -> FixedClock:
    return clock_of(app)
