"""The state's rules for complaints, cases and orders: grounds, clocks, wording, number formats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.jurisdiction import in_force_by_code, load_file


@dataclass(frozen=True)
class Ground:
    """A reason the board may act on, from `effective_from` until a later one of the same code."""

    code: str
    citation: str
    text: str
    effective_from: date
    source: str
    longest_suspension_months: int | None = None

    def __str__(self) -> str:
        return f"{self.citation}: {self.text}"


@dataclass(frozen=True)
class Clock:
    """A time limit in calendar days, and its legal source."""

    days: int
    source: str


@dataclass(frozen=True)
class LegalRules:
    """The state's rules: `clocks` by name, `decisions` in the board's words, `numbers` formats."""

    board_name: str
    longest_suspension_months: int
    numbers: Mapping[str, str]
    decisions: Mapping[str, str]
    clocks: Mapping[str, Clock]
    grounds: tuple[Ground, ...]

    @property
    def days(self) -> dict[str, int]:
        """The days of each clock, by name."""
        return {name: clock.days for name, clock in self.clocks.items()}

    def due(self, clock: str, since: date) -> date:
        """The last day of a clock that started on `since`."""
        return since + timedelta(days=self.clocks[clock].days)

    def grounds_on(self, day: date) -> dict[str, Ground]:
        """The grounds in force on a day, by code, in the order of the statute."""
        return in_force_by_code(self.grounds, day)

    def longest_suspension(self, codes: Iterable[str], day: date) -> int:
        """The longest suspension in months that any of these grounds allows."""
        grounds = self.grounds_on(day)
        return max(
            grounds[code].longest_suspension_months or self.longest_suspension_months
            for code in codes
        )


class _GroundSchema(Schema):
    code = fields.String(required=True)
    citation = fields.String(required=True)
    text = fields.String(required=True)
    effective_from = fields.Raw(required=True)
    source = fields.String(required=True)
    longest_suspension_months = fields.Integer(strict=True, validate=validate.Range(min=1))

    @validates_schema
    def check_date(self, values: dict[str, Any], **_: Any) -> None:
        if type(values.get("effective_from")) is not date:
            raise ValidationError("Write a date such as 2024-07-15.", "effective_from")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Ground:
        return Ground(**values)


class _ClockSchema(Schema):
    days = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    source = fields.String(required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Clock:
        return Clock(**values)


def _check_format(text: str) -> None:
    try:
        numbers = {text.format(year=2026, number=number) for number in (1, 2)}
    except (KeyError, IndexError, ValueError):
        numbers = set()
    if len(numbers) < 2:
        raise ValidationError(
            "Write a format with {year} and {number}, such as {year}-{number:04}."
        )


def _all_of(names: Iterable[str], field: fields.Field[Any]) -> fields.Nested:
    schema = Schema.from_dict(dict.fromkeys(names, field))
    return fields.Nested(schema, required=True)


class _LegalRulesSchema(Schema):
    board_name = fields.String(required=True)
    longest_suspension_months = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1)
    )
    numbers = _all_of(
        ("complaint", "case", "order"), fields.String(required=True, validate=_check_format)
    )
    decisions = _all_of(
        (
            "dismiss",
            "defer",
            "defer_for_training",
            "admonish",
            "refer_to_hearing",
            "accept_agreed_order",
            "reject_agreed_order",
            "issue_final_order",
        ),
        fields.String(required=True),
    )
    clocks = _all_of(
        (
            "superintendent_report",
            "initial_review",
            "supplement",
            "educator_notice",
            "rebuttal",
            "board_review",
            "deferral",
            "hearing_request",
            "referral",
            "final_order_after_recommended",
            "order_entry",
        ),
        fields.Nested(_ClockSchema, required=True),
    )
    grounds = fields.List(
        fields.Nested(_GroundSchema), required=True, validate=validate.Length(min=1)
    )

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> LegalRules:
        return LegalRules(**{**values, "grounds": tuple(values["grounds"])})


def load_rules(code: str) -> LegalRules:
    """The rules of a jurisdiction; raises `chassis.jurisdiction.JurisdictionFault`."""
    rules: LegalRules = load_file(
        Path(__file__).parent / "jurisdictions", code, _LegalRulesSchema()
    )
    return rules
