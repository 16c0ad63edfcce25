"""A hold, which blocks decisions on an educator's applications until it is lifted."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.problems import RuleBroken
from chassis.storage.database import Versioned
from contracts.legal import HoldLifted, HoldPlaced
from services.legal.domain.base import Base


class HoldAlreadyPlaced(RuleBroken):
    """The case already has a hold in force."""

    title = translatable("A hold is already in force")


class NoHoldInForce(RuleBroken):
    """There is no hold to lift."""

    title = translatable("There is no hold to lift")


class Hold(Versioned, Base):
    """A case's hold on an educator's applications; the reason is in the case's timeline."""

    __tablename__ = "hold"

    hold_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.case_id"), index=True)
    educator_id: Mapped[UUID]
    placed_on: Mapped[date]
    lifted_on: Mapped[date | None]

    @classmethod
    def place(cls, *, case_id: UUID, educator_id: UUID, on: date) -> "Hold":
        """A hold starting on this day."""
        return cls(
            hold_id=new_id(), version=1, case_id=case_id, educator_id=educator_id, placed_on=on
        )

    @property
    def is_in_force(self) -> bool:
        """Whether it has not been lifted."""
        return self.lifted_on is None

    def placed(self) -> HoldPlaced:
        """The event that the hold is in force."""
        return HoldPlaced(
            version=self.version,
            hold_id=self.hold_id,
            educator_id=self.educator_id,
            placed_on=self.placed_on,
        )

    def lift(self, on: date) -> HoldLifted:
        """Lift it; the case ensures that this happens once."""
        self.lifted_on = on
        self.version += 1
        return HoldLifted(
            version=self.version, hold_id=self.hold_id, educator_id=self.educator_id, lifted_on=on
        )
