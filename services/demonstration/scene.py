"""Loads a state's demonstration data."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
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

    def certificates(self, today: date) -> list[dict[str, Any]]:
        """The certificates of the legacy system, with days that fit `today`."""
        later = _next_year_with(6, 30, today) - self.contents["school_year"]
        return [
            {
                key: value.replace(year=value.year + later) if isinstance(value, date) else value
                for key, value in details.items()
            }
            for details in self.contents["certificates"]
        ]


def days_of_classes(today: date) -> tuple[date, date]:
    """The first and last day of this school year's classes; in the summer, of the next one's."""
    year = _next_year_with(5, 28, today)
    return date(year - 1, 8, 12), date(year, 5, 28)


def _next_year_with(month: int, day: int, today: date) -> int:
    """The year of the next such day, `today` included."""
    return today.year + ((month, day) < (today.month, today.day))


def states() -> Iterator[str]:
    """The states that the demonstration has a scene for."""
    for path in sorted(FOLDER.glob("*/scene.toml")):
        yield path.parent.name


def load_scene(jurisdiction: str) -> Scene:
    """The scene of a state."""
    folder = FOLDER / jurisdiction
    return Scene(folder, tomllib.loads((folder / "scene.toml").read_text(encoding="utf-8")))
