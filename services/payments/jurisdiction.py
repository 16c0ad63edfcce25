"""What the state charges, and what it takes in payment."""

from dataclasses import dataclass
from datetime import date

from chassis.fees import FeeTable, load_fees
from chassis.jurisdiction import Currency, load_place
from chassis.state_folder import StateFolder
from contracts.payments import InvoiceLine


@dataclass(frozen=True)
class PaymentRules:
    """The state's currency and its table of fees."""

    currency: Currency
    table: FeeTable

    @property
    def accepted_cards(self) -> str:
        """The cards that are accepted, in words."""
        return self.table.accepted_cards

    def lines_for(self, items: tuple[str, ...], on: date) -> tuple[InvoiceLine, ...]:
        """The fees for these items on a day, without free ones; raises `UnknownFee`."""
        fees = [self.table.get_fee(item, on) for item in items]
        return tuple(
            InvoiceLine(item=fee.item, title=fee.title, amount_cents=fee.amount_cents)
            for fee in fees
            if fee.amount_cents
        )


def load_rules(state: StateFolder) -> PaymentRules:
    """The state's rules; raises `chassis.state_folder.JurisdictionFault`."""
    return PaymentRules(load_place(state).currency, load_fees(state))
