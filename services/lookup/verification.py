"""Whether a certificate is good today, and what to say to somebody who was shown it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from chassis.jurisdiction import Place
from contracts.certification import CertificateStatus
from services.lookup.domain import day_in_words
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
    others = f"See whether {holder} holds another certificate that is good today."
    if status is CertificateStatus.ACTIVE:
        return Verification(
            Reason.VALID,
            f"Valid on {day_in_words(day)}",
            _validity(certificate),
            "Compare the name and the number with the certificate you were shown. "
            "If they differ, what you were shown is not this certificate.",
        )
    if status is CertificateStatus.NOT_YET_EFFECTIVE:
        begins = _day(certificate["effective_on"])
        return Verification(
            Reason.NOT_YET_EFFECTIVE,
            "Not\u00a0valid yet",
            f"This certificate takes effect on {begins} and authorizes nothing before that day.",
            f"Look again on {begins}. {others}",
        )
    if status is CertificateStatus.EXPIRED:
        return Verification(
            Reason.EXPIRED,
            "Not\u00a0valid: expired",
            f"The last day of this certificate was {_day(certificate['expires_on'])}.",
            f"{others} A renewal appears here as soon as it is granted.",
        )
    return _under_order(status, certificate, others, place)


def _unknown(number: str, rules: LookupRules, place: Place) -> Verification:
    if not rules.could_be_a_number(number):
        return Verification(
            Reason.NOT_A_CERTIFICATE_NUMBER,
            "This is not a certificate number",
            f"“{number}” does not look like a number of ours. "
            f"A number has {rules.certificate_number_words}. "
            f"For example: {rules.certificate_number_example}.",
            "Check the number on the certificate and enter it again, or scan its code again.",
        )
    return Verification(
        Reason.NO_SUCH_CERTIFICATE,
        "No certificate has this number",
        f"{place.agency_short_name} has issued no certificate with the number {number}.",
        "Check each digit and try again. If the number is just as it is printed, "
        f"do not rely on that certificate, and tell us at {place.contact_email}.",
    )


def _under_order(
    status: CertificateStatus, certificate: Mapping[str, Any], others: str, place: Place
) -> Verification:
    order = certificate["notices"][0]
    ask = f"For the order itself, write to {place.contact_email}."
    if status is CertificateStatus.SUSPENDED:
        return Verification(
            Reason.SUSPENDED,
            "Not\u00a0valid: suspended",
            f"{order['text']} While it is suspended, this certificate authorizes nothing.",
            f"Look again after {_day(order['ends_on'])}. {ask}"
            if order["ends_on"]
            else f"It stays suspended until the board ends the suspension; look again then. {ask}",
        )
    return Verification(
        Reason(status),
        f"Not\u00a0valid: {status}",
        f"{order['text']} From that day on, this certificate authorizes nothing.",
        f"Do not rely on this certificate. {others} {ask}",
    )


def _validity(certificate: Mapping[str, Any]) -> str:
    holder = certificate["holder_name"]
    if certificate["expires_on"] is None:
        return f"{holder} holds this certificate. It does not expire."
    return f"{holder} holds this certificate. It is good through {_day(certificate['expires_on'])}."


def _day(stored: str) -> str:
    return day_in_words(date.fromisoformat(stored))
