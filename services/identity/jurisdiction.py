"""The state's rules for accounts and sign-in, and the format of its organization list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from chassis.i18n.text import Translatable
from chassis.jurisdiction import Grants
from chassis.rules import Source, source_faults
from chassis.state_folder import Count, Files, Key, KeyFaults, StateFolder
from services.identity.domain.password_rule import PasswordRule


@dataclass(frozen=True)
class OrganizationColumns:
    """The file's column names."""

    state_number: str
    """The column with an organization's number in the state."""
    name: str
    """The column with its name."""
    district_name: str
    """The column with the name of a school's district."""
    type: str | None = None
    """The column that says whether the row is a district."""
    nces_number: str | None = None
    """The column with its number at the National Center for Education Statistics."""
    year: str | None = None
    """The column with the school year, in a file of several years."""
    lowest_grade: str | None = None
    """The column with a school's lowest grade."""
    highest_grade: str | None = None
    """The column with a school's highest grade."""

    def names(self) -> list[str]:
        """The columns the file must have."""
        return [name for name in vars(self).values() if name]


@dataclass(frozen=True, kw_only=True)
class OrganizationFormat:
    """The format of a state's organization list; patterns match a whole cell."""

    columns: OrganizationColumns
    state_number: re.Pattern[str]
    """What a number looks like; its groups make the district's number."""
    district_state_number: str
    """The district's number, made of the groups of the school's, such as `\\1`."""
    nces_number: re.Pattern[str] | None = None
    """What a national number looks like."""
    district_nces_number: str = ""
    """The district's national number, made of the groups of the school's."""
    year: re.Pattern[str] | None = None
    """What a school year looks like; its first group is the year in which it ends."""
    district_types: tuple[str, ...] = ()
    """The types of a row that describes a district."""
    lowest_grades: Mapping[str, str] | None = None
    """The file's code for a lowest grade, and the code of CEDS (Entry Grade Level)."""
    highest_grades: Mapping[str, str] | None = None
    """The file's code for a highest grade, and the code of CEDS."""
    offered_grades: tuple[tuple[str, str], ...] = ()
    """Instead of two columns: a column for each grade that a school may offer, in their order."""

    def __post_init__(self) -> None:
        faults: dict[Key, str] = {}
        for name, pattern, made in (
            ("district_state_number", self.state_number, self.district_state_number),
            ("district_nces_number", self.nces_number, self.district_nces_number),
        ):
            groups = pattern.groups if pattern else 0
            if any(int(number) > groups for number in re.findall(r"\\(\d+)", made)):
                faults[name,] = f"names a group that the pattern lacks: it has {groups}."
        if self.year and not self.year.groups:
            faults["year",] = "needs a group for the year in which it ends."
        if faults:
            raise KeyFaults(faults)

    def needed_columns(self) -> list[str]:
        """Every column the file must have."""
        return [*self.columns.names(), *(column for column, _ in self.offered_grades)]


@dataclass(frozen=True)
class Agency:
    """The organization where analysts, legal, finance and administrators hold their roles."""

    state_number: str
    """The agency's number among the state's organizations."""


@dataclass(frozen=True)
class EducatorNumbers:
    """The educator numbers that this system issues; those of the legacy system are kept."""

    first: Annotated[int, Meta(ge=1, lt=10**18)]
    """The first number."""
    digits: Annotated[int, Meta(ge=1, le=20)]
    """How many digits a number has, with zeros before it."""

    def written(self, number: int) -> str:
        """The number, zero-padded."""
        return f"{number:0{self.digits}}"


@dataclass(frozen=True)
class SessionLimits:
    """How long somebody stays signed in."""

    idle_minutes: Count
    """Without a request."""
    longest_hours: Count
    """At most."""

    @property
    def idle(self) -> timedelta:
        """The time without a request after which a session ends."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def longest(self) -> timedelta:
        """The lifetime of a session."""
        return timedelta(hours=self.longest_hours)


@dataclass(frozen=True)
class AttemptLimits:
    """How many attempts may fail before further ones are refused."""

    window_minutes: Count
    """The time within which attempts are counted."""
    failures_per_username: Count
    """Failed sign-ins of one username."""
    failures_per_address: Count
    """Failed sign-ins from one address of the internet."""
    searches_per_address: Count
    """Searches for one's own record from one address of the internet."""

    @property
    def window(self) -> timedelta:
        """The time within which attempts are counted."""
        return timedelta(minutes=self.window_minutes)


@dataclass(frozen=True)
class PasswordKeys:
    """What a new password must be."""

    minimum_length: Annotated[int, Meta(ge=8, le=128)]
    """Characters; NIST SP 800-63B-4 §3.1.1 requires 15 where it is the only factor."""
    composition: bool
    """Whether one character of each of four classes is required, which NIST forbids."""


@dataclass(frozen=True)
class IdentityRules(Grants):
    """`accounts.toml`: accounts, sign-in, who may do what, and the list of organizations."""

    unique_email: bool
    """Whether an email address may belong to one account only."""
    easy_words: tuple[str, ...]
    """Words that guessers of passwords try first in this state."""
    agency: Agency
    password: PasswordKeys
    educator_number: EducatorNumbers
    session: SessionLimits
    limits: AttemptLimits
    organization_file: OrganizationFormat
    sources: Mapping[str, Source]
    """Where the rules for accounts, and the format of the list of organizations, come from."""

    SOURCED = (
        "unique_email",
        "password",
        "educator_number",
        "session",
        "limits",
        "organization_file",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if faults := dict(source_faults(self.SOURCED, self.sources)):
            raise KeyFaults(faults)

    @property
    def agency_number(self) -> str:
        """The agency's number among the state's organizations."""
        return self.agency.state_number

    @cached_property
    def password_rule(self) -> PasswordRule:
        """The rule for new passwords, with the most common ones."""
        return PasswordRule(
            minimum_length=self.password.minimum_length,
            composition=self.password.composition,
            common=common_passwords(),
        )

    def password_faults(self, password: str, *easy_words: str) -> list[Translatable]:
        """What is wrong with a new password; `easy_words` are words linked to the person.

        The words for the state and its agency are added.
        """
        return self.password_rule.faults(password, (*easy_words, *self.easy_words))


@cache
def common_passwords() -> frozenset[str]:
    """The most common passwords, which guessers try first."""
    path = Path(__file__).parent / "domain/common_passwords.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


FILES: Files = {"accounts": IdentityRules}


def load_rules(state: StateFolder) -> IdentityRules:
    """The state's rules; raises `chassis.state_folder.JurisdictionFault`."""
    return state.read("accounts", IdentityRules)
