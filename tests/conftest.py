"""What all tests share: servers, the suite on them, real files, and how a run of them goes."""

import os
from pathlib import Path

import pytest

pytest_plugins = [
    "tests.scheduling_plugin",
    "tests.servers.plugin",
    "tests.suite_plugin",
    "tests.templates_plugin",
    "tests.examples_plugin",
]


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real files named by `make samples`; only tests marked `samples` may ask."""
    return Path(os.environ["SAMPLES"])
