"""Loads a state's demonstration data."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Scene:
    """A state's demonstration: its folder, and the contents of its `scene.toml`."""

    folder: Path
    contents: dict[str, Any]

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
        """What the educator of the main journey applies for and teaches."""
        journey: dict[str, Any] = self.contents["journey"]
        return journey


def states() -> Iterator[str]:
    """The states that the demonstration has a scene for."""
    for path in sorted(FOLDER.glob("*/scene.toml")):
        yield path.parent.name


def load_scene(jurisdiction: str) -> Scene:
    """The scene of a state."""
    folder = FOLDER / jurisdiction
    return Scene(folder, tomllib.loads((folder / "scene.toml").read_text(encoding="utf-8")))
