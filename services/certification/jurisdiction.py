"""The state's certificate types, authorizations and wording."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.i18n.text import translatable
from chassis.jurisdiction import in_force_by_code, load_file
from chassis.problems import InvalidInput, RuleBroken
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


@dataclass(frozen=True)
class CertificateType:
    """A type of certificate, from `effective_from` until a later one of the same code.

    It is valid for `months`, or through the last `ends_on` (month and day) within that time.
    `renewal` says what its holder needs to renew it; it is empty where no rule is recorded.
    """

    code: str
    title: str
    months: int
    ends_on: tuple[int, int] | None
    fee_items: tuple[str, ...]
    recommendation: Recommendation
    statute: str
    effective_from: date
    renewal: str = ""

    def last_day(self, effective_on: date) -> date:
        """The last day of a certificate that is effective on this day."""
        return last_day_of(effective_on, self.months, self.ends_on)


@dataclass(frozen=True)
class Area:
    """An authorization the state grants; `grades` is the state's own wording, if it has one."""

    code: str
    title: str
    group: str
    lowest_grade: int
    highest_grade: int
    population: str
    grades: str | None = None

    def authorization(self) -> Authorization:
        """The authorization as a certificate carries it."""
        return Authorization(
            code=self.code,
            title=self.title,
            lowest_grade=self.lowest_grade,
            highest_grade=self.highest_grade,
            population=self.population,
        )


@dataclass(frozen=True)
class Question:
    """A character and fitness question, answered yes or no."""

    key: str
    text: str


@dataclass(frozen=True)
class ElementWording:
    """The title and explanation of an application element, for the applicant."""

    title: str
    explanation: str


@dataclass(frozen=True)
class CertificationRules:
    """The state's certificates, and the questions and texts for applicants."""

    certificate_number: str
    hearing_right: str
    certificate_types: tuple[CertificateType, ...]
    areas: Mapping[str, Area]
    grade_labels: Mapping[str, str]
    populations: Mapping[str, str]
    fitness_questions: tuple[Question, ...]
    signatories: tuple[Signatory, ...]
    elements: Mapping[ElementKind, ElementWording]

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

    def title_of(self, code: str) -> str:
        """A type's newest title, or its code when the file does not list it."""
        titles = [listed.title for listed in self.certificate_types if listed.code == code]
        return titles[-1] if titles else code

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

    def authorizations(self, codes: tuple[str, ...]) -> tuple[Authorization, ...]:
        """The authorizations of these codes; raises `UnknownAuthorization`."""
        return tuple(self.get_area(code).authorization() for code in codes)

    def areas_by_group(self) -> dict[str, list[Area]]:
        """All authorizations, by group."""
        groups: dict[str, list[Area]] = {}
        for area in self.areas.values():
            groups.setdefault(area.group, []).append(area)
        return groups

    def grades_of(self, authorization: Authorization) -> str:
        """A grade span as the state writes it, such as P-5 or Birth-Primary, with an en dash."""
        area = self.areas.get(authorization.code)
        if area is not None and area.grades and area.authorization() == authorization:
            return area.grades
        lowest, highest = (
            self.grade_labels.get(str(grade), str(grade))
            for grade in (authorization.lowest_grade, authorization.highest_grade)
        )
        return lowest if lowest == highest else f"{lowest}\N{EN DASH}{highest}"

    def population_of(self, authorization: Authorization) -> str:
        """The students the authorization is for, in the state's words; may be empty."""
        return self.populations.get(authorization.population, authorization.population)

    def number_certificate(self, number: int, year: int) -> str:
        """The certificate number that people read."""
        return self.certificate_number.format(number=number, year=year)


def _check_date(value: Any) -> None:
    if type(value) is not date:
        raise ValidationError("Write a date such as 2017-07-01.")


def _check_number_format(template: str) -> None:
    try:
        if template.format(number=1, year=2026) == template.format(number=2, year=2026):
            raise ValueError(template)
    except (ValueError, LookupError):
        raise ValidationError(
            "Write a format such as KY-{year}-{number:07d}, with {number}."
        ) from None


class _CertificateTypeSchema(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 20))
    title = fields.String(required=True, validate=validate.Length(1, 100))
    months = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    ends_on = fields.String(load_default=None, validate=validate.Regexp(r"\d\d-\d\d\Z"))
    renewal = fields.String(load_default="")
    fee_items = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    recommendation = fields.Enum(Recommendation, by_value=True, required=True)
    statute = fields.String(required=True)
    effective_from = fields.Raw(required=True, validate=_check_date)

    @validates_schema
    def check_end(self, values: dict[str, Any], **_: Any) -> None:
        if not values.get("ends_on"):
            return
        if values["months"] < 12:
            raise ValidationError(
                "A term shorter than 12 months cannot have a fixed last day.", "ends_on"
            )
        try:
            date.fromisoformat(f"2001-{values['ends_on']}")
        except ValueError:
            raise ValidationError("Write a month and day such as 06-30.", "ends_on") from None

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> CertificateType:
        month_and_day = values["ends_on"]
        ends_on = tuple(int(part) for part in month_and_day.split("-")) if month_and_day else None
        return CertificateType(
            **{**values, "ends_on": ends_on, "fee_items": tuple(values["fee_items"])}
        )


class _AreaSchema(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 20))
    title = fields.String(required=True)
    group = fields.String(required=True)
    lowest_grade = fields.Integer(required=True, strict=True, validate=validate.Range(-1, 12))
    highest_grade = fields.Integer(required=True, strict=True, validate=validate.Range(-1, 12))
    population = fields.String(required=True)
    grades = fields.String(load_default=None)

    @validates_schema
    def check_grades(self, values: dict[str, Any], **_: Any) -> None:
        if values.get("lowest_grade", -1) > values.get("highest_grade", 12):
            raise ValidationError("The highest grade is below the lowest.", "highest_grade")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Area:
        return Area(**values)


class _QuestionSchema(Schema):
    key = fields.String(required=True, validate=validate.Regexp(r"[a-z_]+\Z"))
    text = fields.String(required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Question:
        return Question(**values)


class _SignatorySchema(Schema):
    name = fields.String(required=True)
    title = fields.String(required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Signatory:
        return Signatory(**values)


class _ElementSchema(Schema):
    title = fields.String(required=True)
    explanation = fields.String(required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> ElementWording:
        return ElementWording(**values)


_ElementsSchema = Schema.from_dict(
    {str(kind): fields.Nested(_ElementSchema, required=True) for kind in ElementKind},
    name="_ElementsSchema",
)


class _CertificationRulesSchema(Schema):
    certificate_number = fields.String(required=True, validate=_check_number_format)
    hearing_right = fields.String(required=True)
    certificate_types = fields.List(
        fields.Nested(_CertificateTypeSchema), required=True, validate=validate.Length(min=1)
    )
    authorizations = fields.List(
        fields.Nested(_AreaSchema), required=True, validate=validate.Length(min=1)
    )
    grade_labels = fields.Dict(fields.String(), fields.String(), required=True)
    populations = fields.Dict(fields.String(), fields.String(), required=True)
    fitness_questions = fields.List(
        fields.Nested(_QuestionSchema), required=True, validate=validate.Length(min=1)
    )
    signatories = fields.List(fields.Nested(_SignatorySchema), validate=validate.Length(max=3))
    elements = fields.Nested(_ElementsSchema, required=True)

    @validates_schema
    def check_areas(self, values: dict[str, Any], **_: Any) -> None:
        codes = [area.code for area in values.get("authorizations", [])]
        if twice := {code for code in codes if codes.count(code) > 1}:
            raise ValidationError(f"Listed twice: {', '.join(sorted(twice))}.", "authorizations")
        used = {area.population for area in values.get("authorizations", [])}
        if unknown := used - set(values.get("populations", {})):
            raise ValidationError(
                f"Add these populations: {', '.join(sorted(unknown))}.", "populations"
            )

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> CertificationRules:
        areas = values.pop("authorizations")
        return CertificationRules(
            certificate_number=values["certificate_number"],
            hearing_right=values["hearing_right"],
            certificate_types=tuple(values["certificate_types"]),
            areas={area.code: area for area in areas},
            grade_labels=values["grade_labels"],
            populations=values["populations"],
            fitness_questions=tuple(values["fitness_questions"]),
            signatories=tuple(values["signatories"]),
            elements={ElementKind(kind): wording for kind, wording in values["elements"].items()},
        )


def load_rules(code: str) -> CertificationRules:
    """The rules of a jurisdiction; raises `chassis.jurisdiction.JurisdictionFault`."""
    rules: CertificationRules = load_file(
        Path(__file__).parent / "jurisdictions", code, _CertificationRulesSchema()
    )
    return rules
