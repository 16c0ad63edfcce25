"""The reporting standard: content areas, populations, courses and coverage by authorizations.

16 KAR 1:050 §7 requires the agency to keep these lists; grades are integers, kindergarten is 0.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from msgspec import Meta

from chassis.calendar import day_in
from chassis.i18n.text import Translatable, translatable
from chassis.jurisdiction import GradeName, in_force
from chassis.rules import Rule
from chassis.state_folder import Grade, KeyFaults, MonthAndDay
from contracts.certification import Authorization

GENERAL = "general"


class Needs(StrEnum):
    """What a content area requires of its teacher."""

    AUTHORIZATION = "authorization"
    ANY_CERTIFICATE = "any_certificate"
    NOTHING = "nothing"


@dataclass(frozen=True)
class ContentArea:
    """An academic area (16 KAR 1:050 §1(1))."""

    code: str
    """The code by which courses and coverage name it."""
    title: str
    """What it is called."""
    subjects: tuple[str, ...] = ()
    """Its names in exports."""
    needs: Needs = Needs.AUTHORIZATION
    """What its teacher needs."""


@dataclass(frozen=True)
class Population:
    """A group of students (16 KAR 1:050 §1(6)).

    Only `authorizations` may be assigned to it (16 KAR 4:020); if there are none, the
    authorization's own population decides.
    """

    code: str
    """The code by which courses and districts name it."""
    title: str
    """What it is called."""
    authorizations: frozenset[str] = frozenset()
    """The only authorizations that may teach it; without any, their own population decides."""
    source: str = ""
    """Where the state says so."""

    def is_served_by(self, authorization: Authorization) -> bool:
        """Whether a teacher with this authorization may be assigned to these students."""
        if self.authorizations:
            return authorization.code in self.authorizations
        return authorization.population == self.code


@dataclass(frozen=True)
class StateCourse:
    """A course of the state's list, from `effective_from` until a later row of the same code."""

    code: str
    """The state's code of the course."""
    title: str
    """What it is called."""
    content: str
    """Its content area."""
    population: str = GENERAL
    """The students it is for."""
    effective_from: date = date.min
    """The first day on which the code may be used."""
    deprecated_from: date | None = None
    """The first day on which it may no longer be used."""
    source: str = ""
    """Where the state says so."""

    def is_deprecated(self, day: date) -> bool:
        """Whether the code may no longer be used on `day`."""
        return self.deprecated_from is not None and self.deprecated_from <= day


@dataclass(frozen=True)
class Coverage:
    """Authorizations that cover a content area, in their own grades unless `grades` is set.

    The row is in force from `effective_from` through `effective_until`.
    """

    content: str
    """The content area that is covered."""
    authorizations: Annotated[tuple[str, ...], Meta(min_length=1)]
    """The authorizations that cover it."""
    grades: tuple[Grade, Grade] | None = None
    """The lowest and highest grade, if they are not the authorization's own."""
    effective_from: date = date.min
    """The first day on which they cover it."""
    effective_until: date | None = None
    """The last day."""
    source: str = ""
    """Where the state says so."""

    def __post_init__(self) -> None:
        if self.grades and self.grades[0] > self.grades[1]:
            raise KeyFaults({("grades",): "has the highest grade before the lowest."})

    def is_in_force(self, day: date) -> bool:
        """Whether the row is in force on `day`."""
        return self.effective_from <= day and (
            self.effective_until is None or day <= self.effective_until
        )


@dataclass(frozen=True)
class Requirement:
    """What a course requires of its teacher."""

    content: ContentArea
    population: Population


@dataclass(frozen=True)
class ReportingStandard:
    """The state's lists, with lookups."""

    content_areas: tuple[ContentArea, ...]
    populations: tuple[Population, ...]
    courses: tuple[StateCourse, ...]
    coverage: tuple[Coverage, ...]
    grades: Mapping[int, GradeName] = field(default_factory=dict)

    def grade_span(self, lowest: int, highest: int) -> Translatable:
        """Grades in words: "grade 9", "grades K-5", "kindergarten"."""
        if lowest != highest:
            first, last = (self._grade_label(grade) for grade in (lowest, highest))
            return translatable("grades {first}\N{EN DASH}{last}", first=first, last=last)
        named = self.grades.get(lowest)
        return translatable(named.words) if named else translatable("grade {number}", number=lowest)

    def _grade_label(self, grade: int) -> str:
        named = self.grades.get(grade)
        return named.label if named else str(grade)

    def find_course(self, codes: Iterable[str], day: date) -> StateCourse | None:
        """The state's course for the first code that has one; its newest row on `day`."""
        for code in codes:
            course = in_force(self._courses.get(code, ()), day)
            if course is not None:
                return course
        return None

    def find_requirement(
        self,
        codes: Iterable[str],
        subjects: Iterable[str],
        day: date,
        population: str | None = None,
    ) -> Requirement | None:
        """The requirement on `day` of the course with these codes, or else these subject words.

        `population` is the code that the district reports for the course; a population in the
        state's list takes precedence.
        None if no code or word is in the lists, or the code may no longer be used.
        """
        reported = population if population in self._populations else GENERAL
        course = self.find_course(codes, day)
        if course is not None:
            if course.is_deprecated(day):
                return None
            listed = course.population
            return Requirement(
                self._contents[course.content],
                self._populations[reported if listed == GENERAL else listed],
            )
        for subject in subjects:
            content = self._by_subject.get(_word(subject))
            if content is not None:
                return Requirement(content, self._populations[reported])
        return None

    def grades_covered(
        self, content: ContentArea, authorization: Authorization, day: date
    ) -> list[tuple[int, int]]:
        """Lowest and highest grade of each row by which it covers the content on `day`.

        An authorization for a special population covers every content area for that population.
        """
        own = (authorization.lowest_grade, authorization.highest_grade)
        if authorization.code in self._codes_of_populations:
            return [own]
        rows = self._coverage.get((content.code, authorization.code), ())
        return [row.grades or own for row in rows if row.is_in_force(day)]

    @property
    def course_codes(self) -> Collection[str]:
        """Every code in the state's list, on any day."""
        return self._courses.keys()

    @cached_property
    def _courses(self) -> dict[str, list[StateCourse]]:
        courses: dict[str, list[StateCourse]] = {}
        for course in self.courses:
            courses.setdefault(course.code, []).append(course)
        return courses

    @cached_property
    def _contents(self) -> dict[str, ContentArea]:
        return {content.code: content for content in self.content_areas}

    @cached_property
    def _populations(self) -> dict[str, Population]:
        return {population.code: population for population in self.populations}

    @cached_property
    def _by_subject(self) -> dict[str, ContentArea]:
        return {
            _word(subject): content
            for content in self.content_areas
            for subject in content.subjects
        }

    @cached_property
    def _codes_of_populations(self) -> frozenset[str]:
        return frozenset[str]().union(
            *(population.authorizations for population in self.populations)
        )

    @cached_property
    def _coverage(self) -> dict[tuple[str, str], list[Coverage]]:
        coverage: dict[tuple[str, str], list[Coverage]] = {}
        for row in self.coverage:
            for authorization in row.authorizations:
                coverage.setdefault((row.content, authorization), []).append(row)
        return coverage


def _word(subject: str) -> str:
    return " ".join(subject.casefold().split())


@dataclass(frozen=True, kw_only=True)
class Deadline(Rule):
    """A report is due each school year no later than this day."""

    title: str
    """What is due."""
    due: MonthAndDay
    """The last day."""

    def next_on_or_after(self, today: date) -> date:
        """The next due date of the report, this year or next."""
        this_year = day_in(today.year, self.due)
        return this_year if this_year >= today else day_in(today.year + 1, self.due)


@dataclass(frozen=True)
class ReportingCalendar:
    """The start of the school year and the deadlines of its reports."""

    school_year_begins: MonthAndDay
    deadlines: tuple[Deadline, ...]

    def school_year_of(self, day: date) -> str:
        """The school year of a day, such as 2026-2027."""
        first = self._begins_on(day).year
        return f"{first}-{first + 1}"

    def next_deadline(self, today: date) -> tuple[Deadline, date]:
        """The next deadline and its date."""
        return min(
            ((deadline, deadline.next_on_or_after(today)) for deadline in self.deadlines),
            key=lambda due: due[1],
        )

    def first_deadline_missed(self, today: date) -> tuple[Deadline, date] | None:
        """This school year's first deadline, if it has passed."""
        begins_on = self._begins_on(today)
        first, due = min(
            ((deadline, deadline.next_on_or_after(begins_on)) for deadline in self.deadlines),
            key=lambda due: due[1],
        )
        return (first, due) if due < today else None

    def _begins_on(self, day: date) -> date:
        this_year = day_in(day.year, self.school_year_begins)
        return this_year if this_year <= day else day_in(day.year - 1, self.school_year_begins)
