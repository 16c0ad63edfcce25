"""The facts of certification: applications and certificates."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.event import Event, Part, personal, public
from contracts.legal import OrderAction
from contracts.notices import NoticeFact, NoticeKind
from contracts.permission import Holder, Permission


class CertificateStatus(StrEnum):
    """A certificate's status on a day; computed, never stored."""

    NOT_YET_EFFECTIVE = "not_yet_effective"
    ACTIVE = "active"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    SURRENDERED = "surrendered"
    REVOKED = "revoked"

    @property
    def order(self) -> OrderAction | None:
        """The order of the board that takes a certificate's force so, if it is an order."""
        return _ORDER_OF.get(self)


_ORDER_OF = {
    CertificateStatus.SUSPENDED: OrderAction.SUSPENSION,
    CertificateStatus.SURRENDERED: OrderAction.SURRENDER,
    CertificateStatus.REVOKED: OrderAction.REVOCATION,
}
_STATUS_OF = {order: status for status, order in _ORDER_OF.items()}


class Authorization(Part):
    """What a certificate authorizes its holder to teach or do: an area, grades and a population."""

    code: str
    title: str
    lowest_grade: int
    highest_grade: int
    population: str = "general"


class Restriction(Part):
    """A final order on a certificate, in force through the end of `ends_on`, or until ended."""

    kind: OrderAction
    order_id: UUID
    starts_on: date
    ends_on: date | None = None

    def is_in_force(self, day: date) -> bool:
        """Whether the order is in force on `day`."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def _gravity(action: OrderAction) -> int:
    return action.gravity


def status_on(
    day: date, effective_on: date, expires_on: date | None, restrictions: tuple[Restriction, ...]
) -> CertificateStatus:
    """A certificate's status on `day`.

    The most severe order in force decides, then the dates; a certificate is valid through the end
    of its last day.
    """
    in_force = [restriction.kind for restriction in restrictions if restriction.is_in_force(day)]
    if in_force:
        return _STATUS_OF[max(in_force, key=_gravity)]
    if day < effective_on:
        return CertificateStatus.NOT_YET_EFFECTIVE
    if expires_on is not None and day > expires_on:
        return CertificateStatus.EXPIRED
    return CertificateStatus.ACTIVE


class CertificateFact(Event, subject="certificate_id"):
    """A fact about a certificate; all of it is public record.

    `holder_last_name` is the part of `holder_name` by which people look up the holder.
    """

    certificate_id: UUID = public()
    certificate_number: str = public()
    educator_id: UUID = public()
    educator_number: str = public()
    holder_name: str = public()
    holder_last_name: str | None = public(default=None)
    former_last_names: tuple[str, ...] = public(default=())
    certificate_type: str = public()
    certificate_title: str = public()
    authorizations: tuple[Authorization, ...] = public()
    rank: str | None = public(default=None)
    issued_on: date = public()
    effective_on: date = public()
    expires_on: date | None = public(default=None)
    restrictions: tuple[Restriction, ...] = public(default=())

    def status_on(self, day: date) -> CertificateStatus:
        """The certificate's status on `day`."""
        return status_on(day, self.effective_on, self.expires_on, self.restrictions)


class CertificateIssued(CertificateFact, topic="certification.certificate-issued.v1"):
    """A certificate was issued on an approved application, or taken over from the legacy system."""


class CertificateSuspended(CertificateFact, topic="certification.certificate-suspended.v1"):
    """A final order suspended a certificate from `suspended_from`, which may be in the future."""

    order_id: UUID = public()
    suspended_from: date = public()


class CertificateReinstated(CertificateFact, topic="certification.certificate-reinstated.v1"):
    """A suspension of a certificate was ended; its status again follows from its dates."""

    order_id: UUID = public()


class CertificateRevoked(CertificateFact, topic="certification.certificate-revoked.v1"):
    """A certificate was revoked by a final order; it authorizes nothing from `revoked_from`."""

    order_id: UUID = public()
    revoked_from: date = public()


class CertificateSurrendered(CertificateFact, topic="certification.certificate-surrendered.v1"):
    """A certificate was given up under an order; it authorizes nothing from `surrendered_from`."""

    order_id: UUID = public()
    surrendered_from: date = public()


class ApplicationOutcome(StrEnum):
    """How an application was decided."""

    APPROVED = "approved"
    DENIED = "denied"


class ApplicationFact(Event, subject="application_id"):
    """A fact about an application for a certificate."""

    application_id: UUID = public()
    educator_id: UUID = public()
    application_kind: str = public()
    certificate_type: str = public()


class ApplicationPaymentOpened(
    ApplicationFact, topic="certification.application-payment-opened.v1"
):
    """All that must come before payment is complete, so that the application's fee may be paid."""

    fee_items: tuple[str, ...] = public()
    opened_on: date = public()
    applicant_name: str = personal()


class ApplicationSubmitted(ApplicationFact, topic="certification.application-submitted.v1"):
    """An applicant submitted a complete application for the agency's decision."""

    submitted_on: date = public()


class ApplicationDecided(ApplicationFact, topic="certification.application-decided.v1"):
    """The agency approved or denied an application."""

    outcome: ApplicationOutcome = personal()
    decided_on: date = public()


class CertificationNotice(NoticeKind):
    """The kinds of certification's notices."""

    RECOMMENDATION_REQUESTED = (
        "recommendation-requested",
        "A candidate's application waits for their preparation provider.",
    )
    APPLICATION_RECOMMENDED = (
        "application-recommended",
        "A provider recommended the applicant, and more is needed before the fee can be paid.",
    )
    APPLICATION_READY = "application-ready", "An application can be submitted."
    APPLICATION_RETURNED = "application-returned", "An application was returned to be corrected."
    APPLICATION_APPROVED = (
        "application-approved",
        "An application was approved and its certificate issued.",
    )
    APPLICATION_DENIED = "application-denied", "An application was denied."


class CertificationNoticeDue(NoticeFact, topic="certification.notice-due.v2"):
    """Certification must notify an applicant, or a preparation provider's officers."""

    kinds = CertificationNotice


class CertificationPermission(Permission):
    """What may be done in certification."""

    APPLY = (
        "certification.apply",
        "Apply, and see one's own applications and certificates.",
        Holder.EDUCATOR,
    )
    ADMIT = (
        "certification.admit",
        "Record whom one's own preparation provider admits, and who completes a program.",
        Holder.PROVIDER,
    )
    RECOMMEND = (
        "certification.recommend",
        "Recommend a candidate of one's own preparation provider.",
        Holder.PROVIDER,
    )
    REVIEW = (
        "certification.review",
        "See the applications, verify or reject their elements, and return them.",
    )
    DECIDE = "certification.decide", "Approve or deny an application."
    SEE_CERTIFICATES = "certification.see-certificates", "See anybody's certificate."
