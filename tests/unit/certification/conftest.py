"""The certification service in Kentucky, with the tests' people known to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from chassis.testing import FixedClock, prepare, service_of, test_settings
from services.certification.app import create_app
from tests.unit.certification.story import tell_who_there_is


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that knows the tests' people; each test works on a copy."""
    folder = tmp_path_factory.mktemp("certification")
    made = create_app(test_settings("certification", folder), FixedClock())
    prepare(made)
    tell_who_there_is(made)
    service_of(made).database.close()
    return folder


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def app(settled: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Flask]:
    shutil.copytree(settled, tmp_path, dirs_exist_ok=True)
    made = create_app(test_settings("certification", tmp_path), clock)
    yield made
    service_of(made).database.close()
