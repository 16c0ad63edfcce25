"""The legal service in Kentucky, with a clock that tests move."""

from collections.abc import Iterator

import pytest
from flask import Flask

from chassis.testing import Checkpoint, FixedClock, checkpoint_of, test_settings
from services.legal.app import create_app
from tests.unit.legal.casework import settle


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkpoint]:
    """The service, once it knows the people and districts that tests speak of."""
    made = create_app(test_settings("legal", tmp_path_factory.mktemp("legal")), FixedClock())
    with checkpoint_of(made, settle) as checkpoint:
        yield checkpoint


@pytest.fixture
def app(settled: Checkpoint) -> Flask:
    return settled.restore()
