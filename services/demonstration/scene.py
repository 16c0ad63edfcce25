"""Loads a state's demonstration: the made-up people and places that `make up` settles in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from chassis.calendar import add_months, day_in
from chassis.jurisdiction import load_place
from chassis.state_folder import Files, StateFolder, states_in

FOLDER = "demonstration"
CLASSES_BEGIN = timedelta(weeks=6)
"""After the first day of the school year."""
CLASSES_END = timedelta(days=34)
"""Before the first day of the next one."""


@dataclass(frozen=True)
class Provider:
    """The preparation provider of the main journey."""

    name: str
    """The provider's name."""
    state_number: str
    """Its number among the state's organizations."""


@dataclass(frozen=True)
class TaughtCourse:
    """A course, as a district reports it."""

    code: str
    """The code of the course in the state's list."""
    title: str
    """The district's title of it."""
    subject: str
    """A subject of `content_areas`, for codes that the list lacks."""
    grades: str
    """The grades, as in 09,10."""


@dataclass(frozen=True)
class Part:
    """What the educator of the main journey applies for and teaches."""

    certificate_type: str
    """A code of `certificate_types`."""
    authorization: str
    """A code of `authorizations`, which covers the course."""
    course: TaughtCourse
    fee: str
    """The amount of the invoice, as pages show it."""


@dataclass(frozen=True)
class HeldCertificate:
    """A certificate of the legacy system."""

    educator_number: str
    """Its holder, in `persons.csv`."""
    number: str
    """The certificate's number."""
    type: str
    """A code of `certificate_types`."""
    authorizations: tuple[str, ...]
    """Codes of `authorizations`."""
    issued_on: date
    """The first day, in a suite whose day is in `school_year`."""
    expires_on: date
    """The last day, likewise."""
    rank: str | None = None
    """The holder's rank, where the state has ranks."""


@dataclass(frozen=True)
class Teaching(TaughtCourse):
    """What a teacher of the district teaches this year."""

    educator_number: str
    """The teacher, in `persons.csv`."""


@dataclass(frozen=True)
class SceneFile:
    """`demonstration/scene.toml`: who is certified for what, and who teaches what."""

    district: str
    """The number of the district in `organizations.csv`."""
    school: str
    """The number of one of its schools."""
    school_year: int
    """The year to whose end the days of the certificates fit; in another they move with it."""
    provider: Provider
    journey: Part
    certificates: tuple[HeldCertificate, ...]
    """The first one's holder has an account, with the username `educator`."""
    teaching: tuple[Teaching, ...]
    """The rows of the district's report."""


@dataclass(frozen=True)
class Scene:
    """A state's demonstration: its folder, what its file says, and the state's school year."""

    folder: Path
    file: SceneFile
    school_year_begins: str

    @property
    def organizations(self) -> Path:
        """The state's list of districts and schools."""
        return self.folder / "organizations.csv"

    @property
    def persons(self) -> Path:
        """The persons of the legacy system."""
        return self.folder / "persons.csv"

    def certificates(self, today: date) -> list[HeldCertificate]:
        """The certificates of the legacy system, with days that fit `today`."""
        later = self._next_year_begins(today + timedelta(days=1)).year - self.file.school_year
        return [
            replace(
                certificate,
                issued_on=add_months(certificate.issued_on, 12 * later),
                expires_on=add_months(certificate.expires_on, 12 * later),
            )
            for certificate in self.file.certificates
        ]

    def days_of_classes(self, today: date) -> tuple[date, date]:
        """The first and last day of this year's classes; after the last, of the next year's."""
        next_year = self._next_year_begins(today + CLASSES_END)
        this_year = day_in(next_year.year - 1, self.school_year_begins)
        return this_year + CLASSES_BEGIN, next_year - CLASSES_END

    def _next_year_begins(self, day: date) -> date:
        """The first day of a school year that comes on this day or after it."""
        this_year = day_in(day.year, self.school_year_begins)
        return this_year if this_year >= day else day_in(day.year + 1, self.school_year_begins)


FILES: Files = {f"{FOLDER}/scene": SceneFile}


def staged_states(folder: Path) -> Iterator[StateFolder]:
    """The states in a folder that have a demonstration."""
    for code in states_in(folder):
        state = StateFolder(folder / code)
        if (state.path / FOLDER).is_dir():
            yield state


def load_scene(state: StateFolder) -> Scene:
    """The scene of a state; raises `JurisdictionFault`."""
    file = state.read(f"{FOLDER}/scene", SceneFile)
    return Scene(state.path / FOLDER, file, load_place(state).school_year_begins)
