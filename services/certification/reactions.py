"""Handlers for events from identity, payments and legal."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.messaging.reactions import Reactions
from chassis.storage.replicas import keep_newest
from chassis.worklist import colleague
from contracts.identity import OrganizationChanged, PersonClaimed, PersonFact, PersonRecorded
from contracts.legal import HoldLifted, HoldPlaced, OrderEnded, OrderEntered, OrderFact
from contracts.payments import InvoiceOpened, NothingDue, PaymentSettled
from services.certification.domain.element import ElementState
from services.certification.domain.replicas import Educator
from services.certification.usecases import applications, certificates, replicas

reactions = Reactions()
reactions.add(colleague.reactions)


@reactions.when(PersonRecorded, PersonClaimed)
def when_person_recorded(session: Session, event: PersonFact, at: datetime) -> None:
    """Store the person's number and names."""
    keep_newest(session, Educator, event, for_update=True)


@reactions.when(OrganizationChanged)
def when_organization_changed(session: Session, event: OrganizationChanged, at: datetime) -> None:
    """Store a preparation provider's name."""
    replicas.take_provider(session, event)


@reactions.when(InvoiceOpened)
def when_invoice_opened(session: Session, event: InvoiceOpened, at: datetime) -> None:
    """Link the application to its invoice."""
    applications.record_invoice(session, event.application_id, event.invoice_id, at)


@reactions.when(PaymentSettled)
def when_payment_settled(session: Session, event: PaymentSettled, at: datetime) -> None:
    """Mark the fee as paid; this does not decide the application."""
    applications.record_invoice(session, event.application_id, event.invoice_id, at)
    applications.settle_payment(session, event.application_id, ElementState.VERIFIED, at)


@reactions.when(NothingDue)
def when_nothing_due(session: Session, event: NothingDue, at: datetime) -> None:
    """Mark the payment as not required."""
    applications.settle_payment(session, event.application_id, ElementState.NOT_REQUIRED, at)


@reactions.when(HoldPlaced)
def when_hold_placed(session: Session, event: HoldPlaced, at: datetime) -> None:
    """Block decisions on the educator's applications."""
    replicas.take_hold(session, event)


@reactions.when(HoldLifted)
def when_hold_lifted(session: Session, event: HoldLifted, at: datetime) -> None:
    """Allow decisions on the educator's applications again."""
    replicas.take_hold(session, event)


@reactions.when(OrderEntered, OrderEnded)
def when_order_entered_or_ended(session: Session, event: OrderFact, at: datetime) -> None:
    """Apply the order, or its end, to every certificate of the educator."""
    certificates.apply_order(session, event)
