"""A case: its state and its timeline, whose notes never leave this service.

The transitions between states are in `procedure`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import reduce
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.i18n.text import Translatable, translatable
from chassis.ids import new_id
from chassis.problems import InvalidInput
from chassis.storage.database import Versioned
from contracts.legal import HoldLifted, HoldPlaced
from services.legal.domain.base import Base, ImpossibleStep
from services.legal.domain.complaint import Complaint
from services.legal.domain.hold import Hold, HoldAlreadyPlaced, NoHoldInForce
from services.legal.domain.people import Educator
from services.legal.domain.procedure import (
    ALLOWS_ORDER,
    CLOCK_OF,
    ENTERS_ORDER,
    FINISHED,
    TAKEN_BY_ORDER,
    TRANSITIONS,
    WORDS,
    Action,
    BoardDecision,
    CaseState,
    Step,
)
from services.legal.domain.refusals import (
    HearingMayBeRequested,
    HearingRequestTooLate,
    ImpossibleDay,
    OrderAlreadyEntered,
    ResponseAlreadyRecorded,
    ResponseStillAwaited,
)
from services.legal.domain.timeline import CaseEntry, Vote


class Case(Versioned, Base):
    """The agency's handling of a complaint; `due_on` is the last day of the current clock."""

    __tablename__ = "case_file"

    case_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_number: Mapped[str] = mapped_column(String(30), unique=True)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaint_id"), unique=True)
    educator_id: Mapped[UUID] = mapped_column(ForeignKey("educator.educator_id"), index=True)
    grounds: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[CaseState] = mapped_column(String(30), index=True)
    opened_on: Mapped[date]
    due_on: Mapped[date | None]
    educator: Mapped[Educator] = relationship(lazy="selectin")
    complaint: Mapped[Complaint] = relationship(lazy="selectin")
    entries: Mapped[list["CaseEntry"]] = relationship(
        lazy="selectin", order_by="CaseEntry.position"
    )
    holds: Mapped[list[Hold]] = relationship(lazy="selectin", order_by=Hold.placed_on)

    @classmethod
    def open(
        cls,
        complaint: Complaint,
        *,
        number: str,
        grounds: Sequence[str],
        by: str,
        today: date,
        clocks: Mapping[str, int],
    ) -> "Case":
        """A case on a screened complaint; raises `ImpossibleStep`, and `InvalidInput` without
        grounds.
        """
        if not grounds:
            raise InvalidInput({"grounds": [translatable("Choose at least one ground.")]})
        complaint.become_case(today)
        return cls(
            case_id=new_id(),
            version=1,
            case_number=number,
            complaint=complaint,
            educator=complaint.educator,
            educator_id=complaint.educator_id,
            grounds=list(grounds),
            state=CaseState.OPEN,
            opened_on=today,
            due_on=today + timedelta(days=clocks[CLOCK_OF[CaseState.OPEN]]),
            entries=[CaseEntry(position=1, on=today, action="open_case", by=by)],
            holds=[],
        )

    @property
    def is_finished(self) -> bool:
        """Whether no step can follow."""
        return self.state in FINISHED

    @property
    def possible(self) -> tuple[Action, ...]:
        """The possible next actions; a rebuttal is recorded once."""
        repeated = Step.RECORD_REBUTTAL if self.has_rebuttal else None
        return tuple(action for action in TRANSITIONS[self.state] if action is not repeated)

    @property
    def has_rebuttal(self) -> bool:
        """Whether the educator's rebuttal is in the file."""
        return any(entry.action == Step.RECORD_REBUTTAL for entry in self.entries)

    def take(
        self,
        step: Step,
        *,
        on: date,
        by: str,
        today: date,
        clocks: Mapping[str, int],
        note: str | None = None,
    ) -> None:
        """Record a step that happened `on` that day; a hearing may be in the future.

        Raises `ImpossibleStep`, `ImpossibleDay`, `ResponseStillAwaited`, `ResponseAlreadyRecorded`,
        `HearingRequestTooLate`, `HearingMayBeRequested`.
        """
        if step in TAKEN_BY_ORDER:
            raise ImpossibleStep(
                translatable(
                    "Case {number} takes this step only through its order.", number=self.case_number
                )
            )
        self.refuse_impossible(step)
        if step is Step.SCHEDULE_HEARING:
            self._refuse_day(on, earliest=today, latest=None)
        else:
            self._refuse_day(on, earliest=self.opened_on, latest=today)
        self._refuse_untimely(step, on, today)
        self._advance(step, on=on, by=by, clocks=clocks, note=note)

    def decide(
        self,
        decision: BoardDecision,
        *,
        on: date,
        vote: Vote,
        by: str,
        today: date,
        clocks: Mapping[str, int],
        note: str | None = None,
    ) -> None:
        """Record the board's decision `on` that day, by majority.

        Raises `ImpossibleStep`, `ImpossibleDay` and `InvalidInput`.
        """
        self.refuse_impossible(decision)
        self._refuse_day(on, earliest=self.opened_on, latest=today)
        if vote.votes_for <= vote.votes_against:
            message = translatable("The board decides by majority: more votes for than against.")
            raise InvalidInput({"votes_for": [message]})
        self._advance(decision, on=on, by=by, clocks=clocks, note=note, vote=vote)

    @property
    def has_final_order(self) -> bool:
        """Whether its final order was entered."""
        return any(entry.action in ENTERS_ORDER for entry in self.entries)

    def refuse_order(self) -> None:
        """Raise unless the board's decision allows a final order now.

        Raises `OrderAlreadyEntered` and `ImpossibleStep`.
        """
        if self.has_final_order:
            raise OrderAlreadyEntered(
                translatable("Case {number} already has its final order.", number=self.case_number)
            )
        self.refuse_impossible(Step.ENTER_LASTING_ORDER)

    @property
    def order_decided_on(self) -> date:
        """The day of the board's decision that allows a final order."""
        return next(entry.on for entry in reversed(self.entries) if entry.action in ALLOWS_ORDER)

    def record_order(self, *, suspended_through: date | None, by: str, today: date) -> None:
        """Record the final order: a suspension keeps the case open, others close it.

        Raises `OrderAlreadyEntered` and `ImpossibleStep`.
        """
        self.refuse_order()
        step = Step.ENTER_SUSPENSION if suspended_through else Step.ENTER_LASTING_ORDER
        self._advance(step, on=today, by=by, clocks={})
        self.due_on = suspended_through

    def close_after_suspension(self, *, by: str, today: date) -> None:
        """Close the case once the suspension is over; raises `ImpossibleStep`."""
        self.refuse_impossible(Step.CLOSE_AFTER_SUSPENSION)
        self._advance(Step.CLOSE_AFTER_SUSPENSION, on=today, by=by, clocks={})

    @property
    def hold(self) -> Hold | None:
        """The hold in force."""
        return next((hold for hold in self.holds if hold.is_in_force), None)

    def place_hold(self, reason: str, *, by: str, today: date) -> HoldPlaced:
        """Block decisions on the educator's applications; the reason stays in this service.

        Raises `HoldAlreadyPlaced` and `ImpossibleStep`.
        """
        if self.is_finished:
            raise ImpossibleStep(
                translatable(
                    "Case {number} is over, so it cannot place a hold.", number=self.case_number
                )
            )
        if self.hold:
            raise HoldAlreadyPlaced(
                translatable(
                    "Case {number} placed one on {day}.",
                    number=self.case_number,
                    day=self.hold.placed_on,
                )
            )
        hold = Hold.place(case_id=self.case_id, educator_id=self.educator_id, on=today)
        self.holds.append(hold)
        self._enter("place_hold", on=today, by=by, note=reason)
        return hold.placed()

    def lift_hold(self, reason: str, *, by: str, today: date) -> HoldLifted:
        """Lift the hold, even after the case is over; the reason stays in this service.

        Raises `NoHoldInForce`.
        """
        if self.hold is None:
            raise NoHoldInForce(
                translatable("Case {number} has no hold in force.", number=self.case_number)
            )
        lifted = self.hold.lift(today)
        self._enter("lift_hold", on=today, by=by, note=reason)
        return lifted

    def refuse_impossible(self, action: Action) -> None:
        """Raise `ImpossibleStep` unless the action is possible now."""
        if action not in TRANSITIONS[self.state]:
            allowed = [WORDS[state] for state, steps in TRANSITIONS.items() if action in steps]
            raise ImpossibleStep(
                translatable(
                    "Case {number} is {state}. This step is for a case that is {allowed}.",
                    number=self.case_number,
                    state=WORDS[self.state],
                    allowed=reduce(_or, allowed),
                )
            )

    def _refuse_day(self, day: date, *, earliest: date, latest: date | None) -> None:
        if latest is not None and day > latest:
            raise ImpossibleDay({"on": [translatable("This date is in the future.")]})
        if day < earliest:
            raise ImpossibleDay(
                {"on": [translatable("Enter {day} or a later date.", day=earliest)]}
            )

    def _refuse_untimely(self, step: Step, on: date, today: date) -> None:
        assert self.due_on is not None
        if step is Step.RECORD_REBUTTAL and self.has_rebuttal:
            raise ResponseAlreadyRecorded(
                translatable(
                    "Case {number} already has a rebuttal in its file.", number=self.case_number
                )
            )
        if (
            step is Step.PUT_BEFORE_BOARD
            and self.state == CaseState.AWAITING_RESPONSE
            and not self.has_rebuttal
            and today <= self.due_on
        ):
            raise ResponseStillAwaited(
                translatable("The educator may send a rebuttal through {day}.", day=self.due_on),
                advice=translatable(
                    "Record the rebuttal when it arrives, or wait until that day has passed."
                ),
            )
        if step is Step.RECORD_HEARING_REQUEST and on > self.due_on:
            raise HearingRequestTooLate(
                {
                    "on": [
                        translatable("A hearing could be requested through {day}.", day=self.due_on)
                    ]
                }
            )
        if step is Step.CLOSE_ADMONISHED and today <= self.due_on:
            raise HearingMayBeRequested(
                translatable("The educator may ask for a hearing through {day}.", day=self.due_on),
                advice=translatable(
                    "Close the case after that day, or record the request when it arrives."
                ),
            )

    def _advance(
        self,
        action: Action,
        *,
        on: date,
        by: str,
        clocks: Mapping[str, int],
        note: str | None = None,
        vote: Vote | None = None,
    ) -> None:
        before, self.state = self.state, TRANSITIONS[self.state][action]
        if self.state == CaseState.HEARING:
            self.due_on = on
        elif self.state != before:
            clock = CLOCK_OF.get(self.state)
            self.due_on = on + timedelta(days=clocks[clock]) if clock else None
        self._enter(action, on=on, by=by, note=note, vote=vote)

    def _enter(
        self, action: str, *, on: date, by: str, note: str | None, vote: Vote | None = None
    ) -> None:
        self.version += 1
        entry = CaseEntry(position=len(self.entries) + 1, on=on, action=action, by=by, note=note)
        if vote:
            entry.votes_for, entry.votes_against = vote.votes_for, vote.votes_against
            entry.abstained = vote.abstained
        self.entries.append(entry)


def _or(one: Translatable, other: Translatable) -> Translatable:
    return translatable("{one} or {other}", one=one, other=other)
