"""Every state's demonstration on PostgreSQL, RabbitMQ and nginx, as `make demo` walks it."""

import pytest

from services.__main__ import demo
from services.demonstration.people import settle_in
from tests.servers import PostgresServer, RabbitServer, find_nginx
from tests.servers.folders import PrivateFolder
from tests.servers.plugin import get_server
from tests.states import STATES, settings_of
from tests.suite import RealSuite, applications_of, wait_until_quiet

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.mark.parametrize("state", STATES)
def test_a_states_demonstration_is_walked_whole(
    state: str,
    postgres: PostgresServer,
    rabbitmq: RabbitServer,
    pytestconfig: pytest.Config,
    capsys: pytest.CaptureFixture[str],
) -> None:
    get_server(find_nginx, pytestconfig)
    folder = PrivateFolder("suite")
    suite = RealSuite(postgres, rabbitmq, folder.path, state)
    try:
        with applications_of(suite.start()) as apps:
            settle_in(apps, lambda: wait_until_quiet(apps))
            failed = demo({"PUBLIC_URL": suite.base_url, **settings_of(state)})
            assert wait_until_quiet(apps) == 0
    finally:
        suite.stop()
        folder.remove()
    lines = capsys.readouterr().out.splitlines()
    assert (failed, lines[-1].split(", ")[1]) == (0, "0 failed"), lines
