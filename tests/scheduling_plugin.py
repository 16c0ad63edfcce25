"""The pytest plugin by which a run on many processors starts each server once.

Test files that name a server go to one worker, first, for they mostly wait; the others go one by
one to whoever is free.
"""

import os
import re
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

SERVERS = re.compile(r"\b(postgres|postgres_url|rabbitmq|broker_url|real_suite)\b")
"""The fixtures that start a server, or stand on one."""


@cache
def names_a_server(file: Path) -> bool:
    """Whether a test file asks for a server, also for one that it asks for while it runs."""
    return SERVERS.search(file.read_text(encoding="utf-8")) is not None


def asks_unnamed(config: pytest.Config) -> bool:
    """Whether the present test's file does not name the server that is to be started for it."""
    file = os.environ["PYTEST_CURRENT_TEST"].partition("::")[0]
    return not names_a_server(config.rootpath / file)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that name a server before all others."""
    items.sort(key=lambda item: not names_a_server(item.path))


class ServersTogether(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives all files that name a server to one worker, and each other file to any."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "servers" if names_a_server(self.config.rootpath / file) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling | None:
    """Take this scheduling for `--dist loadfile`.

    `loadgroup`, which is meant for it, groups nothing with pytest 9.2 (pytest-xdist's issue 1386).
    """
    if config.getoption("dist") != "loadfile":
        return None
    # As they were collected, for the longest are not the files with the most tests.
    config.option.loadscopereorder = False
    return ServersTogether(config, log)
