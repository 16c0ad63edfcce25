"""Accounts: credentials, address confirmation and roles."""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.i18n.text import code_words, translatable
from chassis.ids import new_id
from chassis.problems import RuleBroken
from chassis.storage.database import Versioned
from chassis.storage.types import Instant
from contracts import identity
from contracts.identity import OrganizationKind, Role, RolesChanged
from contracts.notices import ALWAYS
from services.identity.domain.base import Base
from services.identity.domain.organization import Organization

GRANTED_AT: dict[Role, OrganizationKind] = {
    Role.SUPERINTENDENT: OrganizationKind.DISTRICT,
    Role.ASSIGNMENT_COORDINATOR: OrganizationKind.DISTRICT,
    Role.PROVIDER_OFFICER: OrganizationKind.PREPARATION_PROVIDER,
    Role.ANALYST: OrganizationKind.AGENCY,
    Role.LEGAL: OrganizationKind.AGENCY,
    Role.FINANCE: OrganizationKind.AGENCY,
    Role.ADMINISTRATOR: OrganizationKind.AGENCY,
}
"""The kind of organization at which each role is held.

The educator role is never granted: it comes with the person's own record.
"""


class AccountAlreadyConfirmed(RuleBroken):
    """An address is confirmed once."""

    title = translatable("This link was used before")
    advice = translatable(
        "Your email address is confirmed. Sign in with your username and password."
    )


class RoleDoesNotFit(RuleBroken):
    """A role is held at organizations of one kind."""

    title = translatable("This role cannot be held there")
    advice = translatable("Choose an organization of the right kind for the role.")


class RoleAlreadyHeld(RuleBroken):
    """A role is granted once at each organization."""

    title = translatable("This account already has that role there")
    advice = translatable("You do not need to do anything.")


class HolderNotSaid(RuleBroken):
    """Nobody may do the work of a role while it is unknown which matters are their own."""

    title = translatable("Nobody has said whose account this is")
    advice = translatable("Say whose it is first; then grant the role.")

    def __init__(self) -> None:
        super().__init__(
            translatable(
                "Nobody may decide their own matter, so it must be known which record the person "
                "has, or that they have none."
            )
        )


class HolderClaimed(RuleBroken):
    """Whose account it is was proven by the person's own registration."""

    title = translatable("This account belongs to who registered with it")
    advice = translatable("You do not need to say whose it is.")


class RoleNotHeld(RuleBroken):
    """Only a role that is held can be withdrawn."""

    title = translatable("This account does not have that role there")


def username_key(username: str) -> str:
    """The case-insensitive form in which usernames are compared."""
    return username.strip().casefold()


class Account(Versioned, Base):
    """A way to sign in; an educator's opens their own record, a staff member's opens none.

    `educator_id` is unique, so that a record is opened by one account. It is set from the
    start, but takes effect only at `confirmed_at`.
    `sole_email` is set where the state requires a unique address for each account.
    Whose a staff account is, an administrator says: `said_educator_id` is the person on record, and
    `no_record_said_at` is when they were said to have none.
    `language` is that of the mail to the account.
    `version` counts what other services were told: its roles, and whose it is.
    """

    __tablename__ = "account"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(100))
    username_key: Mapped[str] = mapped_column(String(100), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    sole_email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    display_name: Mapped[str] = mapped_column(String(250))
    educator_id: Mapped[UUID | None] = mapped_column(unique=True)
    said_educator_id: Mapped[UUID | None] = mapped_column(index=True)
    no_record_said_at: Mapped[datetime | None] = mapped_column(Instant)
    language: Mapped[str] = mapped_column(String(5))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    roles: Mapped[list["RoleHeld"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="RoleHeld.granted_at"
    )

    @classmethod
    def open(
        cls,
        *,
        username: str,
        email: str,
        is_sole_email: bool,
        password_hash: str,
        display_name: str,
        now: datetime,
        educator_id: UUID | None = None,
        language: str = ALWAYS,
    ) -> Self:
        """A new account with an unconfirmed address."""
        return cls(
            account_id=new_id(),
            version=0,
            username=username,
            username_key=username_key(username),
            email=email,
            sole_email=email.casefold() if is_sole_email else None,
            password_hash=password_hash,
            display_name=display_name,
            educator_id=educator_id,
            language=language,
            opened_at=now,
        )

    @property
    def is_confirmed(self) -> bool:
        """Whether the address was confirmed."""
        return self.confirmed_at is not None

    @property
    def person_id(self) -> UUID | None:
        """The person on record whose account this is."""
        return self.educator_id or self.said_educator_id

    @property
    def is_holder_said(self) -> bool:
        """Whether it is known which record the person has, or that they have none."""
        return self.person_id is not None or self.no_record_said_at is not None

    @property
    def all_roles(self) -> list[Role]:
        """Every role the account holds anywhere, with the educator role of its person."""
        held = [Role(role_held.role) for role_held in self.roles]
        return [*held, Role.EDUCATOR] if self.educator_id else held

    def refuse_if_confirmed(self) -> None:
        """Raise `AccountAlreadyConfirmed` if the account is confirmed."""
        if self.is_confirmed:
            raise AccountAlreadyConfirmed

    def confirm(self, now: datetime) -> None:
        """Confirm the address, which activates the account; raises `AccountAlreadyConfirmed`."""
        self.refuse_if_confirmed()
        self.confirmed_at = now

    def say_holder(self, educator_id: UUID | None, now: datetime) -> RolesChanged:
        """Say which person on record has this account, or that they have no record.

        Raises `HolderClaimed` for an account with which somebody registered.
        """
        if self.educator_id is not None:
            raise HolderClaimed
        self.said_educator_id = educator_id
        self.no_record_said_at = now if educator_id is None else None
        return self._changed()

    def grant(self, role: Role, organization: Organization, now: datetime) -> RolesChanged:
        """Grant this role; raises `HolderNotSaid`, `RoleDoesNotFit` and `RoleAlreadyHeld`."""
        if not self.is_holder_said:
            raise HolderNotSaid
        if GRANTED_AT.get(role) != organization.kind:
            raise RoleDoesNotFit(
                translatable(
                    "The role {role} cannot be held at {organization}.",
                    role=code_words(role),
                    organization=organization.name,
                )
            )
        if self._find_held(role, organization.organization_id):
            raise RoleAlreadyHeld
        self.roles.append(
            RoleHeld(
                role_held_id=new_id(),
                role=role,
                organization_id=organization.organization_id,
                organization=organization,
                granted_at=now,
            )
        )
        return self._changed()

    def withdraw(self, role: Role, organization_id: UUID) -> RolesChanged:
        """Withdraw the role; raises `RoleNotHeld`."""
        held = self._find_held(role, organization_id)
        if held is None:
            raise RoleNotHeld
        self.roles.remove(held)
        return self._changed()

    def _changed(self) -> RolesChanged:
        self.version += 1
        return self.state()

    def state(self) -> RolesChanged:
        """The event with the account's current roles and holder."""
        return RolesChanged(
            version=self.version,
            account_id=self.account_id,
            display_name=self.display_name,
            educator_id=self.person_id,
            roles=tuple(
                identity.RoleHeld(role=Role(held.role), organization_id=held.organization_id)
                for held in self.roles
            ),
        )

    def _find_held(self, role: Role, organization_id: UUID) -> "RoleHeld | None":
        for held in self.roles:
            if held.role == role and held.organization_id == organization_id:
                return held
        return None


class RoleHeld(Base):
    """A role that an account holds at an organization."""

    __tablename__ = "role_held"
    __table_args__ = (UniqueConstraint("account_id", "role", "organization_id"),)

    role_held_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"))
    role: Mapped[Role] = mapped_column(String(30))
    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organization.organization_id"), index=True
    )
    granted_at: Mapped[datetime] = mapped_column(Instant)
    organization: Mapped[Organization] = relationship(lazy="selectin")
