"""What the state charges, and what it takes in payment."""

from dataclasses import dataclass
from datetime import date

from chassis.i18n.text import translatable
from chassis.jurisdiction import Currency, Fee, FeeTable, load_fees, load_place
from chassis.problems import RuleBroken
from chassis.state_folder import Files, StateFolder
from contracts.payments import InvoiceLine


class UnknownFee(RuleBroken):
    """The table has no such fee on that day."""

    title = translatable("There is no fee of this kind")


@dataclass(frozen=True)
class PaymentRules:
    """The state's currency and its table of fees."""

    currency: Currency
    table: FeeTable

    @property
    def accepted_cards(self) -> str:
        """The cards that are accepted, in words."""
        return self.table.accepted_cards

    def get_fee(self, item: str, on: date) -> Fee:
        """The fee for an item on a day; raises `UnknownFee`."""
        fee = self.table.find_fee(item, on)
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


FILES: Files = {}
"""Payments reads what every service may."""


def load_rules(state: StateFolder) -> PaymentRules:
    """The state's rules; raises `chassis.state_folder.JurisdictionFault`."""
    return PaymentRules(load_place(state).currency, load_fees(state))
