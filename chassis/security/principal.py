"""The principal: the signed-in person of a request."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import g

from chassis.i18n.text import translatable
from chassis.problems import NotAllowed, SignInNeeded
from contracts.identity import Role
from contracts.permission import Permission


@dataclass(frozen=True)
class RoleAt:
    """A role, the organization at which it is held, and the permissions that it gives there."""

    role: Role
    organization_id: UUID | None
    permissions: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Principal:
    """The signed-in person, as identity's token describes them.

    `session_ends_at` is when they will be signed out if they send no more requests.
    `educator_id` is the record that they may use; `other_ids` are the person's other accounts, and
    the record of a person who has an account for it elsewhere.
    """

    account_id: UUID
    display_name: str
    session: str
    session_ends_at: datetime | None = None
    educator_id: UUID | None = None
    other_ids: frozenset[UUID] = frozenset()
    roles: tuple[RoleAt, ...] = ()

    @property
    def is_signed_in(self) -> bool:
        """For the page layout, where None means that nobody is signed in."""
        return True

    @property
    def own_ids(self) -> frozenset[UUID]:
        """The ids under which a command may be about this person, whichever account they use."""
        own = {each for each in (self.account_id, self.educator_id) if each}
        return self.other_ids | own

    def may(self, *permissions: Permission) -> bool:
        """Whether the person has any of these permissions anywhere."""
        return any(held.permissions & set(permissions) for held in self.roles)

    def organizations(self, *permissions: Permission) -> tuple[UUID, ...]:
        """The organizations where the person has any of these permissions."""
        return tuple(
            held.organization_id
            for held in self.roles
            if held.permissions & set(permissions) and held.organization_id is not None
        )

    def refuse_unless_at(self, organization_id: UUID, *permissions: Permission) -> None:
        """Raise `NotAllowed` unless the person has one of these permissions there."""
        if organization_id not in self.organizations(*permissions):
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
