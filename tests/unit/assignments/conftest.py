"""The assignments service on a fresh database, with two districts known to it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from chassis.testing import (
    Checkpoint,
    FixedClock,
    clock_of,
    learn,
    prepare,
    service_of,
    test_settings,
)
from services.assignments.app import create_app
from tests.unit.assignments.world import (
    OTHER,
    TINY,
)


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkpoint]:
    """The service, once it knows the two districts."""
    folder = tmp_path_factory.mktemp("assignments")
    made = create_app(test_settings("assignments", folder), FixedClock())
    prepare(made)
    learn(made, TINY, OTHER)
    yield Checkpoint(made)
    service_of(made).database.close()


@pytest.fixture
def app(settled: Checkpoint) -> Flask:
    return settled.restore()


@pytest.fixture
def clock(app: Flask) -> FixedClock:
    return clock_of(app)
