"""An organization: the agency itself, a district, a school, or an educator preparation provider."""

from datetime import date
from typing import Self
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ids import new_id
from chassis.names.keys import search_key
from chassis.storage.database import Versioned
from contracts.identity import OrganizationChanged, OrganizationKind
from services.identity.domain.base import Base

LONGEST_NAME_KEY = 200


class Organization(Versioned, Base):
    """An organization on the state's list; its state number is unique across all kinds."""

    __tablename__ = "organization"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[OrganizationKind] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(LONGEST_NAME_KEY), index=True)
    state_number: Mapped[str] = mapped_column(String(30), unique=True)
    nces_number: Mapped[str | None] = mapped_column(String(12))
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organization.organization_id"), index=True
    )
    lowest_grade: Mapped[str | None] = mapped_column(String(10))
    highest_grade: Mapped[str | None] = mapped_column(String(10))
    closed_on: Mapped[date | None]

    @classmethod
    def add(cls, kind: OrganizationKind, name: str, state_number: str) -> Self:
        """A new organization; call `describe` to fill in the rest."""
        return cls(
            organization_id=new_id(),
            version=0,
            kind=OrganizationKind(kind),
            state_number=state_number,
            name=name,
            name_key=search_key(name)[:LONGEST_NAME_KEY],
        )

    def describe(
        self,
        *,
        name: str,
        nces_number: str | None = None,
        parent_id: UUID | None = None,
        lowest_grade: str | None = None,
        highest_grade: str | None = None,
        closed_on: date | None = None,
    ) -> OrganizationChanged | None:
        """Apply the list's values; returns None if nothing changed."""
        described = {
            "name": name,
            "nces_number": nces_number,
            "parent_id": parent_id,
            "lowest_grade": lowest_grade,
            "highest_grade": highest_grade,
            "closed_on": closed_on,
        }
        if self.version and all(getattr(self, key) == value for key, value in described.items()):
            return None
        for key, value in described.items():
            setattr(self, key, value)
        self.name_key = search_key(name)[:LONGEST_NAME_KEY]
        self.version += 1
        return self.state()

    def state(self) -> OrganizationChanged:
        """The event with the organization's current state."""
        return OrganizationChanged(
            version=self.version,
            organization_id=self.organization_id,
            kind=OrganizationKind(self.kind),
            name=self.name,
            state_number=self.state_number,
            nces_number=self.nces_number,
            parent_id=self.parent_id,
            lowest_grade=self.lowest_grade,
            highest_grade=self.highest_grade,
            closed_on=self.closed_on,
        )
