"""Whether a certificate is good today, and what to say to somebody who was shown it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from chassis.i18n.language import format_day, gettext
from chassis.i18n.language import gettext as _
from chassis.jurisdiction import Place
from contracts.certification import CertificateStatus
from contracts.legal import OrderAction
from services.lookup.domain import notice_in_words
from services.lookup.jurisdiction import LookupRules


class Reason(StrEnum):
    """Why a certificate is valid or not; every negative answer has its own."""

    VALID = "valid"
    NOT_A_CERTIFICATE_NUMBER = "not_a_certificate_number"
    NO_SUCH_CERTIFICATE = "no_such_certificate"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    SURRENDERED = "surrendered"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Verification:
    """The answer for a day, in words for the person who asked."""

    reason: Reason
    heading: str
    explanation: str
    next_step: str

    @property
    def is_valid(self) -> bool:
        """Whether the certificate authorizes its holder on the day."""
        return self.reason is Reason.VALID


def verify(
    number: str,
    certificate: Mapping[str, Any] | None,
    day: date,
    rules: LookupRules,
    place: Place,
) -> Verification:
    """What the certificate's document, if there is one, is worth on a day.

    Valid is what is not expired and not under a suspension, surrender or revocation in force.
    """
    if certificate is None:
        return _unknown(number, rules, place)
    holder, status = certificate["holder_name"], CertificateStatus(certificate["status"])
    others = _("See whether {holder} holds another certificate that is good today.")
    others = others.format(holder=holder)
    if status is CertificateStatus.ACTIVE:
        return Verification(
            Reason.VALID,
            _("Valid on {day}").format(day=format_day(day)),
            _validity(certificate),
            _(
                "Compare the name and the number with the certificate you were shown. "
                "If they differ, what you were shown is not this certificate."
            ),
        )
    if status is CertificateStatus.NOT_YET_EFFECTIVE:
        begins = stored_day(certificate["effective_on"])
        explanation = _(
            "This certificate takes effect on {begins} and authorizes nothing before that day."
        )
        return Verification(
            Reason.NOT_YET_EFFECTIVE,
            _("Not\u00a0valid yet"),
            explanation.format(begins=begins),
            _("Look again on {begins}.").format(begins=begins) + f" {others}",
        )
    if status is CertificateStatus.EXPIRED:
        explanation = _("The last day of this certificate was {day}.")
        return Verification(
            Reason.EXPIRED,
            _("Not\u00a0valid: expired"),
            explanation.format(day=stored_day(certificate["expires_on"])),
            f"{others} " + _("A renewal appears here as soon as it is granted."),
        )
    return _under_order(status, certificate, others, place)


def _unknown(number: str, rules: LookupRules, place: Place) -> Verification:
    if not rules.could_be_a_number(number):
        explanation = _(
            "“{number}” does not look like a number of ours. "
            "A number has {words}. For example: {example}."
        )
        return Verification(
            Reason.NOT_A_CERTIFICATE_NUMBER,
            _("This is not a certificate number"),
            explanation.format(
                number=number,
                words=_(rules.certificate_number_words),
                example=rules.certificate_number_example,
            ),
            _("Check the number on the certificate and enter it again, or scan its code again."),
        )
    explanation = _("{agency} has issued no certificate with the number {number}.")
    next_step = _(
        "Check each digit and try again. If the number is just as it is printed, "
        "do not rely on that certificate, and tell us at {address}."
    )
    return Verification(
        Reason.NO_SUCH_CERTIFICATE,
        _("No certificate has this number"),
        explanation.format(agency=place.agency_short_name, number=number),
        next_step.format(address=place.contact_email),
    )


def _under_order(
    status: CertificateStatus, certificate: Mapping[str, Any], others: str, place: Place
) -> Verification:
    order = certificate["notices"][0]
    ask = _("For the order itself, write to {address}.").format(address=place.contact_email)
    if status is CertificateStatus.SUSPENDED:
        nothing = _("While it is suspended, this certificate authorizes nothing.")
        again = (
            _("Look again after {day}.").format(day=stored_day(order["ends_on"]))
            if order["ends_on"]
            else _("It stays suspended until the board ends the suspension; look again then.")
        )
        return Verification(
            Reason.SUSPENDED,
            _("Not\u00a0valid: suspended"),
            f"{stored_notice(order)} {nothing}",
            f"{again} {ask}",
        )
    nothing = _("From that day on, this certificate authorizes nothing.")
    return Verification(
        Reason(status),
        _("Not\u00a0valid: revoked")
        if status is CertificateStatus.REVOKED
        else _("Not\u00a0valid: surrendered"),
        f"{stored_notice(order)} {nothing}",
        _("Do not rely on this certificate.") + f" {others} {ask}",
    )


def _validity(certificate: Mapping[str, Any]) -> str:
    holder = certificate["holder_name"]
    if certificate["expires_on"] is None:
        return _("{holder} holds this certificate. It does not expire.").format(holder=holder)
    return _("{holder} holds this certificate. It is good through {day}.").format(
        holder=holder, day=stored_day(certificate["expires_on"])
    )


def stored_day(stored: str) -> str:
    """A document's day as people write it."""
    return format_day(date.fromisoformat(stored))


def stored_notice(order: Mapping[str, Any]) -> str:
    """A document's order as a sentence in the language of the page."""
    ends = stored_day(order["ends_on"]) if order["ends_on"] else None
    kind = OrderAction(order["kind"])
    return notice_in_words(kind, stored_day(order["effective_on"]), ends, gettext)
