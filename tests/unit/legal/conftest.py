"""The legal service in Kentucky, with a clock that tests move."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from chassis.testing import FixedClock, prepare, service_of, test_settings
from services.legal.app import create_app
from tests.unit.legal.casework import settle


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def app(tmp_path: Path, clock: FixedClock) -> Iterator[Flask]:
    made = create_app(test_settings("legal", tmp_path), clock)
    prepare(made)
    settle(made)
    yield made
    service_of(made).database.close()
