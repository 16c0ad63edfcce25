"""The facts of payments: what is owed, and what was paid."""

from datetime import date
from uuid import UUID

from contracts.event import Event, Part, personal, public
from contracts.notices import NoticeFact, NoticeKind
from contracts.permission import Holder, Permission


class InvoiceLine(Part):
    """One fee on an invoice, in cents."""

    item: str
    title: str
    amount_cents: int


class InvoiceFact(Event, subject="invoice_id"):
    """A fact about an invoice."""

    invoice_id: UUID = public()
    invoice_number: str = public()
    application_id: UUID = public()
    educator_id: UUID = public()
    amount_cents: int = personal()
    currency: str = public()
    lines: tuple[InvoiceLine, ...] = personal()


class InvoiceOpened(InvoiceFact, topic="payments.invoice-opened.v1"):
    """An invoice was opened for an application and waits to be paid."""


class PaymentSettled(InvoiceFact, topic="payments.payment-settled.v1"):
    """An invoice was paid in full; this satisfies a requirement and decides nothing."""

    receipt_number: str = public()
    settled_on: date = public()


class PaymentFailed(InvoiceFact, topic="payments.payment-failed.v1"):
    """A payment was declined; the invoice still waits to be paid."""

    reason: str = personal()


class NothingDue(Event, topic="payments.nothing-due.v1", subject="application_id"):
    """An application's items cost nothing on their day; no invoice was opened."""

    application_id: UUID = public()
    educator_id: UUID = public()


class PaymentsNotice(NoticeKind):
    """The kinds of payments' notices."""

    FEE_DUE = "fee-due", "An application's fee can be paid."


class PaymentsNoticeDue(NoticeFact, topic="payments.notice-due.v2"):
    """Payments must notify an applicant."""

    kinds = PaymentsNotice


class PaymentsPermission(Permission):
    """What may be done in payments."""

    PAY = "payments.pay", "See and pay one's own invoices.", Holder.EDUCATOR
    SEE_RECEIVED = "payments.see-received", "See what was received, and anybody's invoice."
