"""The pytest plugin that gives tests the whole suite on real servers, started once for all."""

from collections.abc import Iterator

import pytest

from tests.servers import PostgresServer, RabbitServer, find_nginx
from tests.servers.folders import PrivateFolder
from tests.servers.plugin import get_server
from tests.suite import RealSuite


def pytest_configure(config: pytest.Config) -> None:
    """Tell of the marks that tests on the whole suite have."""
    config.addinivalue_line("markers", "faults: kills, pauses and cuts, for minutes")


@pytest.fixture(scope="session")
def real_suite(
    postgres: PostgresServer, rabbitmq: RabbitServer, pytestconfig: pytest.Config
) -> Iterator[RealSuite]:
    """Every service as its own processes, on PostgreSQL and RabbitMQ, behind nginx."""
    get_server(find_nginx, pytestconfig)
    folder = PrivateFolder("suite")
    suite = RealSuite(postgres, rabbitmq, folder.path)
    try:
        yield suite.start()
    finally:
        suite.stop()
        folder.remove()
