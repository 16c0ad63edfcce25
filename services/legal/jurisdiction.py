"""The state's rules for complaints, cases and orders: grounds, clocks, wording, number formats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta

from chassis.jurisdiction import in_force_by_code
from chassis.rules import Rule, Source, source_faults
from chassis.state_folder import Count, Files, Key, KeyFaults, NumberFormat, StateFolder


@dataclass(frozen=True, kw_only=True)
class Ground(Rule):
    """A reason the board may act on, from its first day until a later one of the same code."""

    code: str
    """The code by which orders name the ground."""
    citation: str
    """The statute's number of the ground."""
    text: str
    """The ground in words."""
    effective_from: date
    """The first day on which it may be used."""
    longest_suspension_months: Count | None = None
    """The longest suspension that it allows, if that is another than for most."""

    def __str__(self) -> str:
        return f"{self.citation}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Clock(Rule):
    """A time limit, and its legal source."""

    days: Count
    """Calendar days."""


@dataclass(frozen=True)
class NumberFormats:
    """The numbers of papers: `{year}` is the calendar year, `{number}` counts up within it."""

    complaint: NumberFormat
    """A complaint's number."""
    case: NumberFormat
    """A case's number."""
    order: NumberFormat
    """An order's number."""

    def written(self, kind: str, *, year: int, number: int) -> str:
        """The number of a `complaint`, a `case` or an `order`."""
        form: str = getattr(self, kind)
        return form.format(year=year, number=number)

    def __post_init__(self) -> None:
        problem = "must have {year} and {number}, such as {year}-{number:04d}."
        faults: dict[Key, str] = {
            (kind,): problem
            for kind, text in vars(self).items()
            if "{year" not in text or "{number" not in text
        }
        for one, other in (("case", "complaint"), ("order", "complaint"), ("order", "case")):
            if getattr(self, one) == getattr(self, other):
                faults[one,] = f"is the form of {other} too: one number would name two papers."
        if faults:
            raise KeyFaults(faults)


@dataclass(frozen=True)
class DecisionWords:
    """How the board's decisions are worded in its minutes."""

    dismiss: str
    """The case ends without an order."""
    defer: str
    """The case is taken up again later."""
    defer_for_training: str
    """The case is taken up again when a training is done."""
    admonish: str
    """The educator is admonished."""
    refer_to_hearing: str
    """The case goes to a hearing."""
    accept_agreed_order: str
    """An order that both sides agreed to is entered."""
    reject_agreed_order: str
    """An order that both sides agreed to is not entered."""
    issue_final_order: str
    """A final order is entered."""

    def of(self, decision: str) -> str:
        """The words for a decision."""
        words: str = getattr(self, decision)
        return words


@dataclass(frozen=True)
class Clocks:
    """The procedure's time limits."""

    superintendent_report: Clock
    """From learning of the matter to reporting it."""
    initial_review: Clock
    """From a complaint to its first review."""
    supplement: Clock
    """From learning more to reporting that."""
    educator_notice: Clock
    """From opening a case to notifying the educator."""
    rebuttal: Clock
    """From the notice to the educator's answer."""
    board_review: Clock
    """From the answer to the board's review."""
    deferral: Clock
    """From a deferral to the next review."""
    hearing_request: Clock
    """From the notice of a proposed order to the request for a hearing."""
    referral: Clock
    """From the request to the hearing officer's recommended order."""
    final_order_after_recommended: Clock
    """From the recommended order to the final one."""
    order_entry: Clock
    """From the board's decision to the order's entry."""


@dataclass(frozen=True)
class LegalRules:
    """`conduct.toml`: complaints, cases and orders."""

    board_name: str
    """The body that decides cases."""
    longest_suspension_months: Count
    """The longest suspension, unless a ground says otherwise."""
    numbers: NumberFormats
    decisions: DecisionWords
    clocks: Clocks
    grounds: Annotated[tuple[Ground, ...], Meta(min_length=1)]
    """The grounds for an order, in the order of the statute."""
    sources: Mapping[str, Source]
    """Where `longest_suspension_months`, `numbers` and `decisions` come from."""

    SOURCED = ("longest_suspension_months", "numbers", "decisions")

    def __post_init__(self) -> None:
        if faults := dict(source_faults(self.SOURCED, self.sources)):
            raise KeyFaults(faults)

    @property
    def days(self) -> dict[str, int]:
        """The days of each clock, by name."""
        return {name: clock.days for name, clock in vars(self.clocks).items()}

    def due(self, clock: str, since: date) -> date:
        """The last day of a clock that started on `since`."""
        return since + timedelta(days=self.days[clock])

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


FILES: Files = {"conduct": LegalRules}


def load_rules(state: StateFolder) -> LegalRules:
    """The state's rules; raises `chassis.state_folder.JurisdictionFault`."""
    return state.read("conduct", LegalRules)
