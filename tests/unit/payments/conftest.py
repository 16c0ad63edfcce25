"""The payments service in Kentucky, which nothing has happened to."""

from collections.abc import Iterator

import pytest
from flask import Flask

from chassis.testing import Checkpoint, FixedClock, checkpoint_of, test_settings
from services.payments.app import create_app


@pytest.fixture(scope="session")
def newly_opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkpoint]:
    """The service, as it begins."""
    made = create_app(test_settings("payments", tmp_path_factory.mktemp("payments")), FixedClock())
    with checkpoint_of(made) as checkpoint:
        yield checkpoint


@pytest.fixture
def app(newly_opened: Checkpoint) -> Flask:
    return newly_opened.restore()
