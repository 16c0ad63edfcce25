"""Which of many assignments are in field: what `judge` says of each, worked out once a likeness."""

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
    """Tells of each of many assignments whether it is in field on a day.

    Teachers whose certificates authorize the same, and courses that ask the same, are alike: the
    rule of `judge` is asked once of each likeness.
    """

    def __init__(self, standard: ReportingStandard, day: date) -> None:
        self._standard = standard
        self._day = day
        self._held: dict[UUID, int] = {}
        self._asked: dict[UUID, int] = {}
        self._kinds_held = _Numbered[_Held]()
        self._kinds_asked = _Numbered[Requirement | None]()
        self._answers: dict[tuple[int, int, int | None, int | None], bool] = {}
        self._nothing_held = self._kinds_held.number_of(frozenset())

    def add_educator(self, educator_id: UUID, certificates: Iterable[HeldCertificate]) -> None:
        """Learn what an educator's certificates in force authorize."""
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
        """Learn what a course asks of its teachers."""
        asked = self._standard.find_requirement(codes, subjects, self._day, population)
        self._asked[course_id] = self._kinds_asked.number_of(asked)

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
        likeness = (held, self._asked[course_id], lowest_grade, highest_grade)
        answer = self._answers.get(likeness)
        if answer is None:
            answer = self._answers[likeness] = self._work_out(*likeness)
        return answer

    def _work_out(
        self, held: int, asked: int, lowest_grade: int | None, highest_grade: int | None
    ) -> bool:
        requirement = self._kinds_asked[asked]
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
    """Gives equal things the same small number, for they are slow to compare."""

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
