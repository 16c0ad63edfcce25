"""What the tests of the chassis share: the registry of orders, and an empty database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from chassis.clock import SystemClock
from chassis.storage.database import Database
from chassis.storage.tables import CHASSIS
from chassis.testing import service_of
from tests.unit.chassis.registry import registry


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The registry, with nothing in it."""
    made = registry(tmp_path)
    yield made
    service_of(made).database.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with the chassis's tables only."""
    made = Database("legal", f"sqlite:///{tmp_path}/chassis.sqlite", SystemClock())
    CHASSIS.create_all(made.engine)
    yield made
    made.close()
