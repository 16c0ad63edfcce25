"""Reactions: open an invoice when certification opens an application's payment."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.messaging.reactions import Reactions
from chassis.service import current_rules
from contracts.certification import ApplicationPaymentOpened
from services.payments.jurisdiction import PaymentRules
from services.payments.usecases import invoices

reactions = Reactions()


@reactions.when(ApplicationPaymentOpened)
def when_application_payment_opened(
    session: Session, event: ApplicationPaymentOpened, at: datetime
) -> None:
    """Open the invoice, or publish that nothing is due."""
    invoices.open_invoice(session, current_rules(PaymentRules), event)
