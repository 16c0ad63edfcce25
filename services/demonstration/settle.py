"""Settles the made-up people in where the services run by themselves: `python -m
services.demonstration.settle`, with the settings of identity, certification and assignments.

Their workers carry the events; this waits until what it recorded was handled by those three.
"""

import importlib
import time

from flask import Flask

from chassis.settings import read_settings
from services.demonstration.people import settle_in
from services.demonstration.quiet import unfinished

SERVICES = ("identity", "certification", "assignments")
PATIENCE_SECONDS = 120


class NotHandledInTime(Exception):
    """The workers did not handle what was recorded; they may not run."""


def main() -> None:
    """Make what is not there yet."""
    apps: dict[str, Flask] = {}
    for name in SERVICES:
        module = importlib.import_module(f"services.{name}.app")
        apps[name] = module.create_app(read_settings(name))
    settle_in(apps, lambda: _wait_until_handled(apps))


def _wait_until_handled(apps: dict[str, Flask]) -> int:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := unfinished(apps):
        if time.monotonic() > deadline:
            raise NotHandledInTime(f"{left} events were not handled in {PATIENCE_SECONDS} s")
        time.sleep(0.1)
    return 0


if __name__ == "__main__":
    main()
