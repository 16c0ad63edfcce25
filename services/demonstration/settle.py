"""Creates the demonstration data where the services run separately: `python -m
services.demonstration.settle`, with the settings of identity, certification and assignments.

Their workers deliver the events; this waits until all three services have handled them.
"""

import importlib
import time

from flask import Flask

from chassis.settings import read_settings
from services.demonstration.people import settle_in
from services.demonstration.quiet import unfinished

SERVICES = ("identity", "certification", "assignments")
TIMEOUT_SECONDS = 120


class NotHandledInTime(Exception):
    """The workers did not handle the events in time; they may not be running."""


def main() -> None:
    """Create what is missing."""
    apps: dict[str, Flask] = {}
    for name in SERVICES:
        module = importlib.import_module(f"services.{name}.app")
        apps[name] = module.create_app(read_settings(name))
    settle_in(apps, lambda: _wait_until_handled(apps))


def _wait_until_handled(apps: dict[str, Flask]) -> int:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while pending := unfinished(apps):
        if time.monotonic() > deadline:
            raise NotHandledInTime(f"{pending} events were not handled in {TIMEOUT_SECONDS} s")
        time.sleep(0.1)
    return 0


if __name__ == "__main__":
    main()
