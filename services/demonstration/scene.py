"""Loads a state's demonstration data."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from chassis.state_folder import StateFolder, states_in


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


def staged_states(folder: Path) -> Iterator[StateFolder]:
    """The states in a folder that have a demonstration."""
    for code in states_in(folder):
        state = StateFolder(folder / code)
        if _folder_of(state).is_dir():
            yield state


def _folder_of(state: StateFolder) -> Path:
    return state.path / "demonstration"


def load_scene(state: StateFolder) -> Scene:
    """The scene of a state."""
    folder = _folder_of(state)
    return Scene(folder, tomllib.loads((folder / "scene.toml").read_text(encoding="utf-8")))
