"""The certification service in Kentucky, with the tests' people known to it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from chassis.testing import Checkpoint, FixedClock, checkpoint_of, test_settings
from services.certification.app import create_app
from tests.unit.certification.story import tell_who_there_is


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkpoint]:
    """The service, once it knows the tests' people."""
    made = create_app(
        test_settings("certification", tmp_path_factory.mktemp("certification")), FixedClock()
    )
    with checkpoint_of(made, tell_who_there_is) as checkpoint:
        yield checkpoint


@pytest.fixture
def app(settled: Checkpoint) -> Flask:
    return settled.restore()
