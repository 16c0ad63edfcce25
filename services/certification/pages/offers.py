"""What may be applied for: what it costs and for how long it is good, before the first question."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from chassis.i18n.language import gettext as _
from chassis.jurisdiction import load_fees
from chassis.service import current_rules, current_service
from services.certification.domain.program import Recommendation
from services.certification.jurisdiction import CertificateType, CertificationRules


class Offer(NamedTuple):
    """A certificate that may be applied for: its fee, its term, and whom it waits for, in words."""

    title: str
    fee_cents: int
    term: str
    recommendation: str

    @property
    def fee(self) -> str:
        """Its fee, as the state writes it."""
        return _written(self.fee_cents)


def offers_on(day: date) -> Sequence[Offer]:
    """The certificates that may be applied for on a day, in the order of the state's file."""
    types = current_rules(CertificationRules).types_on(day)
    return [_offer_of(certificate_type, day) for certificate_type in types.values()]


def _offer_of(certificate_type: CertificateType, day: date) -> Offer:
    return Offer(
        certificate_type.title,
        _fee_of(certificate_type, day),
        _term_of(certificate_type.months),
        _("No") if certificate_type.recommendation == Recommendation.NONE else _("Yes"),
    )


def fees_in_words(offers: Sequence[Offer]) -> str:
    """The fee, or the lowest and the highest, or what it is at most."""
    cents = [offer.fee_cents for offer in offers]
    lowest, highest = min(cents), max(cents)
    if lowest == highest:
        return _written(lowest)
    if not lowest:
        return _("Up to {highest}").format(highest=_written(highest))
    return _("{lowest} to {highest}").format(lowest=_written(lowest), highest=_written(highest))


def _fee_of(certificate_type: CertificateType, day: date) -> int:
    """What the table of fees asks; the invoice says what is owed."""
    table = load_fees(current_service().settings.state)
    fees = [table.find_fee(item, day) for item in certificate_type.fee_items]
    return sum(fee.amount_cents for fee in fees if fee)


def _written(cents: int) -> str:
    return current_service().place.currency.written(cents) if cents else _("No fee")


def _term_of(months: int) -> str:
    years, rest = divmod(months, 12)
    if rest or not years:
        return _("{count} months").format(count=months)
    return _("1 year") if years == 1 else _("{count} years").format(count=years)
