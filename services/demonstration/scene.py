"""Reads what the demonstration shows in a state, and where its files lie."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Scene:
    """A state's demonstration: its files, and its `scene.toml` as read."""

    folder: Path
    told: dict[str, Any]

    @property
    def organizations(self) -> Path:
        """The state's list of districts and schools."""
        return self.folder / "organizations.csv"

    @property
    def persons(self) -> Path:
        """The persons of the legacy system."""
        return self.folder / "persons.csv"

    @property
    def journey(self) -> dict[str, Any]:
        """What the person of the main journey applies for and teaches."""
        told: dict[str, Any] = self.told["journey"]
        return told


def states() -> Iterator[str]:
    """The states that the demonstration has a scene for."""
    for path in sorted(FOLDER.glob("*/scene.toml")):
        yield path.parent.name


def load_scene(jurisdiction: str) -> Scene:
    """The scene of a state."""
    folder = FOLDER / jurisdiction
    return Scene(folder, tomllib.loads((folder / "scene.toml").read_text(encoding="utf-8")))
