"""The principal: the signed-in person of a request."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import g

from chassis.i18n.text import translatable
from chassis.problems import NotAllowed, SignInNeeded
from contracts.identity import Role


@dataclass(frozen=True)
class RoleAt:
    """A role and the organization at which it is held."""

    role: Role
    organization_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Principal:
    """The signed-in person, as identity's token describes them.

    `session_ends_at` is when they will be signed out if they send no more requests.
    """

    account_id: UUID
    display_name: str
    session: str
    session_ends_at: datetime | None = None
    educator_id: UUID | None = None
    roles: tuple[RoleAt, ...] = ()

    @property
    def is_signed_in(self) -> bool:
        """For the page layout, where None means that nobody is signed in."""
        return True

    @property
    def own_ids(self) -> frozenset[UUID]:
        """The ids under which a command may be about this person."""
        return frozenset(each for each in (self.account_id, self.educator_id) if each)

    def holds(self, *roles: Role) -> bool:
        """Whether the person holds any of these roles anywhere."""
        return any(held.role in roles for held in self.roles)

    def organizations(self, *roles: Role) -> tuple[UUID, ...]:
        """The organizations where the person holds any of these roles."""
        return tuple(
            held.organization_id
            for held in self.roles
            if held.role in roles and held.organization_id is not None
        )

    def refuse_unless_at(self, organization_id: UUID, *roles: Role) -> None:
        """Raise `NotAllowed` unless the person holds one of these roles at this organization."""
        if organization_id not in self.organizations(*roles):
            raise NotAllowed(translatable("This belongs to another organization."))


def find_principal() -> Principal | None:
    """The signed-in person, or None."""
    principal: Principal | None = g.get("principal")
    return principal


def get_principal() -> Principal:
    """The signed-in person; raises `SignInNeeded`."""
    principal = find_principal()
    if principal is None:
        raise SignInNeeded
    return principal
