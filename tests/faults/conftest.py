"""One suite under fault for all tests of this folder, started when the first of them asks."""

import os
from collections.abc import Iterator

import pytest

from tests.faults.arena import Arena, open_arena
from tests.faults.deadline import hard_deadline
from tests.servers import find_nginx
from tests.servers.plugin import get_server

# Should the end of a run hang too, which pytest's own time limits do not cover.
_SECONDS_FOR_ALL = 2700


@pytest.fixture(scope="session")
def arena(pytestconfig: pytest.Config) -> Iterator[Arena]:
    """The running suite, to be killed, paused and cut; whoever asks for it heals it first."""
    get_server(find_nginx, pytestconfig)
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        terminal = os.fdopen(os.dup(2), "w")
    with terminal, hard_deadline(_SECONDS_FOR_ALL, terminal), open_arena() as opened:
        yield opened
