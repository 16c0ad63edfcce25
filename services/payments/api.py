"""JSON routes: an educator's invoices, checkout, and the processor's webhook."""

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint

from chassis.i18n.text import translatable
from chassis.problems import NotAllowed, Problem
from chassis.security.access import public, requires
from chassis.security.principal import get_principal
from chassis.service import current_service
from chassis.web.idempotency import Answer, answer_once, needs_key
from contracts.payments import PaymentsPermission
from services.payments import queries
from services.payments.adapters.processors.processor import WebhookRefused
from services.payments.domain import Invoice
from services.payments.schemas import (
    CheckoutSchema,
    InvoiceListSchema,
    InvoiceSchema,
    WebhookOutcomeSchema,
)
from services.payments.usecases import invoices
from services.payments.usecases.checkout import (
    INVOICE_READERS,
    begin_checkout,
    current_processor,
    refuse_unless_visible,
)

blueprint = Blueprint("api", __name__, url_prefix="/payments")
WEBHOOK_BODY = {
    "description": "As the card processor writes and signs it.",
    "required": True,
    "content": {"application/json": {"schema": {"type": "object"}}},
}


class ForgedWebhook(Problem):
    """A webhook that must not be trusted."""

    title = translatable("This report was not accepted")
    advice = translatable("Sign the bytes as they are sent, with the current time.")


@blueprint.get("/api/invoices")
@requires(PaymentsPermission.PAY)
@blueprint.response(200, InvoiceListSchema)
def list_invoices() -> dict[str, Any]:
    """The caller's invoices, newest first."""
    educator_id = get_principal().educator_id
    if educator_id is None:
        raise NotAllowed(translatable("Only an educator has invoices."))
    with current_service().database.reading() as session:
        return {"invoices": list(queries.invoices_of(session, educator_id))}


@blueprint.get("/api/invoices/<uuid:invoice_id>")
@requires(*INVOICE_READERS)
@blueprint.response(200, InvoiceSchema)
def show_invoice(invoice_id: UUID) -> Invoice:
    """One invoice."""
    with current_service().database.reading() as session:
        invoice = invoices.get_invoice(session, invoice_id)
    refuse_unless_visible(get_principal(), invoice)
    return invoice


@blueprint.post("/api/invoices/<uuid:invoice_id>/checkout")
@requires(PaymentsPermission.PAY)
@needs_key
@blueprint.response(200, CheckoutSchema)
def open_checkout(invoice_id: UUID) -> dict[str, str]:
    """Where to send the payer's browser; needs an Idempotency-Key."""
    service = current_service()
    url = begin_checkout(service, current_processor(), get_principal(), invoice_id)

    def answer() -> Answer:
        return {"checkout_url": url}, 200

    with service.database.transaction() as session:
        response, _ = answer_once(session, answer)
    return response


@blueprint.post("/webhooks/card")
@public
@blueprint.doc(requestBody=WEBHOOK_BODY)
@blueprint.response(200, WebhookOutcomeSchema)
def take_card_webhook() -> dict[str, str]:
    """The card processor's report, authenticated by its signature."""
    service, processor = current_service(), current_processor()
    signature = request.headers.get(processor.signature_header, "")
    try:
        report = processor.read_webhook(request.get_data(), signature, service.now())
    except WebhookRefused as error:
        raise ForgedWebhook(translatable(error.reason)) from error
    with service.database.transaction() as session:
        outcome = invoices.take_report(session, report, service.now(), service.today())
    return {"outcome": outcome}
