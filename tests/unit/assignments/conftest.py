"""The assignments service on a fresh database, with two districts known to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from chassis.testing import FixedClock, learn, prepare, service_of, test_settings
from services.assignments.app import create_app
from tests.unit.assignments.world import (
    OTHER,
    TINY,
)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the migrated database, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("assignments")
    made = create_app(test_settings("assignments", folder), FixedClock())
    prepare(made)
    learn(made, TINY, OTHER)
    service_of(made).database.close()
    return folder


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def app(prepared: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Flask]:
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    made = create_app(test_settings("assignments", tmp_path), clock)
    yield made
    service_of(made).database.close()
