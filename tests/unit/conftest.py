"""What the tests of every service share."""

import pytest
from flask import Flask

from chassis.testing import FixedClock, clock_of


@pytest.fixture
def clock(app: Flask) -> FixedClock:
    return clock_of(app)
