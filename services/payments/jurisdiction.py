"""The state's fees, each with its effective date."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.i18n.text import translatable
from chassis.jurisdiction import in_force, load_file
from chassis.problems import RuleBroken
from contracts.payments import InvoiceLine


class UnknownFee(RuleBroken):
    """The schedule has no such fee on that day."""

    title = translatable("There is no fee of this kind")


@dataclass(frozen=True)
class Fee:
    """A fee in cents, in force from `effective_from` until a later fee for the same item."""

    item: str
    title: str
    amount_cents: int
    effective_from: date
    source: str


@dataclass(frozen=True)
class PaymentRules:
    """The state's currency and fee schedule."""

    currency: str
    accepted_cards: str
    fees: tuple[Fee, ...]

    def get_fee(self, item: str, on: date) -> Fee:
        """The fee for an item on a day; raises `UnknownFee`."""
        fee = in_force((fee for fee in self.fees if fee.item == item), on)
        if fee is None:
            raise UnknownFee(translatable("no fee '{item}' on {day}", item=item, day=on))
        return fee

    def lines_for(self, items: tuple[str, ...], on: date) -> tuple[InvoiceLine, ...]:
        """The fees for these items on a day, without free ones; raises `UnknownFee`."""
        fees = [self.get_fee(item, on) for item in items]
        return tuple(
            InvoiceLine(item=fee.item, title=fee.title, amount_cents=fee.amount_cents)
            for fee in fees
            if fee.amount_cents
        )


class _FeeSchema(Schema):
    item = fields.String(required=True)
    title = fields.String(required=True)
    amount_cents = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    effective_from = fields.Raw(required=True)
    source = fields.String(required=True)

    @validates_schema
    def check_date(self, values: dict[str, Any], **_: Any) -> None:
        if type(values.get("effective_from")) is not date:
            raise ValidationError("Write a date such as 2017-07-01.", "effective_from")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Fee:
        return Fee(**values)


class _PaymentRulesSchema(Schema):
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    accepted_cards = fields.String(required=True)
    fees = fields.List(fields.Nested(_FeeSchema), required=True, validate=validate.Length(min=1))

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> PaymentRules:
        return PaymentRules(**{**values, "fees": tuple(values["fees"])})


def load_rules(code: str) -> PaymentRules:
    """The rules of a jurisdiction; raises `chassis.jurisdiction.JurisdictionFault`."""
    rules: PaymentRules = load_file(
        Path(__file__).parent / "jurisdictions", code, _PaymentRulesSchema()
    )
    return rules
