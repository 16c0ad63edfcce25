"""One suite in containers for all tests of this folder, on images that are built from this tree."""

import os
from collections.abc import Iterator

import pytest

from services.demonstration.journey.walker import Journey
from tests.compose.deployed import Deployed, run
from tests.servers.containers import engine_answers
from tests.servers.install import ServerUnavailable, providing_command
from tests.servers.plugin import leave_out


@pytest.fixture(scope="session")
def deployed(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    """The running suite, with made-up people; whoever harms it leaves it healthy."""
    if not engine_answers():
        elsewhere = "https://docs.docker.com/engine/install/"
        package = "docker.io docker-compose && dockerd &"
        command = providing_command(package, elsewhere=elsewhere)
        leave_out(ServerUnavailable("A Docker engine", "none answers here", command))
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\nbuilding the images, and starting the suite", flush=True)
    run(["deploy/images/build"])
    suite = Deployed(tmp_path_factory.mktemp("compose"))
    try:
        suite.up()
        os.environ["REQUESTS_CA_BUNDLE"] = str(suite.certificate)
        yield suite
    finally:
        os.environ.pop("REQUESTS_CA_BUNDLE", None)
        suite.down()


@pytest.fixture(scope="session")
def walked(deployed: Deployed) -> Journey:
    """A whole journey, through the port that the gateway publishes."""
    return deployed.walk()
