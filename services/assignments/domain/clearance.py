"""Bulk check of which assignments are in field, with results of `judge`'s rule cached."""

from collections.abc import Hashable, Iterable
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from contracts.certification import Authorization, CertificateStatus
from services.assignments.domain.judging import Grades, HeldCertificate, covers
from services.assignments.domain.standard import Needs, ReportingStandard, Requirement

_Held = frozenset[Authorization | None]
Kind = TypeVar("Kind", bound=Hashable)


class Clearance:
    """Decides for many assignments whether each is in field on a day.

    Teachers with the same authorizations and courses with the same requirement share one result,
    so the rule of `judge` runs once for each combination.
    """

    def __init__(self, standard: ReportingStandard, day: date) -> None:
        self._standard = standard
        self._day = day
        self._held: dict[UUID, int] = {}
        self._required: dict[UUID, int] = {}
        self._kinds_held = _Numbered[_Held]()
        self._kinds_required = _Numbered[Requirement | None]()
        self._answers: dict[tuple[int, int, int | None, int | None], bool] = {}
        self._nothing_held = self._kinds_held.number_of(frozenset())

    def add_educator(self, educator_id: UUID, certificates: Iterable[HeldCertificate]) -> None:
        """Add an educator with the authorizations of their certificates in force."""
        held = frozenset(
            authorization
            for certificate in certificates
            if certificate.status_on(self._day) is CertificateStatus.ACTIVE
            for authorization in certificate.authorizations or (None,)
        )
        self._held[educator_id] = self._kinds_held.number_of(held)

    def add_course(
        self,
        course_id: UUID,
        codes: Iterable[str],
        subjects: Iterable[str],
        population: str | None,
    ) -> None:
        """Add a course with its requirement."""
        required = self._standard.find_requirement(codes, subjects, self._day, population)
        self._required[course_id] = self._kinds_required.number_of(required)

    def clears(
        self,
        educator_id: UUID | None,
        course_id: UUID,
        lowest_grade: int | None,
        highest_grade: int | None,
    ) -> bool:
        """Whether the assignment is in field; the course must have been added."""
        if educator_id is None:
            return False
        held = self._held.get(educator_id, self._nothing_held)
        key = (held, self._required[course_id], lowest_grade, highest_grade)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._work_out(*key)
        return answer

    def _work_out(
        self, held: int, required: int, lowest_grade: int | None, highest_grade: int | None
    ) -> bool:
        requirement = self._kinds_required[required]
        if requirement is None:
            return False
        if requirement.content.needs is Needs.NOTHING:
            return True
        grades: Grades = (lowest_grade, highest_grade)
        return any(
            covers(requirement, authorization, grades, self._standard, self._day)
            for authorization in self._kinds_held[held]
        )


class _Numbered(Generic[Kind]):
    """Gives equal things the same small number, because comparing the things is slow."""

    def __init__(self) -> None:
        self._numbers: dict[Kind, int] = {}
        self._things: list[Kind] = []

    def number_of(self, thing: Kind) -> int:
        """The number of all things equal to this one."""
        number = self._numbers.setdefault(thing, len(self._things))
        if number == len(self._things):
            self._things.append(thing)
        return number

    def __getitem__(self, number: int) -> Kind:
        return self._things[number]
