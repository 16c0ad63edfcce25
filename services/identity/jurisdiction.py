"""The state's rules for accounts and sign-in, and the format of its organization list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from chassis.i18n.text import Translatable
from chassis.jurisdiction import load_file
from services.identity.domain.password_rule import PasswordRule


@dataclass(frozen=True)
class OrganizationColumns:
    """The file's column names; optional columns are None."""

    state_number: str
    name: str
    district_name: str
    type: str | None = None
    nces_number: str | None = None
    year: str | None = None
    lowest_grade: str | None = None
    highest_grade: str | None = None

    def names(self) -> list[str]:
        """The columns the file must have."""
        return [name for name in vars(self).values() if name]


@dataclass(frozen=True, kw_only=True)
class OrganizationFormat:
    """The format of a state's organization list.

    Patterns match a whole cell; `district_state_number` and `district_nces_number` make the
    district's number from the groups of the school's. The first group of `year` is the year in
    which a school year ends. A row whose type is in `district_types` describes a district.
    Grades come from two columns, by `lowest_grades` and `highest_grades` (file's code → CEDS code),
    or from one column per grade, `offered_grades` (column, CEDS code) in their order.
    """

    columns: OrganizationColumns
    state_number: re.Pattern[str]
    district_state_number: str
    nces_number: re.Pattern[str] | None = None
    district_nces_number: str = ""
    year: re.Pattern[str] | None = None
    district_types: tuple[str, ...] = ()
    lowest_grades: Mapping[str, str] | None = None
    highest_grades: Mapping[str, str] | None = None
    offered_grades: tuple[tuple[str, str], ...] = ()

    def needed_columns(self) -> list[str]:
        """Every column the file must have."""
        return [*self.columns.names(), *(column for column, _ in self.offered_grades)]


@dataclass(frozen=True)
class EducatorNumbers:
    """The educator numbers this system issues: counted up from `first`, padded to `digits`."""

    first: int
    digits: int

    def written(self, number: int) -> str:
        """The number, zero-padded."""
        return f"{number:0{self.digits}}"


@dataclass(frozen=True)
class SessionLimits:
    """The idle timeout and the absolute lifetime of a session."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True)
class AttemptLimits:
    """How many attempts may fail within `window` before further ones are refused."""

    window: timedelta
    failures_per_username: int
    failures_per_address: int
    searches_per_address: int


@dataclass(frozen=True)
class IdentityRules:
    """The account rules that differ between states."""

    unique_email: bool
    easy_words: tuple[str, ...]
    agency_number: str
    password: PasswordRule
    educator_number: EducatorNumbers
    session: SessionLimits
    limits: AttemptLimits
    organization_file: OrganizationFormat

    def password_faults(self, password: str, *easy_words: str) -> list[Translatable]:
        """What is wrong with a new password; `easy_words` are words linked to the person.

        The words for the state and its agency are added.
        """
        return self.password.faults(password, (*easy_words, *self.easy_words))


class _Pattern(fields.String):
    """A regular expression."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, *args, **kwargs)
        try:
            return re.compile(text)
        except re.error as error:
            raise ValidationError(f"This is not a regular expression: {error}.") from error


@cache
def common_passwords() -> frozenset[str]:
    """The most common passwords, which guessers try first."""
    path = Path(__file__).parent / "domain/common_passwords.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


def _count() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


class _PasswordSchema(Schema):
    minimum_length = _count()
    composition = fields.Boolean(required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> PasswordRule:
        return PasswordRule(**values, common=common_passwords())


class _EducatorNumbersSchema(Schema):
    first = _count()
    digits = _count()

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> EducatorNumbers:
        return EducatorNumbers(**values)


class _SessionSchema(Schema):
    idle_minutes = _count()
    longest_hours = _count()

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> SessionLimits:
        return SessionLimits(
            timedelta(minutes=values["idle_minutes"]), timedelta(hours=values["longest_hours"])
        )


class _LimitsSchema(Schema):
    window_minutes = _count()
    failures_per_username = _count()
    failures_per_address = _count()
    searches_per_address = _count()

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> AttemptLimits:
        return AttemptLimits(timedelta(minutes=values.pop("window_minutes")), **values)


class _AgencySchema(Schema):
    state_number = fields.String(required=True)


class _ColumnsSchema(Schema):
    state_number = fields.String(required=True)
    name = fields.String(required=True)
    district_name = fields.String(required=True)
    type = fields.String()
    nces_number = fields.String()
    year = fields.String()
    lowest_grade = fields.String()
    highest_grade = fields.String()

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> OrganizationColumns:
        return OrganizationColumns(**values)


class _OrganizationFileSchema(Schema):
    state_number = _Pattern(required=True)
    district_state_number = fields.String(required=True)
    columns = fields.Nested(_ColumnsSchema, required=True)
    nces_number = _Pattern(load_default=None)
    district_nces_number = fields.String()
    year = _Pattern(load_default=None)
    district_types = fields.List(fields.String(), load_default=[])
    lowest_grades = fields.Dict(fields.String(), fields.String())
    highest_grades = fields.Dict(fields.String(), fields.String())
    offered_grades = fields.List(fields.Tuple((fields.String(), fields.String())), load_default=[])

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> OrganizationFormat:
        for name in ("district_types", "offered_grades"):
            values[name] = tuple(values[name])
        return OrganizationFormat(**values)


class _IdentityRulesSchema(Schema):
    unique_email = fields.Boolean(required=True)
    easy_words = fields.List(fields.String(), required=True)
    agency = fields.Nested(_AgencySchema, required=True)
    password = fields.Nested(_PasswordSchema, required=True)
    educator_number = fields.Nested(_EducatorNumbersSchema, required=True)
    session = fields.Nested(_SessionSchema, required=True)
    limits = fields.Nested(_LimitsSchema, required=True)
    organization_file = fields.Nested(_OrganizationFileSchema, required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> IdentityRules:
        agency_number = values.pop("agency")["state_number"]
        easy_words = tuple(values.pop("easy_words"))
        return IdentityRules(agency_number=agency_number, easy_words=easy_words, **values)


def load_rules(code: str) -> IdentityRules:
    """The rules of a jurisdiction; raises `chassis.jurisdiction.JurisdictionFault`."""
    rules: IdentityRules = load_file(
        Path(__file__).parent / "jurisdictions", code, _IdentityRulesSchema()
    )
    return rules
