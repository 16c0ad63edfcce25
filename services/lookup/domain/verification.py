"""Whether a certificate is valid today, and what to tell the person checking it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from chassis.i18n.text import Translatable, translatable
from contracts.certification import CertificateStatus
from contracts.legal import OrderAction
from services.lookup.domain.certificate import notice_of
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
    """The answer for a day, in sentences for the person who asked."""

    reason: Reason
    heading: Translatable
    explanation: tuple[Translatable, ...]
    next_step: tuple[Translatable, ...]

    @property
    def is_valid(self) -> bool:
        """Whether the certificate authorizes its holder on the day."""
        return self.reason is Reason.VALID


def verify(
    number: str,
    certificate: Mapping[str, Any] | None,
    day: date,
    rules: LookupRules,
    *,
    agency: str,
    address: str,
) -> Verification:
    """Verify a certificate on a day from its document, or None if there is none.

    `agency` is the issuer, and `address` its email address.
    A certificate is valid if it is in effect, not expired, and not suspended, surrendered or
    revoked.
    """
    if certificate is None:
        return _unknown(number, rules, agency, address)
    holder, status = certificate["holder_name"], CertificateStatus(certificate["status"])
    others = translatable(
        "See whether {holder} holds another certificate that is good today.", holder=holder
    )
    if status is CertificateStatus.ACTIVE:
        compare = translatable(
            "Compare the name and the number with the certificate you were shown. "
            "If they differ, what you were shown is not this certificate."
        )
        return Verification(
            Reason.VALID,
            translatable("Valid on {day}", day=day),
            (_validity(certificate),),
            (compare,),
        )
    if status is CertificateStatus.NOT_YET_EFFECTIVE:
        begins = date.fromisoformat(certificate["effective_on"])
        explanation = translatable(
            "This certificate takes effect on {begins} and authorizes nothing before that day.",
            begins=begins,
        )
        return Verification(
            Reason.NOT_YET_EFFECTIVE,
            translatable("Not\u00a0valid yet"),
            (explanation,),
            (translatable("Look again on {begins}.", begins=begins), others),
        )
    if status is CertificateStatus.EXPIRED:
        last_day = date.fromisoformat(certificate["expires_on"])
        return Verification(
            Reason.EXPIRED,
            translatable("Not\u00a0valid: expired"),
            (translatable("The last day of this certificate was {day}.", day=last_day),),
            (others, translatable("A renewal appears here as soon as it is granted.")),
        )
    return _under_order(status, certificate, others, address)


def _unknown(number: str, rules: LookupRules, agency: str, address: str) -> Verification:
    if not rules.could_be_a_number(number):
        explanation = translatable(
            "“{number}” does not look like one of our certificate numbers. A number "
            "has {words}. For example: {example}.",
            number=number,
            words=translatable(rules.numbers.certificate_number_words),
            example=rules.numbers.certificate_number_example,
        )
        enter_again = translatable(
            "Check the number on the certificate and enter it again, or scan its code again."
        )
        return Verification(
            Reason.NOT_A_CERTIFICATE_NUMBER,
            translatable("This is not a certificate number"),
            (explanation,),
            (enter_again,),
        )
    explanation = translatable(
        "{agency} has issued no certificate with the number {number}.",
        agency=agency,
        number=number,
    )
    check = translatable(
        "Check each digit and try again. If the number is exactly as printed, do "
        "not rely on that certificate, and tell us at {address}.",
        address=address,
    )
    return Verification(
        Reason.NO_SUCH_CERTIFICATE,
        translatable("No certificate has this number"),
        (explanation,),
        (check,),
    )


def _under_order(
    status: CertificateStatus, certificate: Mapping[str, Any], others: Translatable, address: str
) -> Verification:
    order = certificate["notices"][0]
    notice = stored_notice(order)
    ask = translatable("For the order itself, write to {address}.", address=address)
    if status is CertificateStatus.SUSPENDED:
        nothing = translatable("While it is suspended, this certificate authorizes nothing.")
        again = (
            translatable("Look again after {day}.", day=date.fromisoformat(order["ends_on"]))
            if order["ends_on"]
            else translatable(
                "It stays suspended until the board ends the suspension; look again then."
            )
        )
        return Verification(
            Reason.SUSPENDED,
            translatable("Not\u00a0valid: suspended"),
            (notice, nothing),
            (again, ask),
        )
    nothing = translatable("From that day on, this certificate authorizes nothing.")
    return Verification(
        Reason(status),
        translatable("Not\u00a0valid: revoked")
        if status is CertificateStatus.REVOKED
        else translatable("Not\u00a0valid: surrendered"),
        (notice, nothing),
        (translatable("Do not rely on this certificate."), others, ask),
    )


def _validity(certificate: Mapping[str, Any]) -> Translatable:
    holder = certificate["holder_name"]
    if certificate["expires_on"] is None:
        return translatable("{holder} holds this certificate. It does not expire.", holder=holder)
    return translatable(
        "{holder} holds this certificate. It is good through {day}.",
        holder=holder,
        day=date.fromisoformat(certificate["expires_on"]),
    )


def stored_notice(order: Mapping[str, Any]) -> Translatable:
    """An order of a document as a sentence."""
    begins = date.fromisoformat(order["effective_on"])
    ends = date.fromisoformat(order["ends_on"]) if order["ends_on"] else None
    return notice_of(OrderAction(order["kind"]), begins, ends)
