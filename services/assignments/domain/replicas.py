"""Replicas of organizations, educators and certificates that other services own."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.names.keys import part_key, sought_keys
from chassis.storage.replicas import Replica, replica_of
from contracts.certification import (
    Authorization,
    CertificateFact,
    CertificateStatus,
    Restriction,
    status_on,
)
from contracts.codec import dump, load
from contracts.identity import OrganizationChanged, OrganizationKind, PersonFact
from services.assignments.domain.judging import HeldCertificate
from services.assignments.domain.tables import Base


def name_key(first_name: str, last_name: str) -> str:
    """The form in which a name is filed, for comparison."""
    return part_key(first_name) + part_key(last_name)


def sought_name_keys(first_name: str, last_name: str) -> set[str]:
    """Every form in which a reported name may be filed."""
    return {first + last for first in sought_keys(first_name) for last in sought_keys(last_name)}


class Organization(Replica, Base):
    """A district, school or other organization, as identity publishes it."""

    __tablename__ = "organization"
    __table_args__ = replica_of(OrganizationChanged)

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[OrganizationKind] = mapped_column(String(30))
    name: Mapped[str]
    state_number: Mapped[str] = mapped_column(index=True)

    def take(self, fact: OrganizationChanged) -> None:
        """Copy the kind, name and number."""
        self.kind = fact.kind
        self.name = fact.name
        self.state_number = fact.state_number

    @property
    def is_district(self) -> bool:
        """Whether it sends assignment reports."""
        return self.kind == OrganizationKind.DISTRICT


class Educator(Replica, Base):
    """An educator, as identity publishes them."""

    __tablename__ = "educator"
    __table_args__ = replica_of(PersonFact)

    educator_id: Mapped[UUID] = mapped_column(primary_key=True)
    educator_number: Mapped[str] = mapped_column(index=True)
    full_name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)

    def take(self, fact: PersonFact) -> None:
        """Copy the person's number and names."""
        self.educator_number = fact.educator_number
        self.full_name = fact.full_name
        self.name_key = name_key(fact.first_name, fact.last_name)


class Certificate(Replica, Base):
    """A certificate with its authorizations and the orders against it."""

    __tablename__ = "certificate"
    __table_args__ = replica_of(CertificateFact)

    certificate_id: Mapped[UUID] = mapped_column(primary_key=True)
    educator_id: Mapped[UUID] = mapped_column(index=True)
    certificate_number: Mapped[str]
    effective_on: Mapped[date]
    expires_on: Mapped[date | None]
    authorizations: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    restrictions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    def take(self, fact: CertificateFact) -> None:
        """Copy the holder, authorizations and orders."""
        self.educator_id = fact.educator_id
        self.certificate_number = fact.certificate_number
        self.effective_on = fact.effective_on
        self.expires_on = fact.expires_on
        self.authorizations = [vars(authorization) for authorization in fact.authorizations]
        self.restrictions = [dump(restriction) for restriction in fact.restrictions]

    def held(self) -> HeldCertificate:
        """The certificate as the judging rule uses it."""
        return HeldCertificate(
            certificate_id=self.certificate_id,
            number=self.certificate_number,
            effective_on=self.effective_on,
            expires_on=self.expires_on,
            authorizations=authorizations_from(self.authorizations),
            restrictions=restrictions_from(self.restrictions),
        )

    def is_active_on(self, day: date) -> bool:
        """Whether it is active on a day."""
        orders = restrictions_from(self.restrictions)
        status = status_on(day, self.effective_on, self.expires_on, orders)
        return status == CertificateStatus.ACTIVE


def authorizations_from(stored: Iterable[dict[str, Any]]) -> tuple[Authorization, ...]:
    """A certificate's authorizations, from their stored form."""
    return tuple(Authorization(**values) for values in stored)


def restrictions_from(stored: Iterable[dict[str, Any]]) -> tuple[Restriction, ...]:
    """The orders against a certificate, from their stored form."""
    return tuple(load(Restriction, values) for values in stored)
