"""The state's certificate types, authorizations and wording."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated

from msgspec import Meta

from chassis.i18n.text import translatable
from chassis.jurisdiction import Place, in_force_by_code
from chassis.problems import InvalidInput, RuleBroken
from chassis.rules import Rule, Source, source_faults
from chassis.state_folder import (
    Count,
    Fault,
    Files,
    Grade,
    KeyFaults,
    MonthAndDay,
    NumberFormat,
    StateFolder,
)
from contracts.certification import Authorization
from services.certification.domain.certificate import last_day_of
from services.certification.domain.element import ElementKind
from services.certification.domain.program import Recommendation
from services.certification.domain.signatory import Signatory

MOST_AUTHORIZATIONS = 12
"""The most that fit on the certificate's page."""


class UnknownCertificateType(RuleBroken):
    """The state has no such type of certificate on that day."""

    title = translatable("There is no certificate of this type")
    advice = translatable("Choose one from the list.")


class UnknownAuthorization(InvalidInput):
    """The state has no such authorization."""

    title = translatable("There is no such authorization")
    advice = translatable("Choose one from the list.")


Code = Annotated[str, Meta(min_length=1, max_length=20)]


@dataclass(frozen=True, kw_only=True)
class CertificateType(Rule):
    """A type of certificate, from its first day until a later row of the same code."""

    code: Code
    """The code by which applications and certificates name the type."""
    title: Annotated[str, Meta(min_length=1, max_length=100)]
    """What the certificate is called, as it is printed."""
    months: Count
    """The length of its term."""
    ends_on: MonthAndDay | None = None
    """The day of the year on which it ends: the last one within the term."""
    fee_items: Annotated[tuple[str, ...], Meta(min_length=1)]
    """The fees of an application, by their items in `fees.toml`."""
    recommendation: Recommendation
    """Whom a preparation provider must recommend."""
    statute: str
    """The law that is printed on the certificate."""
    effective_from: date
    """The first day on which it is issued."""
    renewal: str = ""
    """What its holder needs to renew it; without it the holder is asked to write."""

    def __post_init__(self) -> None:
        if self.ends_on and self.months < 12:
            problem = "needs a term of 12 months or more: a shorter one may have no such day."
            raise KeyFaults({("ends_on",): problem})

    def last_day(self, effective_on: date) -> date:
        """The last day of a certificate that is effective on this day."""
        return last_day_of(effective_on, self.months, self.ends_on)


@dataclass(frozen=True)
class Area:
    """An authorization that the state grants."""

    code: Code
    """The code by which certificates and assignments name it."""
    title: str
    """What it is called, as it is printed."""
    group: str
    """The heading under which applicants find it."""
    lowest_grade: Grade
    """The lowest grade: prekindergarten is -1, kindergarten 0."""
    highest_grade: Grade
    """The highest grade."""
    population: str
    """The students it is for, by their code in `populations`."""
    grades: str | None = None
    """The grades as the state writes them, where that is no span of labels."""

    def __post_init__(self) -> None:
        if self.lowest_grade > self.highest_grade:
            raise KeyFaults({("highest_grade",): "is below the lowest grade."})

    def authorization(self) -> Authorization:
        """The authorization as a certificate carries it."""
        return Authorization(
            code=self.code,
            title=self.title,
            lowest_grade=self.lowest_grade,
            highest_grade=self.highest_grade,
            population=self.population,
        )


@dataclass(frozen=True, kw_only=True)
class Question(Rule):
    """A character and fitness question, answered yes or no."""

    key: Annotated[str, Meta(pattern="^[a-z_]+$")]
    """The name by which the answer is kept."""
    text: str
    """The question."""


@dataclass(frozen=True)
class ElementWording:
    """An element of an application, as the applicant sees it."""

    title: str
    """What the element is called."""
    explanation: str
    """What the applicant does, or who else does it."""


@dataclass(frozen=True, kw_only=True)
class ServiceLevel(Rule):
    """Within how many days the agency means to decide an application that was submitted."""

    working_days: Count
    """The working days; the day on which the application is submitted does not count."""

    def due_on(self, place: Place, submitted_on: date) -> date:
        """By when an application that was submitted on this day is to be decided."""
        return place.working_days.after(submitted_on, self.working_days)


@dataclass(frozen=True)
class CertificationRules:
    """`certification.toml`: the state's certificates, and what it asks and tells applicants."""

    certificate_number: NumberFormat
    """A number in the form of Python: `{year}` is the year of issue, `{number}` counts up."""
    hearing_right: str
    """What somebody who was denied is told of their right to a hearing."""
    order_remedy: str
    """What somebody whose certificate was taken by an order may do against it."""
    certificate_types: Annotated[tuple[CertificateType, ...], Meta(min_length=1)]
    """The types; one is in force until a later row of the same code."""
    authorizations: Annotated[tuple[Area, ...], Meta(min_length=1)]
    """What certificates authorize to teach or to do."""
    populations: Mapping[str, str]
    """The students that authorizations are for, by code."""
    fitness_questions: Annotated[tuple[Question, ...], Meta(min_length=1)]
    """The questions of character and fitness."""
    elements: Mapping[ElementKind, ElementWording]
    """The elements of an application."""
    service_level: ServiceLevel
    """By when submitted applications are to be decided."""
    sources: Mapping[str, Source]
    """Where the form of numbers, both texts on rights, and both lists of codes come from."""
    signatories: Annotated[tuple[Signatory, ...], Meta(max_length=3)] = ()
    """Who signs certificates."""

    SOURCED = (
        "certificate_number",
        "hearing_right",
        "order_remedy",
        "authorizations",
        "populations",
    )

    def __post_init__(self) -> None:
        if faults := dict(self._faults()):
            raise KeyFaults(faults)

    def _faults(self) -> Iterator[Fault]:
        yield from source_faults(self.SOURCED, self.sources)
        if "{number" not in self.certificate_number:
            yield (
                ("certificate_number",),
                "must have {number} and may have {year}, as in AB-{year}-{number:07d}.",
            )
        if "/" in self.certificate_number:
            problem = "may have no /, because the number is part of the address that verifies it."
            yield ("certificate_number",), problem
        for kind in ElementKind:
            if kind not in self.elements:
                yield ("elements", kind), "is missing."
        times = Counter(area.code for area in self.authorizations)
        for row, area in enumerate(self.authorizations):
            if times[area.code] > 1:
                yield ("authorizations", row, "code"), f"{area.code!r} is listed twice."
            if area.population not in self.populations:
                problem = f"{area.population!r} is not among the populations."
                yield ("authorizations", row, "population"), problem

    def types_on(self, day: date) -> dict[str, CertificateType]:
        """The types that may be applied for on a day, by code, in the file's order."""
        return in_force_by_code(self.certificate_types, day)

    def get_type(self, code: str, on: date) -> CertificateType:
        """The type as it is on a day; raises `UnknownCertificateType`."""
        certificate_type = self.types_on(on).get(code)
        if certificate_type is None:
            raise UnknownCertificateType(
                translatable("No certificate type '{code}' is issued on {day}.", code=code, day=on)
            )
        return certificate_type

    def titles(self) -> dict[str, str]:
        """The newest title of every type that the file lists, by code."""
        return {listed.code: listed.title for listed in self.certificate_types}

    def title_of(self, code: str) -> str:
        """A type's newest title, or its code when the file does not list it."""
        return self.titles().get(code, code)

    def renewal_of(self, code: str) -> str:
        """The newest renewal rule for certificates of this type, in words."""
        rules = [listed.renewal for listed in self.certificate_types if listed.code == code]
        return rules[-1] if rules else ""

    def get_area(self, code: str) -> Area:
        """The authorization of this code; raises `UnknownAuthorization`."""
        try:
            return self.areas[code]
        except KeyError:
            raise UnknownAuthorization(
                {
                    "authorization_codes": [
                        translatable("There is no authorization '{code}'.", code=code)
                    ]
                }
            ) from None

    def authorizations_of(self, codes: tuple[str, ...]) -> tuple[Authorization, ...]:
        """The authorizations of these codes; raises `UnknownAuthorization`."""
        return tuple(self.get_area(code).authorization() for code in codes)

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        """What certificates authorize to, by code."""
        return {area.code: area for area in self.authorizations}

    def areas_by_group(self) -> dict[str, list[Area]]:
        """All authorizations, by group."""
        groups: dict[str, list[Area]] = {}
        for area in self.authorizations:
            groups.setdefault(area.group, []).append(area)
        return groups

    def grades_of(self, authorization: Authorization, place: Place) -> str:
        """A grade span as the state writes it, such as P-5 or Birth-Primary, with an en dash."""
        area = self.areas.get(authorization.code)
        if area is not None and area.grades and area.authorization() == authorization:
            return area.grades
        return place.grade_labels(authorization.lowest_grade, authorization.highest_grade)

    def population_of(self, authorization: Authorization) -> str:
        """The students the authorization is for, in the state's words; may be empty."""
        return self.populations.get(authorization.population, authorization.population)

    def number_certificate(self, number: int, year: int) -> str:
        """The certificate number that people read."""
        return self.certificate_number.format(number=number, year=year)


FILES: Files = {"certification": CertificationRules}


def load_rules(state: StateFolder) -> CertificationRules:
    """The state's rules; raises `chassis.state_folder.JurisdictionFault`."""
    return state.read("certification", CertificationRules)
