"""A final order of the board: its effect, its dates, and how a suspension ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.calendar import last_day_of_term
from chassis.i18n.text import Translatable, translatable
from chassis.ids import new_id
from chassis.problems import InvalidInput, NotFound, RuleBroken
from chassis.storage.database import Versioned
from contracts.legal import OrderAction, OrderEnded, OrderEntered
from services.legal.domain.base import Base
from services.legal.domain.case import Case


class OrderRefused(InvalidInput):
    """A final order contradicts the board's decision or the law."""

    title = translatable("This order cannot be entered as written")


class EffectiveBeforeDecision(OrderRefused):
    """An order cannot take effect before the board's decision."""


class SuspensionTooLong(OrderRefused):
    """A suspension is longer than the law allows for its grounds."""


class OrderDoesNotEnd(RuleBroken):
    """Only a suspension with conditions that is in force can be ended."""

    title = translatable("This order cannot be ended")


class SuspensionNotServed(RuleBroken):
    """The suspension's last day has not been reached."""

    title = translatable("The suspension has not reached its last day")


class ConditionsOpen(RuleBroken):
    """A suspension stays in force until all its conditions are fulfilled."""

    title = translatable("Not all conditions are fulfilled")
    advice = translatable("Mark each condition as fulfilled when its evidence is in the file.")


class ConditionAlreadyFulfilled(RuleBroken):
    """The condition was already marked as fulfilled."""

    title = translatable("This condition is already marked as fulfilled")


@dataclass(frozen=True, kw_only=True)
class OrderTerms:
    """The terms of a final order; a revocation without a day to reapply is permanent."""

    action: OrderAction
    effective_on: date
    grounds: Sequence[str]
    last_day: date | None = None
    conditions: Sequence[str] = ()
    earliest_reapplication_on: date | None = None

    def refuse_contradictions(self, decided_on: date, longest_months: int) -> None:
        """Raise `EffectiveBeforeDecision`, `SuspensionTooLong` or `OrderRefused`."""
        if self.effective_on < decided_on:
            message = translatable(
                "The board decided on {day}; the order cannot take effect before then.",
                day=decided_on,
            )
            raise EffectiveBeforeDecision({"effective_on": [message]})
        if self.action is OrderAction.SUSPENSION:
            self._refuse_impossible_suspension(longest_months)
        elif self.last_day or self.conditions:
            raise OrderRefused(
                {"action": [translatable("Only a suspension has a last day and conditions.")]}
            )
        reapplication = self.earliest_reapplication_on
        if reapplication is None:
            return
        if self.action is not OrderAction.REVOCATION:
            raise OrderRefused(
                {
                    "earliest_reapplication_on": [
                        translatable("Only a revocation has a day to reapply.")
                    ]
                }
            )
        if reapplication <= self.effective_on:
            raise OrderRefused(
                {
                    "earliest_reapplication_on": [
                        translatable("Enter a day after the order takes effect.")
                    ]
                }
            )

    def _refuse_impossible_suspension(self, longest_months: int) -> None:
        if self.last_day is None:
            raise OrderRefused({"last_day": [translatable("Enter the suspension's last day.")]})
        if self.last_day < self.effective_on:
            raise OrderRefused(
                {"last_day": [translatable("Enter a day on or after the first day.")]}
            )
        latest = last_day_of_term(self.effective_on, longest_months)
        if self.last_day > latest:
            message = translatable(
                "On these grounds a suspension can last at most {months} months, through {day}.",
                months=longest_months,
                day=latest,
            )
            raise SuspensionTooLong({"last_day": [message]})


class Order(Versioned, Base):
    """A final order, public once entered; a suspension lasts at least through `last_day`."""

    __tablename__ = "final_order"

    order_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_number: Mapped[str] = mapped_column(String(30), unique=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.case_id"), unique=True)
    educator_id: Mapped[UUID] = mapped_column(index=True)
    action: Mapped[OrderAction] = mapped_column(String(20))
    grounds: Mapped[list[str]] = mapped_column(JSON)
    decided_on: Mapped[date]
    entered_on: Mapped[date]
    effective_on: Mapped[date]
    last_day: Mapped[date | None]
    earliest_reapplication_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    case: Mapped[Case] = relationship(lazy="selectin")
    conditions: Mapped[list["Condition"]] = relationship(
        lazy="selectin", order_by="Condition.position"
    )

    @classmethod
    def enter(
        cls,
        case: Case,
        terms: OrderTerms,
        *,
        number: str,
        longest_months: int,
        by: str,
        today: date,
    ) -> "Order":
        """The case's one final order, as the board decided it.

        `longest_months` is the longest suspension that its grounds allow. Raises
        `OrderAlreadyEntered`, `ImpossibleStep`, `EffectiveBeforeDecision`, `SuspensionTooLong` and
        `OrderRefused`.
        """
        case.record_order(suspended_through=terms.last_day, by=by, today=today)
        decided_on = case.order_decided_on
        terms.refuse_contradictions(decided_on, longest_months)
        return cls(
            order_id=new_id(),
            version=1,
            order_number=number,
            case=case,
            educator_id=case.educator_id,
            action=terms.action,
            grounds=list(terms.grounds),
            decided_on=decided_on,
            entered_on=today,
            effective_on=terms.effective_on,
            last_day=terms.last_day,
            earliest_reapplication_on=terms.earliest_reapplication_on,
            conditions=[
                Condition(position=position, text=text)
                for position, text in enumerate(terms.conditions, start=1)
            ],
        )

    def entered(self) -> OrderEntered:
        """The event that the order is in force."""
        return OrderEntered(**self._facts())

    def state(self) -> OrderEntered | OrderEnded:
        """The event with the order's current state."""
        if self.ended_on is None:
            return self.entered()
        return OrderEnded(**self._facts(), ended_on=self.ended_on)

    @property
    def ends_by_itself(self) -> bool:
        """Whether it ends automatically after its last day."""
        return self.last_day is not None and not self.conditions

    @property
    def awaits_end(self) -> bool:
        """Whether it stays in force until legal ends it."""
        return bool(self.conditions) and self.ended_on is None

    def is_over(self, day: date) -> bool:
        """Whether it is no longer in force on `day`."""
        last = self.last_day if self.ends_by_itself else self.ended_on
        return last is not None and last < day

    def get_condition(self, condition_id: UUID) -> "Condition":
        """One of its conditions; raises `NotFound`."""
        for condition in self.conditions:
            if condition.condition_id == condition_id:
                return condition
        raise NotFound(translatable("This order has no such condition."))

    def fulfill(self, condition_id: UUID, evidence: str, *, by: str, today: date) -> "Condition":
        """Mark a condition as fulfilled; the evidence stays in this service.

        Raises `NotFound` and `ConditionAlreadyFulfilled`.
        """
        condition = self.get_condition(condition_id)
        if condition.fulfilled_on is not None:
            raise ConditionAlreadyFulfilled(
                translatable("It was marked as fulfilled on {day}.", day=condition.fulfilled_on)
            )
        condition.fulfilled_on, condition.fulfilled_by = today, by
        condition.evidence = evidence
        self.version += 1
        return condition

    def may_end(self, today: date) -> bool:
        """Whether `end` would succeed."""
        try:
            self.refuse_end(today)
        except RuleBroken:
            return False
        return True

    def refuse_end(self, today: date) -> None:
        """Raise unless the suspension may be ended.

        Raises `OrderDoesNotEnd`, `SuspensionNotServed` and `ConditionsOpen`.
        """
        if not self.awaits_end:
            raise OrderDoesNotEnd(self._why_not_ended())
        assert self.last_day is not None
        if today < self.last_day:
            raise SuspensionNotServed(
                translatable("Its last day is {day}.", day=self.last_day),
                advice=translatable("The suspension can be ended on that day or later."),
            )
        unfulfilled = sum(condition.fulfilled_on is None for condition in self.conditions)
        if unfulfilled:
            raise ConditionsOpen(
                translatable(
                    "{open} of {all} conditions are still open.",
                    open=unfulfilled,
                    all=len(self.conditions),
                )
            )

    def end(self, *, by: str, today: date) -> OrderEnded:
        """End the suspension and its case.

        It is in force through its last day, or the day the last condition was fulfilled if later.

        Raises `OrderDoesNotEnd`, `SuspensionNotServed` and `ConditionsOpen`.
        """
        self.refuse_end(today)
        assert self.last_day is not None
        fulfillment_days = [
            condition.fulfilled_on for condition in self.conditions if condition.fulfilled_on
        ]
        self.ended_on = max(self.last_day, *fulfillment_days)
        self.version += 1
        self.case.close_after_suspension(by=by, today=today)
        return OrderEnded(**self._facts(), ended_on=self.ended_on)

    def _why_not_ended(self) -> Translatable:
        number = self.order_number
        if self.ended_on:
            return translatable("Order {number} ended on {day}.", number=number, day=self.ended_on)
        if self.ends_by_itself:
            last_day = self.last_day
            return translatable(
                "Order {number} ends by itself after {day}.", number=number, day=last_day
            )
        if self.action == OrderAction.SURRENDER:
            return translatable("Order {number} is a surrender, which does not end.", number=number)
        return translatable("Order {number} is a revocation, which does not end.", number=number)

    def _facts(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "order_id": self.order_id,
            "order_number": self.order_number,
            "educator_id": self.educator_id,
            "action": OrderAction(self.action),
            "effective_on": self.effective_on,
            "ends_on": self.last_day if self.ends_by_itself else None,
            "has_conditions": bool(self.conditions),
        }


class Condition(Base):
    """A condition for ending a suspension; its evidence stays in this service."""

    __tablename__ = "condition"

    condition_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("final_order.order_id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    fulfilled_on: Mapped[date | None]
    fulfilled_by: Mapped[str | None] = mapped_column(String(200))
    evidence: Mapped[str | None] = mapped_column(Text)
