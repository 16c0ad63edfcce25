"""An analyst's actions: verify or reject an element, return the application, decide it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.messaging.outbox import record
from chassis.security.own_matter import refuse_own_matter
from chassis.storage import audit
from contracts.certification import ApplicationOutcome, CertificationNoticeDue
from contracts.legal import OrderAction
from services.certification.domain.application import Application
from services.certification.domain.element import ElementKind
from services.certification.domain.replicas import FinalOrder, OrderInForce
from services.certification.jurisdiction import CertificationRules
from services.certification.usecases import notices, work
from services.certification.usecases.applications import get_application
from services.certification.usecases.certificates import issue_certificate
from services.certification.usecases.replicas import get_educator, refuse_if_held


def get_application_to_review(
    session: Session, application_id: UUID, *, for_update: bool = False
) -> Application:
    """An application that is not the analyst's own; raises `NotFound` and `OwnMatter`."""
    application = get_application(session, application_id, for_update=for_update)
    refuse_own_matter(application.educator_id)
    return application


def verify_element(
    session: Session, application_id: UUID, kind: ElementKind, note: str, *, now: datetime
) -> Application:
    """Verify an element; raises `OwnMatter`, and like `Application.verify`."""
    application = get_application_to_review(session, application_id, for_update=True)
    before = application.element(kind).state
    application.verify(kind, note, now)
    work.update_queue(session, application)
    _audit_check(session, application, kind, before)
    return application


def reject_element(
    session: Session, application_id: UUID, kind: ElementKind, note: str, *, now: datetime
) -> Application:
    """Reject an element; raises `OwnMatter`, and like `Application.reject`."""
    application = get_application_to_review(session, application_id, for_update=True)
    before = application.element(kind).state
    application.reject(kind, note, now)
    work.update_queue(session, application)
    _audit_check(session, application, kind, before)
    return application


def _audit_check(
    session: Session, application: Application, kind: ElementKind, before: str
) -> None:
    audit.record_entry(
        session,
        "element checked",
        application.application_id,
        before={"element": kind, "state": before},
        after={"element": kind, "state": application.element(kind).state},
    )


def return_application(
    session: Session, application_id: UUID, reasons: str, *, now: datetime
) -> Application:
    """Return the application to the applicant with reasons, and notify them.

    Raises `OwnMatter`, `NotSubmitted`, `AlreadyDecided` and `AlreadyWithdrawn`.
    """
    application = get_application_to_review(session, application_id, for_update=True)
    application.send_back(reasons, now)
    work.take_from_queue(session, application, now)
    audit.record_entry(session, "application returned", application_id, after={"reasons": reasons})
    record(session, notices.application_returned(application))
    return application


def decide(
    session: Session,
    rules: CertificationRules,
    application_id: UUID,
    *,
    outcome: ApplicationOutcome,
    reasons: str,
    seen_version: int,
    decided_by: str,
    now: datetime,
    today: date,
) -> Application:
    """Approve or deny, once; an approval issues the certificate in the same transaction.

    Raises `OwnMatter`, `AlreadyDecided`, `NotSubmitted`, `StaleDecision`, `HoldInForce`,
    `NotAllVerified`, and on approval `OrderInForce` while a final order is in force against the
    educator.
    """
    application = get_application_to_review(session, application_id, for_update=True)
    educator = get_educator(session, application.educator_id)
    application.refuse_unless_decidable(seen_version)
    refuse_if_held(session, application.educator_id)
    if outcome is ApplicationOutcome.APPROVED:
        _refuse_if_bound(session, application.educator_id, today)
    event = application.decide(outcome, reasons, decided_by, now, today)
    work.take_from_queue(session, application, now)
    audit.record_entry(
        session,
        "application decided",
        application_id,
        before={"status": "submitted"},
        after={"status": outcome, "reasons": reasons},
    )
    record(session, event, _notice_of(rules, application, outcome))
    if outcome is ApplicationOutcome.APPROVED:
        issue_certificate(session, rules, application, educator, today)
    return application


_ACTIONS = {
    OrderAction.SUSPENSION: translatable("suspension"),
    OrderAction.SURRENDER: translatable("surrender"),
    OrderAction.REVOCATION: translatable("revocation"),
}


def _refuse_if_bound(session: Session, educator_id: UUID, today: date) -> None:
    """Raise `OrderInForce` for an order in force today or later."""
    orders = session.scalars(select(FinalOrder).where(FinalOrder.educator_id == educator_id))
    for order in orders:
        if not order.is_over(today):
            raise OrderInForce(
                translatable(
                    "Order {number} ({action}) binds from {day}.",
                    number=order.order_number,
                    action=_ACTIONS[OrderAction(order.action)],
                    day=order.effective_on,
                )
            )


def _notice_of(
    rules: CertificationRules, application: Application, outcome: ApplicationOutcome
) -> CertificationNoticeDue:
    if outcome is ApplicationOutcome.APPROVED:
        return notices.application_approved(
            application, rules.title_of(application.certificate_type)
        )
    return notices.application_denied(application, rules.hearing_right)
