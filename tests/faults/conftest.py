"""One suite under fault for all tests of this folder, started when the first of them asks."""

from collections.abc import Iterator

import pytest

from tests.faults.arena import Arena, open_arena
from tests.servers import find_nginx
from tests.servers.plugin import get_server


@pytest.fixture(scope="session")
def arena(pytestconfig: pytest.Config) -> Iterator[Arena]:
    """The running suite, to be killed, paused and cut; whoever asks for it heals it first."""
    get_server(find_nginx, pytestconfig)
    with open_arena() as opened:
        yield opened
