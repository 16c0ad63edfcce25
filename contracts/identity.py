"""The facts of identity: persons, organizations, and the keys that verify its tokens."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.event import Event, Part, personal, public
from contracts.permission import Holder, Permission


class PersonFact(Event, subject="educator_id"):
    """A fact about an educator or applicant."""

    educator_id: UUID = public()
    educator_number: str = public()
    first_name: str = personal()
    middle_name: str | None = personal(default=None)
    last_name: str = personal()
    suffix: str | None = personal(default=None)
    former_last_names: tuple[str, ...] = personal(default=())

    @property
    def full_name(self) -> str:
        """The name as it is written on a certificate."""
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(part for part in parts if part)


class PersonRecorded(PersonFact, topic="identity.person-recorded.v1"):
    """A person became known: imported from the legacy system, or newly registered."""


class PersonClaimed(PersonFact, topic="identity.person-claimed.v1"):
    """A person's account was confirmed, so that they can now act for themselves."""


class OrganizationKind(StrEnum):
    """The kind of an organization."""

    AGENCY = "agency"
    DISTRICT = "district"
    SCHOOL = "school"
    PREPARATION_PROVIDER = "preparation_provider"


class OrganizationChanged(
    Event, topic="identity.organization-changed.v1", subject="organization_id"
):
    """An organization was imported, or its entry changed."""

    organization_id: UUID = public()
    kind: OrganizationKind = public()
    name: str = public()
    state_number: str = public()
    nces_number: str | None = public(default=None)
    parent_id: UUID | None = public(default=None)
    lowest_grade: str | None = public(default=None)
    highest_grade: str | None = public(default=None)
    closed_on: date | None = public(default=None)


class Role(StrEnum):
    """A person's role, held at one organization."""

    EDUCATOR = "educator"
    SUPERINTENDENT = "superintendent"
    ASSIGNMENT_COORDINATOR = "assignment_coordinator"
    PROVIDER_OFFICER = "provider_officer"
    ANALYST = "analyst"
    LEGAL = "legal"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"


HOLDERS = {
    Role.EDUCATOR: Holder.EDUCATOR,
    Role.SUPERINTENDENT: Holder.DISTRICT,
    Role.ASSIGNMENT_COORDINATOR: Holder.DISTRICT,
    Role.PROVIDER_OFFICER: Holder.PROVIDER,
}
"""Whose each role is; the others are the agency's."""


class RoleHeld(Part):
    """A role, and the organization at which it is held."""

    role: Role
    organization_id: UUID


class RolesChanged(Event, topic="identity.roles-changed.v1", subject="account_id"):
    """A role was granted to a staff account or withdrawn from it, or its holder was said."""

    account_id: UUID = public()
    display_name: str = personal()
    educator_id: UUID | None = personal(default=None)
    roles: tuple[RoleHeld, ...] = personal()


class PublicKey(Part):
    """A key that verifies identity's tokens: an ES256 JSON Web Key without its private part."""

    kid: str
    x: str
    y: str


class SigningKeysChanged(Event, topic="identity.signing-keys-changed.v1", subject="issuer"):
    """The set of keys that check identity's tokens changed; every key named here is valid."""

    issuer: str = public()
    keys: tuple[PublicKey, ...] = public()


class IdentityPermission(Permission):
    """What may be done in identity."""

    ADMINISTER_ACCOUNTS = (
        "identity.administer-accounts",
        "Find people, accounts and organizations, and grant roles.",
    )
    REVEAL_SSN = "identity.reveal-ssn", "See a person's whole Social Security number, for a reason."
    SEE_UNCONFIRMED_RULES = (
        "identity.see-unconfirmed-rules",
        "See the state's rules that nobody has confirmed.",
    )
