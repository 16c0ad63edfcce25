"""What every service may know of the state it serves, and how dated rules are chosen for a day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Protocol, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Meta

from chassis.rules import Rule, Source, source_faults
from chassis.state_folder import Files, Key, KeyFaults, MonthAndDay, StateFolder
from chassis.working_days import WorkingDays
from contracts.identity import HOLDERS, Role
from contracts.permission import Holder, Permission, all_permissions


@dataclass(frozen=True)
class Currency:
    """The state's money; amounts are whole cents."""

    code: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    """The three letters of ISO 4217."""
    sign: str
    """The sign of an amount, with the space that belongs between."""
    sign_follows: bool = False
    """Whether the sign follows the amount."""

    def written(self, cents: int) -> str:
        """An amount as people read it, such as $1,085.00."""
        amount = f"{cents / 100:,.2f}"
        return f"{amount}{self.sign}" if self.sign_follows else f"{self.sign}{amount}"


@dataclass(frozen=True)
class GradeName:
    """A grade that has a name instead of a number."""

    label: str
    """The grade in a span, such as the P of P-5."""
    words: str
    """The grade in a sentence."""


@dataclass(frozen=True)
class Place:
    """`place.toml`: what every service needs about the state it serves."""

    name: str
    """The state's name."""
    government_name: str
    """The government's name within a sentence."""
    agency_name: str
    """The agency that issues certificates."""
    agency_short_name: str
    """The agency's short name."""
    contact_email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    """The address to which educators write."""
    time_zone: ZoneInfo
    """The zone of the IANA database in which the state's days begin."""
    educator_number_label: str
    """What the state calls the number of an educator."""
    school_year_begins: MonthAndDay
    """The first day of a school year."""
    currency: Currency
    """How amounts of money are written."""
    sources: Mapping[str, Source]
    """Where `school_year_begins` and `grades` come from."""
    working_days: WorkingDays
    """The days on which the agency works, from which the due days of its work are counted."""
    grades: Mapping[int, GradeName] = field(default_factory=dict)
    """The names of the grades without a number: -1 is prekindergarten, 0 kindergarten."""

    SOURCED = ("school_year_begins", "grades")

    def __post_init__(self) -> None:
        faults = dict(source_faults(self.SOURCED, self.sources))
        for grade in sorted(grade for grade in self.grades if not -1 <= grade <= 12):
            faults["grades", str(grade)] = "is no grade."
        if faults:
            raise KeyFaults(faults)

    def today(self, now: datetime) -> date:
        """The calendar day at a moment, in the state's time zone."""
        return now.astimezone(self.time_zone).date()

    def grade_label(self, grade: int) -> str:
        """A grade as it stands in a span."""
        named = self.grades.get(grade)
        return named.label if named else str(grade)

    def grade_labels(self, lowest: int, highest: int) -> str:
        """A span of grades, such as P-5, with an en dash."""
        first, last = self.grade_label(lowest), self.grade_label(highest)
        return first if first == last else f"{first}\N{EN DASH}{last}"


class Dated(Protocol):
    """An entry that is in force from a day on, until a later one replaces it."""

    @property
    def effective_from(self) -> date:
        """The first day on which it is in force."""


class Coded(Dated, Protocol):
    """One of several dated entries for the same code."""

    @property
    def code(self) -> str:
        """The code that identifies what the entry is about."""


AnyDated = TypeVar("AnyDated", bound=Dated)
AnyCoded = TypeVar("AnyCoded", bound=Coded)


def in_force(entries: Iterable[AnyDated], on: date) -> AnyDated | None:
    """The entry about one thing that is in force on a day; None before the first."""
    begun = (entry for entry in entries if entry.effective_from <= on)
    return max(begun, key=lambda entry: entry.effective_from, default=None)


def in_force_by_code(entries: Iterable[AnyCoded], on: date) -> dict[str, AnyCoded]:
    """The entry in force on a day for each code that has one, in the order of the file."""
    by_code: dict[str, list[AnyCoded]] = {}
    for entry in entries:
        by_code.setdefault(entry.code, []).append(entry)
    newest = {code: in_force(of_code, on) for code, of_code in by_code.items()}
    return {code: entry for code, entry in newest.items() if entry is not None}


@dataclass(frozen=True, kw_only=True)
class Fee(Rule):
    """A fee, from its first day until a later one for the same item."""

    item: str
    """The code by which other files name the fee."""
    title: str
    """The line of an invoice."""
    amount_cents: Annotated[int, Meta(ge=0, le=10_000_000)]
    """The amount in cents; 0 is free, and is on no invoice."""
    effective_from: date
    """The first day on which it is charged."""


@dataclass(frozen=True)
class FeeTable:
    """`fees.toml`: what is charged, and how it may be paid."""

    accepted_cards: str
    """The cards that the processor accepts, in words."""
    fees: Annotated[tuple[Fee, ...], Meta(min_length=1)]
    """The fees; one is in force until a later row of the same item."""

    def find_fee(self, item: str, on: date) -> Fee | None:
        """The fee for an item on a day."""
        return in_force((fee for fee in self.fees if fee.item == item), on)


@dataclass(frozen=True)
class Grants:
    """What every service reads of `accounts.toml`: which role may do what."""

    permissions: Mapping[str, tuple[str, ...]]
    """For each role, the permissions of those who hold it."""

    def of(self, *roles: Role) -> frozenset[str]:
        """The permissions of somebody who holds these roles."""
        return frozenset(each for role in roles for each in self.permissions.get(role, ()))

    def roles_with(self, *permissions: Permission) -> list[Role]:
        """The roles that have any of these permissions."""
        return [role for role in Role if self.of(role) & set(permissions)]

    def __post_init__(self) -> None:
        if faults := dict(self._faults()):
            raise KeyFaults(faults)

    def _faults(self) -> Iterator[tuple[Key, str]]:
        known = all_permissions()
        for role, granted in self.permissions.items():
            if role not in set(Role):
                yield ("permissions", role), f"is no role; there are: {', '.join(Role)}."
            for row, each in enumerate(granted):
                if each not in known:
                    yield ("permissions", role, row), f"is {each!r}, which is no permission."
                elif role in set(Role) and known[each].holder != _holder_of(Role(role)):
                    problem = f"is {each!r}, which is for roles of {known[each].holder}."
                    yield ("permissions", role, row), problem
        granted_to_any = {each for granted in self.permissions.values() for each in granted}
        for each in sorted(known.keys() - granted_to_any):
            yield ("permissions",), f"has no role that may {each!r}."


def _holder_of(role: Role) -> Holder:
    return HOLDERS.get(role, Holder.AGENCY)


FILES: Files = {"place": Place, "fees": FeeTable}
"""What every service may read."""


def load_place(state: StateFolder) -> Place:
    """The state that this suite serves; raises `JurisdictionFault`."""
    return state.read("place", Place)


def load_grants(state: StateFolder) -> Grants:
    """Which role may do what in the state; raises `JurisdictionFault`."""
    return state.read_part("accounts", Grants)


def load_fees(state: StateFolder) -> FeeTable:
    """The state's fees; raises `JurisdictionFault`."""
    return state.read("fees", FeeTable)
