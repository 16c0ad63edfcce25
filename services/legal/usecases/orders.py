"""Enter a final order, mark its conditions as fulfilled, and end served suspensions."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.messaging.outbox import record
from chassis.problems import InvalidInput, NotFound
from chassis.security.own_matter import is_own_matter, refuse_own_matter
from chassis.storage import audit
from chassis.storage.sequences import next_number
from services.legal.domain.case import Case
from services.legal.domain.complaint import refuse_unknown_grounds
from services.legal.domain.order import Order, OrderTerms
from services.legal.domain.procedure import CaseState
from services.legal.jurisdiction import LegalRules
from services.legal.usecases import notices
from services.legal.usecases.cases import get_case_for_update

DAILY_WORK = translatable("daily work")
"""The actor recorded when the daily job ends a suspension."""


def enter_order(
    session: Session,
    rules: LegalRules,
    case_id: UUID,
    terms: OrderTerms,
    *,
    by: str,
    today: date,
) -> Order:
    """Enter the board's final order, publish it and notify those affected.

    Raises `OwnMatter` and `UnknownGrounds`, and like `Order.enter`.
    """
    case = get_case_for_update(session, case_id)
    if not terms.grounds:
        raise InvalidInput({"grounds": [translatable("Choose at least one ground.")]})
    refuse_unknown_grounds(terms.grounds, rules.grounds_on(today))
    number = next_number(session, f"order {today.year}")
    order = Order.enter(
        case,
        terms,
        number=rules.numbers.written("order", year=today.year, number=number),
        longest_months=rules.longest_suspension(terms.grounds, today),
        by=by,
        today=today,
    )
    session.add(order)
    record(session, order.entered(), *notices.order_entered(order, rules.board_name))
    audit.record_entry(
        session,
        "final order entered",
        order.order_id,
        after={
            "number": order.order_number,
            "case": case.case_number,
            "action": order.action,
            "effective_on": order.effective_on.isoformat(),
        },
    )
    return order


def get_order(session: Session, order_id: UUID) -> Order:
    """The order; raises `NotFound`, also to whom it is about."""
    order = session.get(Order, order_id)
    if order is None or is_own_matter(order.educator_id):
        raise NotFound(translatable("There is no such order."))
    return order


def _get_for_update(session: Session, order_id: UUID) -> Order:
    order = session.get(Order, order_id, with_for_update=True)
    if order is None:
        raise NotFound(translatable("There is no such order."))
    refuse_own_matter(order.educator_id)
    return order


def read_order(session: Session, order_id: UUID) -> Order:
    """An order with its conditions and evidence; records who read it in the audit trail.

    Raises `NotFound`, also to whom it is about.
    """
    order = get_order(session, order_id)
    audit.record_entry(session, "order read", order_id, after={"number": order.order_number})
    return order


def fulfill_condition(
    session: Session, order_id: UUID, condition_id: UUID, *, evidence: str, by: str, today: date
) -> Order:
    """Mark one condition of a suspension as fulfilled; the evidence stays in this service.

    Raises `NotFound`, `OwnMatter` and `ConditionAlreadyFulfilled`.
    """
    order = _get_for_update(session, order_id)
    condition = order.fulfill(condition_id, evidence, by=by, today=today)
    audit.record_entry(
        session, "condition fulfilled", order_id, after={"condition": condition.position}
    )
    return order


def end_suspension(
    session: Session, rules: LegalRules, order_id: UUID, *, by: str, today: date
) -> Order:
    """End a suspension whose last day has come and whose conditions are fulfilled.

    Raises `OwnMatter`, `OrderDoesNotEnd`, `SuspensionNotServed` and `ConditionsOpen`.
    """
    order = _get_for_update(session, order_id)
    _end(session, rules, order, by=by, today=today)
    return order


def end_due_suspensions(session: Session, rules: LegalRules, day: date) -> None:
    """End every suspension that may be ended, and close the cases of those that are over."""
    due = session.scalars(
        select(Order)
        .join(Order.case)
        .where(Case.state == CaseState.FINAL_ORDER, Order.last_day <= day)
        .order_by(Order.order_id)
        .with_for_update(of=Order)
    )
    for order in due.all():
        if order.may_end(day):
            _end(session, rules, order, by=DAILY_WORK, today=day)
        elif order.is_over(day):
            order.case.close_after_suspension(by=DAILY_WORK, today=day)
            audit.record_entry(session, "case closed", order.case_id)


def _end(session: Session, rules: LegalRules, order: Order, *, by: str, today: date) -> None:
    event = order.end(by=by, today=today)
    record(session, event, *notices.order_ended(order, rules.board_name))
    audit.record_entry(
        session, "suspension ended", order.order_id, after={"ended_on": event.ended_on.isoformat()}
    )
