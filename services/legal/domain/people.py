"""Replicas of identity's educators and organizations."""

from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.names.keys import part_key
from chassis.storage.replicas import Replica, replica_of
from contracts.identity import OrganizationChanged, PersonFact
from services.legal.domain.base import Base


class Educator(Replica, Base):
    """An educator as last published by identity."""

    __tablename__ = "educator"
    __table_args__ = (
        Index("ix_educator_name", "last_name_key", "first_name_key"),
        replica_of(PersonFact),
    )

    educator_id: Mapped[UUID] = mapped_column(primary_key=True)
    educator_number: Mapped[str] = mapped_column(String(20), index=True)
    full_name: Mapped[str] = mapped_column(String(400))
    first_name_key: Mapped[str] = mapped_column(String(200))
    last_name_key: Mapped[str] = mapped_column(String(200))

    def take(self, fact: PersonFact) -> None:
        """Copy the person's number and names."""
        self.educator_number = fact.educator_number
        self.full_name = fact.full_name
        self.first_name_key = part_key(fact.first_name)
        self.last_name_key = part_key(fact.last_name)


class Organization(Replica, Base):
    """A district or other organization as last published by identity."""

    __tablename__ = "organization"
    __table_args__ = replica_of(OrganizationChanged)

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))

    def take(self, fact: OrganizationChanged) -> None:
        """Copy the name."""
        self.name = fact.name
