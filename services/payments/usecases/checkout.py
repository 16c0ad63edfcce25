"""Sends a payer to the processor: the only use case that calls an outside system.

The call is made between two transactions, so that no lock is held while the processor responds; its
idempotency key makes a retry harmless.
"""

from uuid import UUID

from flask import current_app

from chassis.i18n.text import translatable
from chassis.problems import NotAllowed, Problem
from chassis.security.principal import Principal
from chassis.service import Service
from chassis.settings import Settings
from contracts.payments import PaymentsPermission
from services.payments.adapters.processors.processor import (
    Processor,
    ProcessorRefused,
    ProcessorUnavailable,
)
from services.payments.adapters.processors.sandbox import SandboxProcessor
from services.payments.domain import Invoice
from services.payments.settings import (
    PROCESSOR_API_KEY,
    PROCESSOR_URL,
    PROCESSOR_WEBHOOK_SECRET,
    WEBHOOK_BASE_URL,
)
from services.payments.usecases import invoices

INVOICE_READERS = (PaymentsPermission.PAY, PaymentsPermission.SEE_RECEIVED)
"""Who reads an invoice: one's own with the first, anybody's with the second."""


class CardPaymentUnavailable(Problem):
    """The card processor is not available."""

    status = 503
    title = translatable("Card payment is not available right now")
    advice = translatable("Nothing was charged. Try again in a few minutes.")


def processor_from(settings: Settings) -> Processor:
    """The card processor in the settings."""
    return SandboxProcessor(
        settings[PROCESSOR_URL],
        settings[PROCESSOR_API_KEY],
        settings[PROCESSOR_WEBHOOK_SECRET],
    )


def current_processor() -> Processor:
    """The processor of the running service."""
    processor: Processor = current_app.extensions["processor"]
    return processor


def refuse_unless_visible(principal: Principal, invoice: Invoice) -> None:
    """Raise `NotAllowed` unless the invoice is the person's own, or they may see anybody's."""
    if principal.educator_id != invoice.educator_id and not principal.may(
        PaymentsPermission.SEE_RECEIVED
    ):
        raise NotAllowed(translatable("This invoice belongs to somebody else."))


def begin_checkout(
    service: Service, processor: Processor, principal: Principal, invoice_id: UUID
) -> str:
    """The URL of the page where the invoice can be paid; a second call returns the same one.

    Raises `AlreadyPaid`, `NotAllowed`, `NotFound` and `CardPaymentUnavailable`.
    """
    with service.database.reading() as session:
        invoice = invoices.get_invoice(session, invoice_id)
    refuse_unless_visible(principal, invoice)
    invoice.refuse_if_paid()
    if invoice.checkout_url:
        with service.database.transaction() as session:
            invoices.try_again(session, invoice_id)
        return invoice.checkout_url
    public_url = service.settings.public_url
    webhooks_url = service.settings[WEBHOOK_BASE_URL] or public_url
    try:
        checkout = processor.open_checkout(
            invoice_number=invoice.invoice_number,
            amount_cents=invoice.amount_cents,
            currency=invoice.currency,
            description=", ".join(str(line["title"]) for line in invoice.lines),
            return_url=f"{public_url}/payments/invoices/{invoice_id}/returned",
            webhook_url=f"{webhooks_url}/payments/webhooks/card",
            idempotency_key=str(invoice_id),
        )
    except (ProcessorUnavailable, ProcessorRefused) as error:
        raise CardPaymentUnavailable from error
    with service.database.transaction() as session:
        invoices.send_to_checkout(session, invoice_id, checkout)
    return checkout.url
