"""The tests' own servers, run from the images that the suite runs on."""

import sys

import pytest

from tests.compose.deployed import Deployed, Failed, image, run

pytestmark = [pytest.mark.compose, pytest.mark.timeout(600)]


def images() -> dict[str, str]:
    """Those that were built here; elsewhere the usual ones are taken."""
    named = {"TEST_POSTGRES_IMAGE": image("postgres"), "TEST_RABBITMQ_IMAGE": image("rabbitmq")}
    try:
        run(["docker", "image", "inspect", *named.values()])
    except Failed:
        return {
            "TEST_POSTGRES_IMAGE": "postgres:17",
            "TEST_RABBITMQ_IMAGE": "rabbitmq:4-management",
        }
    return named


def test_the_servers_of_these_images_keep_what_the_tests_ask_of_servers(deployed: Deployed) -> None:
    # Without the container that would clean up after a killed run: its image is on a registry.
    environment = {**images(), "TESTCONTAINERS_RYUK_DISABLED": "true"}
    tests = "tests/integration/test_servers.py"
    said = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests], environment)
    assert " passed" in said
    assert "skipped" not in said
