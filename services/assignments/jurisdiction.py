"""The state's reporting rules: its calendar and the standard by which assignments are judged."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from msgspec import Meta

from chassis.jurisdiction import Place, load_place
from chassis.rules import Source, source_faults
from chassis.state_folder import Fault, Files, KeyFaults, StateFolder
from services.assignments.domain.standard import (
    GENERAL,
    ContentArea,
    Coverage,
    Deadline,
    Population,
    ReportingCalendar,
    ReportingStandard,
    StateCourse,
)


@dataclass(frozen=True)
class ReportingFile:
    """`assignments.toml`: what districts report when, and who may teach what."""

    deadlines: Annotated[tuple[Deadline, ...], Meta(min_length=1)]
    """The reports of a school year."""
    content_areas: Annotated[tuple[ContentArea, ...], Meta(min_length=1)]
    """What is taught."""
    populations: Annotated[tuple[Population, ...], Meta(min_length=1)]
    """Who is taught; one is `general`."""
    courses: tuple[StateCourse, ...]
    """The state's list of courses."""
    coverage: tuple[Coverage, ...]
    """Which authorizations cover a content area."""
    sources: Mapping[str, Source]
    """Where `content_areas`, `populations`, `courses` and `coverage` come from."""

    SOURCED = ("content_areas", "populations", "courses", "coverage")

    def __post_init__(self) -> None:
        if faults := dict(self._faults()):
            raise KeyFaults(faults)

    def _faults(self) -> Iterator[Fault]:
        yield from source_faults(self.SOURCED, self.sources)
        contents = {area.code for area in self.content_areas}
        populations = {population.code for population in self.populations}
        if GENERAL not in populations:
            yield ("populations",), f"must have one with the code {GENERAL!r}."
        for table in ("courses", "coverage"):
            for row, entry in enumerate(getattr(self, table)):
                if entry.content not in contents:
                    yield (
                        (table, row, "content"),
                        f"is {entry.content!r}, which is no content area.",
                    )
        for row, course in enumerate(self.courses):
            if course.population not in populations:
                problem = f"is {course.population!r}, which is no population."
                yield ("courses", row, "population"), problem
        yield from self._repetitions()

    def _repetitions(self) -> Iterator[Fault]:
        for table in ("content_areas", "populations", "courses"):
            codes = [
                (entry.code, getattr(entry, "effective_from", None))
                for entry in getattr(self, table)
            ]
            times = Counter(codes)
            for row, code in enumerate(codes):
                if times[code] > 1:
                    yield (table, row, "code"), f"is {code[0]!r}, which appears more than once."
        words = Counter(
            subject.casefold() for area in self.content_areas for subject in area.subjects
        )
        for row, area in enumerate(self.content_areas):
            for subject in area.subjects:
                if words[subject.casefold()] > 1:
                    problem = f"has {subject!r}, which appears more than once."
                    yield ("content_areas", row, "subjects"), problem


@dataclass(frozen=True)
class AssignmentRules:
    """A state's reporting calendar and the standard by which assignments are judged."""

    place: Place
    file: ReportingFile

    @cached_property
    def calendar(self) -> ReportingCalendar:
        """The school year and the deadlines of its reports."""
        return ReportingCalendar(self.place.school_year_begins, self.file.deadlines)

    @cached_property
    def standard(self) -> ReportingStandard:
        """The lists by which assignments are judged."""
        file = self.file
        return ReportingStandard(
            content_areas=file.content_areas,
            populations=file.populations,
            courses=file.courses,
            coverage=file.coverage,
            grades=self.place.grades,
        )


FILES: Files = {"assignments": ReportingFile}


def load_rules(state: StateFolder) -> AssignmentRules:
    """The state's rules; raises `chassis.state_folder.JurisdictionFault`."""
    return AssignmentRules(load_place(state), state.read("assignments", ReportingFile))
