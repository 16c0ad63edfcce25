"""Opens invoices and processes the card processor's reports, each in one transaction."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.jurisdiction import Currency
from chassis.messaging.outbox import record
from chassis.problems import NotFound
from chassis.storage import audit
from chassis.storage.sequences import next_number
from contracts.certification import ApplicationPaymentOpened
from contracts.payments import NothingDue, PaymentsNoticeDue
from services.payments.adapters.processors.processor import CardReport, Checkout
from services.payments.domain import AlreadyPaid, Invoice, Payment, ProcessorReport, WrongAmount
from services.payments.jurisdiction import PaymentRules
from services.payments.usecases import notices


def open_invoice(
    session: Session, rules: PaymentRules, application: ApplicationPaymentOpened
) -> Invoice | None:
    """Open the application's one invoice, or publish that nothing is due; raises `UnknownFee`.

    Free items open no invoice and send no notice.
    """
    existing = session.scalar(
        select(Invoice).where(Invoice.application_id == application.application_id)
    )
    if existing is not None:
        return existing
    lines = rules.lines_for(application.fee_items, application.opened_on)
    if not lines:
        record(session, _nothing_due(application))
        return None
    invoice = Invoice.open(
        number=f"INV-{next_number(session, 'invoice', first=100001)}",
        application_id=application.application_id,
        educator_id=application.educator_id,
        applicant_name=application.applicant_name,
        lines=lines,
        currency=rules.currency.code,
        on=application.opened_on,
    )
    session.add(invoice)
    record(session, invoice.opened(), _notice_of(invoice, rules.currency))
    return invoice


def _nothing_due(application: ApplicationPaymentOpened) -> NothingDue:
    return NothingDue(
        version=1,
        application_id=application.application_id,
        educator_id=application.educator_id,
    )


def _notice_of(invoice: Invoice, currency: Currency) -> PaymentsNoticeDue:
    return notices.fee_due(invoice, currency.written(invoice.amount_cents))


def get_invoice(session: Session, invoice_id: UUID) -> Invoice:
    """The invoice; raises `NotFound`."""
    invoice = session.get(Invoice, invoice_id)
    if invoice is None:
        raise NotFound(translatable("There is no such invoice."))
    return invoice


def send_to_checkout(session: Session, invoice_id: UUID, checkout: Checkout) -> Invoice:
    """Record where the invoice is to be paid; raises `AlreadyPaid`."""
    invoice = get_invoice(session, invoice_id)
    if invoice.checkout_id != checkout.id:
        invoice.send_to(checkout.id, checkout.url)
        audit.record_entry(
            session, "checkout opened", invoice_id, after={"checkout_id": checkout.id}
        )
    return invoice


def try_again(session: Session, invoice_id: UUID) -> None:
    """Take note that another payment is under way; raises `AlreadyPaid`."""
    get_invoice(session, invoice_id).try_again()


def take_report(session: Session, report: CardReport, now: datetime, today: date) -> str:
    """Process the processor's report once; returns its outcome.

    Reports can be duplicated and out of order: a failure that arrives after the payment is ignored.
    """
    earlier = session.get(ProcessorReport, report.event_id)
    if earlier is not None:
        return earlier.outcome
    outcome = _apply(session, report, now, today)
    session.add(
        ProcessorReport(
            report_id=report.event_id,
            checkout_id=report.checkout_id,
            kind=report.kind,
            received_at=now,
            outcome=outcome,
        )
    )
    audit.record_entry(
        session, "processor reported", report.checkout_id, after={"outcome": outcome}
    )
    return outcome


def _apply(session: Session, report: CardReport, now: datetime, today: date) -> str:
    invoice = session.scalar(
        select(Invoice).where(Invoice.checkout_id == report.checkout_id).with_for_update()
    )
    if invoice is None:
        return "no invoice has this checkout"
    try:
        if report.kind == "failed":
            record(session, invoice.record_failure(report.failure_reason or "declined"))
            return "failure noted"
        if report.kind == "paid":
            record(session, invoice.settle(_payment_of(session, report, now), today))
            return "settled"
    except AlreadyPaid:
        return "already settled"
    except WrongAmount as error:
        return f"refused: {error}"[:200]
    return f"{report.kind} is not handled"


def _payment_of(session: Session, report: CardReport, now: datetime) -> Payment:
    return Payment(
        payment_id=new_id(),
        receipt_number=f"R-{next_number(session, 'receipt', first=100001)}",
        reference=report.reference,
        amount_cents=report.amount_cents,
        currency=report.currency,
        card_brand=report.card_brand,
        last_four=report.last_four,
        settled_at=now,
    )
