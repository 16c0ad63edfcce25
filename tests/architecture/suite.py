"""What the suite consists of, found in its folders: its services and what each reacts to."""

import importlib
import tomllib
from importlib.util import find_spec
from pathlib import Path

from flask import Flask

from chassis.messaging.reactions import Reactions
from chassis.security.tokens import key_reactions
from chassis.testing import test_settings
from services.names import SERVICES

ROOT = Path(__file__).parents[2]


def version() -> str:
    """The version of this checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def modules_of(root: Path, folders: tuple[str, ...]) -> list[Path]:
    """Every module in these folders; a service's migrations are history, and no rule's concern."""
    return [
        path
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
        if not (path.relative_to(root).parts[0] == "services" and "migrations" in path.parts)
    ]


def reactions_of(service: str) -> Reactions:
    """A service's own reactions and those that the chassis gives to every service."""
    own = Reactions()
    if find_spec(f"services.{service}.reactions"):
        own = importlib.import_module(f"services.{service}.reactions").reactions
    return own.including(key_reactions)


def readers() -> dict[str, list[str]]:
    """For each topic, the services that react to it."""
    found: dict[str, list[str]] = {}
    for service in SERVICES:
        for topic in reactions_of(service).topics:
            found.setdefault(topic, []).append(service)
    return found


def create_app(service: str, folder: Path) -> Flask:
    """A service's application that keeps everything in `folder`."""
    app: Flask = importlib.import_module(f"services.{service}.app").create_app(
        test_settings(service, folder)
    )
    return app
