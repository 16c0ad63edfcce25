"""The notices that payments asks identity to deliver."""

from chassis.i18n.language import in_every_language
from chassis.i18n.text import translatable
from chassis.ids import new_id
from contracts.notices import Recipient
from contracts.payments import PaymentsNotice, PaymentsNoticeDue
from services.payments.domain import Invoice


def fee_due(invoice: Invoice, amount: str) -> PaymentsNoticeDue:
    """Notify the applicant that their fee can be paid; `amount` as it is written."""
    return PaymentsNoticeDue(
        version=1,
        notice_id=new_id(),
        kind=PaymentsNotice.FEE_DUE,
        recipient=Recipient(educator_id=invoice.educator_id),
        title=in_every_language(
            translatable("Your application's fee of {amount} can now be paid", amount=amount)
        ),
        text=in_every_language(
            translatable(
                "Everything that comes before payment is complete. Pay the fee online, then "
                "submit your application."
            )
        ),
        link=f"/payments/invoices/{invoice.invoice_id}",
    )
