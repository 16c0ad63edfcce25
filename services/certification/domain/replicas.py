"""Replicas of other services' records: educators, providers, and legal's holds and orders.

Each row holds the newest version received, whatever the order of arrival.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import translatable
from chassis.names.compare import Reason, compare
from chassis.names.parts import Name
from chassis.problems import NotFound, RuleBroken
from chassis.storage.replicas import Replica, replica_of
from contracts.certification import Restriction
from contracts.identity import OrganizationChanged, PersonFact
from contracts.legal import HoldFact, HoldLifted, HoldPlaced, OrderAction, OrderEnded, OrderFact
from services.certification.domain.base import Base

_ONE_LAST_NAME = {Reason.SAME, Reason.WRITING, Reason.SUFFIX_LEFT_OUT}


class EducatorUnknown(NotFound):
    """No event from identity about this educator has arrived yet."""

    title = translatable("Your record has not reached us yet")
    advice = translatable("This takes a few seconds after you register. Try again in a minute.")


class HoldInForce(RuleBroken):
    """Legal has blocked decisions on this educator; only the agency may see this."""

    title = translatable("Legal has placed a hold on this educator")
    advice = translatable(
        "Nothing can be decided until legal lifts the hold. Ask legal when they expect to lift it."
    )


class OrderInForce(RuleBroken):
    """A final order is in force against the educator, so no certificate can be issued."""

    title = translatable("A final order is in force against this educator")
    advice = translatable("Deny or return the application, or wait until legal ends the order.")


class Educator(Replica, Base):
    """A person as last published by identity."""

    __tablename__ = "educator"
    __table_args__ = replica_of(PersonFact)

    educator_id: Mapped[UUID] = mapped_column(primary_key=True)
    educator_number: Mapped[str] = mapped_column(String(30), index=True)
    full_name: Mapped[str] = mapped_column(String(250))
    last_name: Mapped[str] = mapped_column(String(100))
    former_last_names: Mapped[list[str]] = mapped_column(JSON)

    def take(self, fact: PersonFact) -> None:
        """Copy the person's number and names."""
        self.educator_number = fact.educator_number
        self.full_name = fact.full_name
        self.last_name = fact.last_name
        self.former_last_names = list(fact.former_last_names)

    def has_last_name(self, name: str) -> bool:
        """Whether this is the person's current or a former last name, however it is written."""
        on_file = (self.last_name, *self.former_last_names)
        matches = (compare(Name(last=last), Name(last=name)) for last in on_file)
        return any(match is not None and match.reasons <= _ONE_LAST_NAME for match in matches)


class Provider(Replica, Base):
    """A preparation provider and its name."""

    __tablename__ = "provider"
    __table_args__ = replica_of(OrganizationChanged)

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))

    def take(self, fact: OrganizationChanged) -> None:
        """Copy the name."""
        self.name = fact.name


class Hold(Replica, Base):
    """Legal's hold, which blocks decisions on an educator's applications."""

    __tablename__ = "hold"

    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    educator_id: Mapped[UUID] = mapped_column(index=True)
    placed_on: Mapped[date | None]
    lifted_on: Mapped[date | None]

    def take(self, fact: HoldFact) -> None:
        """Copy the educator, and the day the hold was placed or lifted."""
        self.educator_id = fact.educator_id
        if isinstance(fact, HoldPlaced):
            self.placed_on = fact.placed_on
        self.lifted_on = fact.lifted_on if isinstance(fact, HoldLifted) else None


class FinalOrder(Replica, Base):
    """A final order of the board, with its last day once it has ended."""

    __tablename__ = "final_order"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_number: Mapped[str] = mapped_column(String(50))
    educator_id: Mapped[UUID] = mapped_column(index=True)
    action: Mapped[OrderAction] = mapped_column(String(20))
    effective_on: Mapped[date]
    ends_on: Mapped[date | None]
    ended_on: Mapped[date | None]

    def take(self, fact: OrderFact) -> None:
        """Copy the order's terms and its end."""
        self.order_number = fact.order_number
        self.educator_id = fact.educator_id
        self.action = fact.action
        self.effective_on = fact.effective_on
        self.ends_on = fact.ends_on
        self.ended_on = fact.ended_on if isinstance(fact, OrderEnded) else None

    @property
    def has_ended(self) -> bool:
        """Whether legal ended the order; a revocation or surrender never ends."""
        return self.ended_on is not None and self.action == OrderAction.SUSPENSION

    def restriction(self) -> Restriction:
        """The order's effect on a certificate."""
        is_suspension = self.action == OrderAction.SUSPENSION
        return Restriction(
            kind=OrderAction(self.action),
            order_id=self.order_id,
            starts_on=self.effective_on,
            ends_on=(self.ended_on or self.ends_on) if is_suspension else None,
        )

    def is_over(self, day: date) -> bool:
        """Whether the order is in force neither on this day nor later."""
        ends_on = self.restriction().ends_on
        return ends_on is not None and ends_on < day
