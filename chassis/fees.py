"""The state's table of fees, which every service may show; payments computes what is owed."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import msgspec

from chassis.i18n.text import translatable
from chassis.jurisdiction import Rule, in_force
from chassis.problems import RuleBroken
from chassis.state_folder import StateFolder


class UnknownFee(RuleBroken):
    """The table has no such fee on that day."""

    title = translatable("There is no fee of this kind")


@dataclass(frozen=True, kw_only=True)
class Fee(Rule):
    """A fee, from its first day until a later one for the same item."""

    item: str
    """The code by which other files name the fee."""
    title: str
    """The line of an invoice."""
    amount_cents: Annotated[int, msgspec.Meta(ge=0)]
    """The amount in cents; 0 is free, and is on no invoice."""
    effective_from: date
    """The first day on which it is charged."""


@dataclass(frozen=True)
class FeeTable:
    """`fees.toml`: what is charged, and how it may be paid."""

    accepted_cards: str
    """The cards that the processor accepts, in words."""
    fees: Annotated[tuple[Fee, ...], msgspec.Meta(min_length=1)]
    """The fees; one is in force until a later row of the same item."""

    def get_fee(self, item: str, on: date) -> Fee:
        """The fee for an item on a day; raises `UnknownFee`."""
        fee = in_force((fee for fee in self.fees if fee.item == item), on)
        if fee is None:
            raise UnknownFee(translatable("no fee '{item}' on {day}", item=item, day=on))
        return fee


def load_fees(state: StateFolder) -> FeeTable:
    """The state's fees; raises `chassis.state_folder.JurisdictionFault`."""
    return state.read("fees", FeeTable)
