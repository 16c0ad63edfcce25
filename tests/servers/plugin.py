"""The pytest plugin that gives tests their servers, and says at the end what was not to be had."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NoReturn, TypeVar
from uuid import uuid4

import pytest

from tests.scheduling_plugin import asks_unnamed
from tests.servers.install import ServerUnavailable
from tests.servers.postgres import PostgresServer, provide_postgres
from tests.servers.rabbitmq import RabbitServer, provide_rabbitmq

_NOT_RUN = "not run: "

Server = TypeVar("Server")


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests of the run, started when the first of them asks."""
    refuse_a_second(pytestconfig)
    server = get_server(provide_postgres, pytestconfig)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def rabbitmq(pytestconfig: pytest.Config) -> Iterator[RabbitServer]:
    """One RabbitMQ for all tests of the run, started when the first of them asks."""
    refuse_a_second(pytestconfig)
    server = get_server(provide_rabbitmq, pytestconfig)
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """SQLAlchemy URL of an empty database, for this test alone."""
    name = _unique_name()
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def broker_url(rabbitmq: RabbitServer) -> Iterator[str]:
    """AMQP URL of an empty virtual host, for this test alone."""
    name = _unique_name()
    yield rabbitmq.create_vhost(name)
    rabbitmq.delete_vhost(name)


def refuse_a_second(config: pytest.Config) -> None:
    """Fail a test that would have one more worker start the servers."""
    if asks_unnamed(config):
        pytest.fail("a file whose tests need a server must name its fixture", pytrace=False)


def get_server(provide: Callable[[], Server], config: pytest.Config) -> Server:
    """Get the server that `provide` gives, or else leave out the test that asked for it."""
    capture = config.pluginmanager.getplugin("capturemanager")
    try:
        # What is said about an installation, which takes minutes, is to be seen at once.
        with capture.global_and_fixture_disabled():
            return provide()
    except ServerUnavailable as unavailable:
        leave_out(unavailable)


def leave_out(unavailable: ServerUnavailable) -> NoReturn:
    """Skip a test for want of a server; with `CI=true`, when nothing may be left out, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(str(unavailable), pytrace=False)
    pytest.skip(f"{_NOT_RUN}{unavailable}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that were not run for want of a server, and the command that provides it."""
    left_out: dict[str, list[str]] = defaultdict(list)
    for report in terminalreporter.getreports("skipped"):
        if isinstance(report.longrepr, tuple) and _NOT_RUN in report.longrepr[2]:
            left_out[report.longrepr[2].partition(_NOT_RUN)[2]].append(report.nodeid)
    if left_out:
        terminalreporter.section("not run for want of a server")
    for reason, tests in left_out.items():
        terminalreporter.write_line(reason)
        for test in tests:
            terminalreporter.write_line(f"  {test}")


def _unique_name() -> str:
    return f"test_{uuid4().hex[:12]}"
