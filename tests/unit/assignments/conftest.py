"""The assignments service on a fresh database, with two districts known to it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from chassis.testing import Checkpoint, FixedClock, checkpoint_of, learn, test_settings
from services.assignments.app import create_app
from tests.unit.assignments.world import OTHER, TINY


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkpoint]:
    """The service, once it knows the two districts."""
    made = create_app(
        test_settings("assignments", tmp_path_factory.mktemp("assignments")), FixedClock()
    )
    with checkpoint_of(made, lambda app: learn(app, TINY, OTHER)) as checkpoint:
        yield checkpoint


@pytest.fixture
def app(settled: Checkpoint) -> Flask:
    return settled.restore()
