"""A running identity service for each state."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.testing import Checkpoint
from services.identity.adapters.resources import resources_from
from tests.unit.identity.office import Office


@pytest.fixture(scope="session")
def kentucky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    opened = Office(tmp_path_factory.mktemp("identity"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def newly_opened(kentucky: Office) -> Checkpoint:
    """The service, once it was started and has made its keys."""
    return Checkpoint(kentucky.app)


@pytest.fixture
def office(kentucky: Office, newly_opened: Checkpoint) -> Office:
    newly_opened.restore()
    service = kentucky.service
    kentucky.app.extensions["identity"] = resources_from(service.settings, service.database)
    return kentucky


@pytest.fixture
def connecticut(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path / "connecticut", JURISDICTION="connecticut")
    yield opened
    opened.close()
