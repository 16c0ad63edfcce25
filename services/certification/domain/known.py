"""What other services told: educators, preparation providers, and legal's holds and orders.

Each row holds the newest version that was heard of, whatever the order of arrival.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import translatable
from chassis.problems import NotFound, RuleBroken
from chassis.storage.replicas import replica_of
from contracts.certification import Restriction
from contracts.identity import OrganizationChanged, PersonFact
from contracts.legal import OrderAction
from services.certification.domain.base import Base


class EducatorUnknown(NotFound):
    """Identity has not yet told of this educator."""

    title = translatable("Your record has not reached us yet")
    advice = translatable("This takes a few seconds after you register. Try again in a minute.")


class HoldInForce(RuleBroken):
    """Legal asked that nothing be decided for this educator; only the agency may know."""

    title = translatable("Legal has placed a hold on this educator")
    advice = translatable(
        "Nothing can be decided until legal lifts the hold. Ask legal when that may be."
    )


class OrderInForce(RuleBroken):
    """A final order binds the educator, so that no certificate can be issued."""

    title = translatable("A final order binds this educator")
    advice = translatable("Deny or return the application, or wait until legal ends the order.")


class Educator(Base):
    """A person as identity describes them."""

    __tablename__ = "educator"
    __table_args__ = replica_of(PersonFact)

    educator_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    educator_number: Mapped[str] = mapped_column(String(30), index=True)
    full_name: Mapped[str] = mapped_column(String(200))
    last_name: Mapped[str] = mapped_column(String(100))
    former_last_names: Mapped[list[str]] = mapped_column(JSON)

    def has_last_name(self, name: str) -> bool:
        """Whether the person is, or was, called so."""
        known = {each.casefold() for each in (self.last_name, *self.former_last_names)}
        return " ".join(name.split()).casefold() in known


class Provider(Base):
    """A preparation provider, by its name."""

    __tablename__ = "provider"
    __table_args__ = replica_of(OrganizationChanged)

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))


class Hold(Base):
    """Legal's wish that no application of an educator be decided."""

    __tablename__ = "hold"

    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    educator_id: Mapped[UUID] = mapped_column(index=True)
    placed_on: Mapped[date | None]
    lifted_on: Mapped[date | None]


class FinalOrder(Base):
    """A final order of the board, with its last day once it was ended."""

    __tablename__ = "final_order"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    order_number: Mapped[str] = mapped_column(String(50))
    educator_id: Mapped[UUID] = mapped_column(index=True)
    action: Mapped[OrderAction] = mapped_column(String(20))
    effective_on: Mapped[date]
    ends_on: Mapped[date | None]
    ended_on: Mapped[date | None]

    @property
    def has_ended(self) -> bool:
        """Whether legal ended the order; a revocation or a surrender never ends."""
        return self.ended_on is not None and self.action == OrderAction.SUSPENSION

    def restriction(self) -> Restriction:
        """What the order does to a certificate."""
        is_suspension = self.action == OrderAction.SUSPENSION
        return Restriction(
            kind=OrderAction(self.action),
            order_id=self.order_id,
            starts_on=self.effective_on,
            ends_on=(self.ended_on or self.ends_on) if is_suspension else None,
        )

    def is_over(self, day: date) -> bool:
        """Whether the order binds neither on this day nor later."""
        ends_on = self.restriction().ends_on
        return ends_on is not None and ends_on < day
