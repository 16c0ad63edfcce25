"""The life of a case, from its opening to the end of its order, with its holds."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from chassis.problems import Problem
from contracts.legal import HoldLifted, HoldPlaced, OrderAction, OrderEnded, OrderEntered
from services.legal.domain.base import ImpossibleStep
from services.legal.domain.case import Case
from services.legal.domain.hold import HoldAlreadyPlaced, NoHoldInForce
from services.legal.domain.order import (
    ConditionAlreadyFulfilled,
    ConditionsOpen,
    EffectiveBeforeDecision,
    Order,
    OrderDoesNotEnd,
    OrderRefused,
    OrderTerms,
    SuspensionNotServed,
    SuspensionTooLong,
)
from services.legal.domain.procedure import TAKEN_BY_ORDER, BoardDecision, Step
from services.legal.domain.refusals import (
    HearingMayBeRequested,
    HearingRequestTooLate,
    OrderAlreadyEntered,
    ResponseAlreadyRecorded,
    ResponseStillAwaited,
)
from services.legal.domain.timeline import Vote
from services.legal.usecases import cases, orders
from tests.machines.life import Life, Stage
from tests.machines.procedure import FINISHED, ORDERS, PROCEDURE, TELLS_EDUCATOR, WAYS
from tests.unit.legal import casework

DAY = timedelta(days=1)
REBUTTAL_DAYS = HEARING_REQUEST_DAYS = 30
BY = "Lavinia Counsel"


class CaseLife(Life):
    """One case; `since` is the day on which its clock began."""

    begins = (*WAYS, *ORDERS)

    def __init__(self, stage: Stage, begin: str) -> None:
        super().__init__(stage, begin)
        self.state, self.version, self.since = "open", 1, self.service.today()
        self.has_rebuttal = False
        self.decided_on: date | None = None
        self.order: Order | None = None
        self.order_version, self.fulfilled = 1, set[int]()
        self.ended = False
        self.hold_version = 0

    @initialize()
    def a_case_is_opened(self) -> None:
        self.case_id = casework.open_case(self.app).case_id
        self.tell_people()
        for action in WAYS.get(self.begin, WAYS["order_due"]):
            self.go_on(action)
        if self.begin in ORDERS:
            self.an_order_is_entered(*ORDERS[self.begin])

    def go_on(self, action: str) -> None:
        if action in list(Step):
            self.staff_take_a_step(Step(action))
        else:
            self.the_board_decides(BoardDecision(action))

    @property
    def today(self) -> date:
        return self.service.today()

    def went_on(self, action: str) -> None:
        self.version += 1
        new = PROCEDURE[self.state][action]
        if new != self.state:
            self.state, self.since = new, self.today
        if action in TELLS_EDUCATOR:
            self.tell_people()

    @rule(days=st.sampled_from((1, 10, 31, 200)))
    def days_pass(self, days: int) -> None:
        self.stage.clock.move(days=days)

    @rule(step=st.sampled_from(list(Step)))
    def staff_take_a_step(self, step: Step) -> None:
        if self.attempt(
            lambda session: cases.take_step(
                session,
                self.jurisdiction,
                self.case_id,
                step,
                on=self.today,
                by=BY,
                today=self.today,
            ),
            self.reasons_against(step),
        ):
            self.has_rebuttal |= step is Step.RECORD_REBUTTAL
            self.went_on(step)

    def reasons_against(self, step: Step) -> set[type[Problem]]:
        if step not in PROCEDURE[self.state]:
            return {ImpossibleStep}
        waits = self.today <= self.since + REBUTTAL_DAYS * DAY
        is_awaited = self.state == "awaiting_response" and not self.has_rebuttal
        against: dict[type[Problem], bool] = {
            ResponseAlreadyRecorded: step is Step.RECORD_REBUTTAL and self.has_rebuttal,
            ResponseStillAwaited: step is Step.PUT_BEFORE_BOARD and is_awaited and waits,
            HearingRequestTooLate: step is Step.RECORD_HEARING_REQUEST and not waits,
            HearingMayBeRequested: step is Step.CLOSE_ADMONISHED and waits,
        }
        return {reason for reason, is_so in against.items() if is_so}

    @rule(decision=st.sampled_from(list(BoardDecision)))
    def the_board_decides(self, decision: BoardDecision) -> None:
        is_possible = decision in PROCEDURE[self.state]
        if self.attempt(
            lambda session: cases.record_decision(
                session,
                self.jurisdiction,
                self.case_id,
                decision,
                on=self.today,
                vote=Vote(7, 2),
                by=BY,
                today=self.today,
            ),
            set() if is_possible else {ImpossibleStep},
        ):
            self.went_on(decision)
            if self.state == "order_due":
                self.decided_on = self.today

    @rule(which=st.integers(0, 9))
    def the_case_goes_on(self, which: int) -> None:
        if actions := list(PROCEDURE[self.state]):
            self.go_on(actions[which % len(actions)])

    @rule(step=st.sampled_from(TAKEN_BY_ORDER))
    def staff_take_the_step_of_an_order(self, step: Step) -> None:
        """A case comes to its order, and to the order's end, by the order alone."""
        self.staff_take_a_step(step)

    @rule(
        action=st.sampled_from(list(OrderAction)),
        starts_in=st.sampled_from((0, 0, 0, 30, -1)),
        days=st.sampled_from((None, 90, 0, -1, 900)),
        conditions=st.integers(0, 2),
    )
    def an_order_is_entered(
        self, action: OrderAction, starts_in: int, days: int | None, conditions: int
    ) -> None:
        is_suspension = action is OrderAction.SUSPENSION
        effective_on = (self.decided_on or self.today) + starts_in * DAY
        last_day = effective_on + days * DAY if is_suspension and days is not None else None
        terms = OrderTerms(
            action=action,
            effective_on=effective_on,
            grounds=["c"],
            last_day=last_day,
            conditions=[f"Training {each}." for each in range(conditions)],
        )
        against: dict[type[Problem], bool] = {
            EffectiveBeforeDecision: starts_in < 0,
            OrderRefused: (days is None or days < 0) if is_suspension else conditions > 0,
            SuspensionTooLong: is_suspension and days == 900,
        }
        reasons = {reason for reason, is_so in against.items() if is_so}
        if self.state != "order_due":
            reasons = {OrderAlreadyEntered if self.order else ImpossibleStep}
        if not self.attempt(
            lambda session: orders.enter_order(
                session, self.jurisdiction, self.case_id, terms, by=BY, today=self.today
            ),
            reasons,
        ):
            return
        self.version += 1
        self.state = "final_order" if is_suspension else "closed"
        [self.order] = self.orders()
        self.tell(OrderEntered, self.order.order_id, 1)
        self.tell_people(2)

    @rule(which=st.integers(0, 1))
    def a_condition_is_fulfilled(self, which: int) -> None:
        if not self.order or which >= len(self.order.conditions):
            return
        order_id, condition_id = self.order.order_id, self.order.conditions[which].condition_id
        if self.attempt(
            lambda session: orders.fulfill_condition(
                session, order_id, condition_id, evidence="Shown.", by=BY, today=self.today
            ),
            {ConditionAlreadyFulfilled} if which in self.fulfilled else set(),
        ):
            self.fulfilled.add(which)
            self.order_version += 1

    @rule()
    def staff_end_the_suspension(self) -> None:
        if self.order:
            order_id = self.order.order_id
            if self.attempt(
                lambda session: orders.end_suspension(
                    session, self.jurisdiction, order_id, by=BY, today=self.today
                ),
                self.reasons_against_ending(self.order),
            ):
                self.suspension_ended(order_id)

    def reasons_against_ending(self, order: Order) -> set[type[Problem]]:
        if not order.conditions or self.ended:
            return {OrderDoesNotEnd}
        assert order.last_day is not None
        against: dict[type[Problem], bool] = {
            SuspensionNotServed: self.today < order.last_day,
            ConditionsOpen: len(self.fulfilled) < len(order.conditions),
        }
        return {reason for reason, is_so in against.items() if is_so}

    def suspension_ended(self, order_id: UUID) -> None:
        self.ended = True
        self.order_version += 1
        self.case_closed()
        self.tell(OrderEnded, order_id, self.order_version)
        self.tell_people(2)

    def case_closed(self) -> None:
        self.version, self.state = self.version + 1, "closed"

    @rule()
    def the_day_does_its_work(self) -> None:
        casework.run_day(self.app)
        if self.order and self.state == "final_order":
            assert self.order.last_day is not None
            if not self.reasons_against_ending(self.order):
                self.suspension_ended(self.order.order_id)
            elif not self.order.conditions and self.order.last_day < self.today:
                self.case_closed()

    @rule()
    def staff_place_a_hold(self) -> None:
        against: dict[type[Problem], bool] = {
            ImpossibleStep: self.state in FINISHED,
            HoldAlreadyPlaced: self.hold_version == 1,
        }
        if self.attempt(
            lambda session: cases.place_hold(
                session, self.case_id, reason="Until decided.", by=BY, today=self.today
            ),
            {reason for reason, is_so in against.items() if is_so},
        ):
            self.version, self.hold_version = self.version + 1, 1
            self.tell(HoldPlaced, self.case().holds[-1].hold_id, 1)

    @rule()
    def staff_lift_the_hold(self) -> None:
        in_force = self.case().hold
        if self.attempt(
            lambda session: cases.lift_hold(
                session, self.case_id, reason="Decided.", by=BY, today=self.today
            ),
            set() if self.hold_version == 1 else {NoHoldInForce},
        ):
            assert in_force is not None
            self.version, self.hold_version = self.version + 1, 2
            self.tell(HoldLifted, in_force.hold_id, 2)

    def case(self) -> Case:
        parts = (lazyload(Case.complaint), lazyload(Case.educator))
        with self.service.database.reading() as session:
            return session.scalars(select(Case).options(*parts)).one()

    def orders(self) -> list[Order]:
        with self.service.database.reading() as session:
            return list(session.scalars(select(Order).options(lazyload(Order.case))))

    @invariant()
    def it_stands_where_the_procedure_has_it(self) -> None:
        if hasattr(self, "case_id"):
            self.reach(self.state)
            case = self.case()
            assert (case.state, case.version) == (self.state, self.version)
            assert len(case.entries) == case.version
            assert sum(each.is_in_force for each in case.holds) == (self.hold_version == 1)

    @invariant()
    def an_order_is_what_the_board_decided_and_the_only_one(self) -> None:
        found = self.orders()
        assert len(found) == (self.order is not None)
        for order in found:
            assert self.decided_on is not None
            assert order.effective_on >= self.decided_on == order.decided_on
            assert order.version == self.order_version
            assert (order.ended_on is not None) == self.ended
