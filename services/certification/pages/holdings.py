"""What an educator holds, as they see it: each certificate, and an order that binds it."""

from typing import NamedTuple

from chassis.i18n.language import format_day
from chassis.i18n.language import gettext as _
from chassis.i18n.text import translatable
from chassis.service import current_rules, current_service
from chassis.web.patterns import CertificateCard, Validity, VerdictKind
from contracts.certification import CertificateStatus, Restriction
from contracts.legal import OrderAction
from services.certification.domain.certificate import Certificate
from services.certification.formats.qr_code import qr_code
from services.certification.jurisdiction import CertificationRules
from services.certification.pages.words import area_words, certificate_words

_IN_FORCE = {
    OrderAction.REVOCATION: translatable("Your certificate {number} was revoked"),
    OrderAction.SUSPENSION: translatable("Your certificate {number} is suspended"),
    OrderAction.SURRENDER: translatable("Your certificate {number} was surrendered"),
}
_AHEAD = {
    OrderAction.REVOCATION: translatable("Your certificate {number} will be revoked"),
    OrderAction.SUSPENSION: translatable("Your certificate {number} will be suspended"),
    OrderAction.SURRENDER: translatable("Your certificate {number} will be surrendered"),
}


class OrderNews(NamedTuple):
    """An order against a certificate, for its holder: what it is, what it means, the remedy."""

    heading: str
    effect: str
    remedy: str
    href: str


def orders_against(certificate: Certificate) -> list[OrderNews]:
    """The order that binds a certificate today, or else those that will."""
    today = current_service().today()
    in_force = [order for order in certificate.restrictions if order.is_in_force(today)]
    gravest = sorted(in_force, key=lambda order: order.kind is OrderAction.SUSPENSION)[:1]
    ahead = [order for order in certificate.restrictions if order.starts_on > today]
    return [_news_of(certificate, order) for order in gravest or ahead]


def _news_of(certificate: Certificate, order: Restriction) -> OrderNews:
    words = _IN_FORCE if order.is_in_force(current_service().today()) else _AHEAD
    return OrderNews(
        _(words[order.kind]).format(number=certificate.certificate_number),
        _effect_of(order),
        _(current_rules(CertificationRules).order_remedy),
        f"/certification/certificates/{certificate.certificate_id}",
    )


def _effect_of(order: Restriction) -> str:
    begins = format_day(order.starts_on)
    if order.ends_on:
        return _("From {begins} through {ends} you may not work under it.").format(
            begins=begins, ends=format_day(order.ends_on)
        )
    if order.kind is OrderAction.SUSPENSION:
        return _("From {begins} until further order you may not work under it.").format(
            begins=begins
        )
    return _("From {begins} on you may not work under it.").format(begins=begins)


def card_of(certificate: Certificate) -> CertificateCard:
    """A certificate as its holder sees it today."""
    service = current_service()
    today = service.today()
    status = certificate.status_on(today)
    here = f"/certification/certificates/{certificate.certificate_id}"
    public_url = f"{service.settings.public_url}/lookup/verify/{certificate.certificate_number}"
    kind = _kind_of(status)
    return CertificateCard(
        holder=certificate.holder_name,
        title=certificate.certificate_title,
        number=certificate.certificate_number,
        areas=[area_words([area]) for area in certificate.authorizations],
        kind=kind,
        status=certificate_words(status)[1],
        validity=Validity(certificate.effective_on, certificate.expires_on, today),
        href=here,
        download="" if certificate.is_taken_away(today) else f"{here}/certificate.pdf",
        public_url=public_url,
        qr_code=qr_code(public_url) if kind is VerdictKind.GOOD else None,
    )


def _kind_of(status: CertificateStatus) -> VerdictKind:
    if status is CertificateStatus.ACTIVE:
        return VerdictKind.GOOD
    return VerdictKind.ORDERED if status.order else VerdictKind.BOUNDED
