"""A running identity service in a folder of its own, for each state."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.identity.office import Office


@pytest.fixture(scope="session")
def newly_opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a service that was started once, to be copied: migrations take their time."""
    folder = tmp_path_factory.mktemp("newly-opened")
    Office(folder).close()
    return folder


@pytest.fixture
def office(tmp_path: Path, newly_opened: Path) -> Iterator[Office]:
    shutil.copytree(newly_opened, tmp_path, dirs_exist_ok=True)
    opened = Office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def connecticut(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path / "connecticut", JURISDICTION="connecticut")
    yield opened
    opened.close()
