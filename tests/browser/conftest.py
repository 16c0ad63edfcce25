"""One Chromium and one embedded suite for all tests of the browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import chromium, get_chromium
from tests.browser.routes import Routes, routes_in
from tests.journeys.embedded import EmbeddedProcess
from tests.servers.plugin import get_server


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """Chromium, without a window."""
    with chromium(get_server(get_chromium, pytestconfig)) as started:
        yield started


@pytest.fixture(scope="session")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Routes:
    """The routes of all services."""
    return routes_in(tmp_path_factory.mktemp("routes"))


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedProcess]:
    """The suite as `make up` runs it."""
    folder: Path = tmp_path_factory.mktemp("suite")
    started = EmbeddedProcess(folder)
    started.start()
    yield started
    started.stop()
