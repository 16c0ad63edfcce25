"""What all tests share: servers, the suite on them, and real files, for those who ask by name."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.servers.plugin", "tests.suite_plugin"]


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real files named by `make samples`; only tests marked `samples` may ask."""
    return Path(os.environ["SAMPLES"])
