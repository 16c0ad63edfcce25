"""The rule for whether an assignment is in field on a day, and if not, why.

An assignment is in field when a certificate in force authorizes its content, its population and all
its grades (KRS 161.1221; 16 KAR 4:020); otherwise the finding names the nearest miss.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import IntEnum
from functools import lru_cache
from uuid import UUID

from chassis.i18n.text import Translatable, translatable
from contracts.assignments import FindingReason
from contracts.certification import Authorization, CertificateStatus, Restriction, status_on
from services.assignments.domain.standard import Needs, ReportingStandard, Requirement

Grades = tuple[int | None, int | None]
"""The lowest and the highest grade, where there are grades."""


@dataclass(frozen=True)
class Teaching:
    """Who teaches what to which grades: the parts of an assignment that the rule uses.

    `codes` are the course's own code and then its subject codes; a class without grades fits every
    grade span. `population` is the reported population of the course's students.
    """

    staff_name: str
    educator_id: UUID | None
    course_title: str
    codes: tuple[str, ...]
    subjects: tuple[str, ...]
    lowest_grade: int | None
    highest_grade: int | None
    population: str | None = None


@dataclass(frozen=True)
class HeldCertificate:
    """The parts of a certificate that the rule uses."""

    certificate_id: UUID
    number: str
    effective_on: date
    expires_on: date | None
    authorizations: tuple[Authorization, ...]
    restrictions: tuple[Restriction, ...] = ()

    def status_on(self, day: date) -> CertificateStatus:
        """The certificate's status on `day`."""
        return status_on(day, self.effective_on, self.expires_on, self.restrictions)


@dataclass(frozen=True)
class Judgment:
    """Without a reason the assignment is in field; the certificate is the deciding one."""

    reason: FindingReason | None
    explanation: Translatable
    certificate_id: UUID | None = None
    certificate_number: str | None = None

    @property
    def in_field(self) -> bool:
        """Whether a certificate authorizes the assignment, or none is needed."""
        return self.reason is None


class _Fit(IntEnum):
    """How much of a course's requirement an authorization meets."""

    CONTENT_MISSED = 0
    POPULATION_MISSED = 1
    GRADES_MISSED = 2
    ALL = 3


_MISSED = {
    _Fit.CONTENT_MISSED: FindingReason.WRONG_CONTENT,
    _Fit.POPULATION_MISSED: FindingReason.WRONG_POPULATION,
    _Fit.GRADES_MISSED: FindingReason.WRONG_GRADE_SPAN,
}
_OUT_OF_FORCE = {
    CertificateStatus.NOT_YET_EFFECTIVE: FindingReason.CERTIFICATE_NOT_YET_EFFECTIVE,
    CertificateStatus.EXPIRED: FindingReason.CERTIFICATE_EXPIRED,
    CertificateStatus.SURRENDERED: FindingReason.CERTIFICATE_SURRENDERED,
    CertificateStatus.SUSPENDED: FindingReason.CERTIFICATE_SUSPENDED,
    CertificateStatus.REVOKED: FindingReason.CERTIFICATE_REVOKED,
}
# Being out of force by its dates is less grave than any order.
_GRAVITY = {
    status: len(_OUT_OF_FORCE) + status.order.gravity if status.order else place
    for place, status in enumerate(_OUT_OF_FORCE)
}


@dataclass(frozen=True)
class _Candidate:
    """One weighed authorization of a certificate; None for a certificate without any."""

    certificate: HeldCertificate
    authorization: Authorization | None
    status: CertificateStatus
    fit: _Fit

    @property
    def is_active(self) -> bool:
        return self.status is CertificateStatus.ACTIVE

    @property
    def nearness(self) -> tuple[int, int, int]:
        """Ranks by fit and in force, then by fit, then by in force.

        Among fitting ones that are out of force, the gravest order ranks first.
        """
        gravity = _GRAVITY.get(self.status, 0)
        if self.fit is _Fit.ALL:
            return (3 if self.is_active else 2, gravity, 0)
        return (1, self.fit, 0) if self.is_active else (0, gravity, self.fit)


def judge(
    teaching: Teaching,
    certificates: Sequence[HeldCertificate],
    standard: ReportingStandard,
    day: date,
) -> Judgment:
    """Judge an assignment by the status of the teacher's certificates on `day`."""
    if teaching.educator_id is None:
        return Judgment(
            FindingReason.STAFF_NOT_MATCHED,
            translatable(
                "None of the numbers reported for {name} belongs to one educator.",
                name=teaching.staff_name,
            ),
        )
    requirement = standard.find_requirement(
        teaching.codes, teaching.subjects, day, teaching.population
    )
    if requirement is None:
        return Judgment(
            FindingReason.COURSE_CODE_UNKNOWN, _why_course_is_unknown(teaching, standard, day)
        )
    if requirement.content.needs is Needs.NOTHING:
        return Judgment(
            None,
            translatable("{content}: no certificate is needed.", content=requirement.content.title),
        )
    candidates = _weigh(teaching, requirement, certificates, standard, day)
    nearest = max(candidates, key=lambda candidate: candidate.nearness, default=None)
    if nearest is None:
        return Judgment(
            FindingReason.NO_CERTIFICATE,
            translatable(
                "{taught}; no certificate is on record.", taught=_what_is_taught(teaching, standard)
            ),
        )
    return Judgment(
        _reason(nearest),
        translatable(
            "{taught}; {held}.",
            taught=_what_is_taught(teaching, standard),
            held=_what_is_held(nearest, requirement, standard, day),
        ),
        nearest.certificate.certificate_id,
        nearest.certificate.number,
    )


def _weigh(
    teaching: Teaching,
    requirement: Requirement,
    certificates: Sequence[HeldCertificate],
    standard: ReportingStandard,
    day: date,
) -> Iterator[_Candidate]:
    for certificate in certificates:
        status = certificate.status_on(day)
        for authorization in certificate.authorizations or (None,):
            grades = (teaching.lowest_grade, teaching.highest_grade)
            fit = _fit(requirement, authorization, grades, standard, day)
            yield _Candidate(certificate, authorization, status, fit)


def covers(
    requirement: Requirement,
    authorization: Authorization | None,
    grades: Grades,
    standard: ReportingStandard,
    day: date,
) -> bool:
    """Whether an authorization meets a course's requirement in all these grades.

    None stands for a certificate without authorizations.
    """
    return _fit(requirement, authorization, grades, standard, day) is _Fit.ALL


def _fit(
    requirement: Requirement,
    authorization: Authorization | None,
    grades: Grades,
    standard: ReportingStandard,
    day: date,
) -> _Fit:
    if requirement.content.needs is Needs.ANY_CERTIFICATE:
        return _Fit.ALL
    if authorization is None:
        return _Fit.CONTENT_MISSED
    spans = standard.grades_covered(requirement.content, authorization, day)
    if not spans:
        return _Fit.CONTENT_MISSED
    if not requirement.population.is_served_by(authorization):
        return _Fit.POPULATION_MISSED
    lowest, highest = grades
    if lowest is None or highest is None:
        return _Fit.ALL
    covered = any(first <= lowest and highest <= last for first, last in spans)
    return _Fit.ALL if covered else _Fit.GRADES_MISSED


def _reason(nearest: _Candidate) -> FindingReason | None:
    if not nearest.is_active:
        return _OUT_OF_FORCE[nearest.status]
    return _MISSED.get(nearest.fit)


def _what_is_taught(teaching: Teaching, standard: ReportingStandard) -> Translatable:
    course = teaching.course_title
    if teaching.lowest_grade is None or teaching.highest_grade is None:
        return translatable("Teaches {course}", course=course)
    span = standard.grade_span(teaching.lowest_grade, teaching.highest_grade)
    return translatable("Teaches {course} to {grades}", course=course, grades=span)


def _what_is_held(
    nearest: _Candidate, requirement: Requirement, standard: ReportingStandard, day: date
) -> Translatable:
    certificate, authorization = nearest.certificate, nearest.authorization
    if authorization is None:
        words = translatable("certificate {number} names no area", number=certificate.number)
    else:
        words = translatable(
            "certificate {number} covers {area}, {grades}",
            number=certificate.number,
            area=authorization.title,
            grades=standard.grade_span(authorization.lowest_grade, authorization.highest_grade),
        )
    if not nearest.is_active:
        why = _why_out_of_force(certificate, nearest.status, day)
        return translatable("{held}, but {why}", held=words, why=why)
    if nearest.fit is _Fit.POPULATION_MISSED:
        students = requirement.population.title
        return translatable(
            "{held}, but not these students ({students})", held=words, students=students
        )
    return words


_BY_ORDER = {
    CertificateStatus.SURRENDERED: translatable("was surrendered"),
    CertificateStatus.SUSPENDED: translatable("is suspended"),
    CertificateStatus.REVOKED: translatable("was revoked"),
}


def _why_out_of_force(
    certificate: HeldCertificate, status: CertificateStatus, day: date
) -> Translatable:
    if status is CertificateStatus.NOT_YET_EFFECTIVE:
        return translatable("does not take effect until {day}", day=certificate.effective_on)
    if status is CertificateStatus.EXPIRED:
        return translatable("expired on {day}", day=certificate.expires_on)
    order = next(
        restriction
        for restriction in certificate.restrictions
        if restriction.kind is status.order and restriction.is_in_force(day)
    )
    if order.ends_on is None:
        return translatable("{ended} from {day}", ended=_BY_ORDER[status], day=order.starts_on)
    return translatable(
        "{ended} from {first} through {last}",
        ended=_BY_ORDER[status],
        first=order.starts_on,
        last=order.ends_on,
    )


def _why_course_is_unknown(
    teaching: Teaching, standard: ReportingStandard, day: date
) -> Translatable:
    title = teaching.course_title
    course = standard.find_course(teaching.codes, day)
    if course is not None and course.deprecated_from is not None:
        return translatable(
            'The course "{title}" has the code {code} ({meaning}), which has not been valid since '
            "{day}.",
            title=title,
            code=course.code,
            meaning=course.title,
            day=course.deprecated_from,
        )
    given = (*teaching.codes, *teaching.subjects) or translatable("no code and no subject")
    words = translatable(
        'The course "{title}" ({given}) is not in the state\'s list, nor is its subject.',
        title=title,
        given=given,
    )
    for code in teaching.codes:
        similar = standard.find_course(_similar_codes(code, tuple(standard.course_codes)), day)
        if similar is not None:
            return translatable(
                "{unknown} Did you mean {code} ({meaning})?",
                unknown=words,
                code=similar.code,
                meaning=similar.title,
            )
    return words


@lru_cache(maxsize=10_000)
def _similar_codes(code: str, codes: tuple[str, ...]) -> list[str]:
    return get_close_matches(code, codes, n=1, cutoff=0.8)
