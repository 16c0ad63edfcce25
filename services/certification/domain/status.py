"""The states of an application, and what is refused in each."""

from collections.abc import Container
from enum import StrEnum

from services.certification.domain import refusals


class ApplicationStatus(StrEnum):
    """An application's status."""

    DRAFT = "draft"
    PAYMENT_DUE = "payment_due"
    READY = "ready"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


NEVER_SUBMITTED = frozenset(
    {ApplicationStatus.DRAFT, ApplicationStatus.PAYMENT_DUE, ApplicationStatus.READY}
)
WITH_APPLICANT = NEVER_SUBMITTED | {ApplicationStatus.RETURNED}
DECIDED = frozenset({ApplicationStatus.APPROVED, ApplicationStatus.DENIED})
OPEN = WITH_APPLICANT | {ApplicationStatus.SUBMITTED}


def refuse_unless(status: ApplicationStatus, allowed: Container[ApplicationStatus]) -> None:
    """Raise the refusal for this status unless it is among those allowed.

    Raises `AlreadyDecided`, `AlreadyWithdrawn`, `AlreadySubmitted` and `NotSubmitted`.
    """
    if status in allowed:
        return
    if status in DECIDED:
        raise refusals.AlreadyDecided
    if status == ApplicationStatus.WITHDRAWN:
        raise refusals.AlreadyWithdrawn
    if status == ApplicationStatus.SUBMITTED:
        raise refusals.AlreadySubmitted
    raise refusals.NotSubmitted
