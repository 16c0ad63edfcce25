"""What may be done to an application in each state, and how the rest is refused: by hand.

A second account of the procedure, for whatever is to agree with it.
"""

from enum import StrEnum

from chassis.problems import RuleBroken
from services.certification.domain.refusals import (
    AlreadyDecided,
    AlreadyRecommended,
    AlreadySubmitted,
    AlreadyWithdrawn,
    NotAllVerified,
    NotReadyToSubmit,
    NotSubmitted,
)
from services.certification.domain.status import ApplicationStatus


class Action(StrEnum):
    """What somebody does to an application."""

    EDIT = "edit"
    RECOMMEND = "recommend"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    REJECT = "reject"
    GIVE_BACK = "give_back"
    DECIDE = "decide"
    DENY = "deny"


DRAFT, PAYMENT_DUE, READY, SUBMITTED, RETURNED, APPROVED, DENIED, WITHDRAWN = ApplicationStatus

Refusal = type[RuleBroken] | None
OUTCOMES: dict[Action, dict[ApplicationStatus, Refusal]] = {
    Action.EDIT: {
        DRAFT: None,
        PAYMENT_DUE: None,
        READY: None,
        SUBMITTED: AlreadySubmitted,
        RETURNED: None,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    Action.RECOMMEND: {
        DRAFT: None,
        PAYMENT_DUE: AlreadyRecommended,
        READY: AlreadyRecommended,
        SUBMITTED: AlreadySubmitted,
        RETURNED: AlreadyRecommended,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    Action.SUBMIT: {
        DRAFT: NotReadyToSubmit,
        PAYMENT_DUE: NotReadyToSubmit,
        READY: None,
        SUBMITTED: AlreadySubmitted,
        RETURNED: None,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    Action.WITHDRAW: {
        DRAFT: None,
        PAYMENT_DUE: None,
        READY: None,
        SUBMITTED: AlreadySubmitted,
        RETURNED: AlreadySubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    Action.VERIFY: {
        DRAFT: NotSubmitted,
        PAYMENT_DUE: NotSubmitted,
        READY: NotSubmitted,
        SUBMITTED: None,
        RETURNED: NotSubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    Action.REJECT: {
        DRAFT: NotSubmitted,
        PAYMENT_DUE: NotSubmitted,
        READY: NotSubmitted,
        SUBMITTED: None,
        RETURNED: NotSubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    Action.GIVE_BACK: {
        DRAFT: NotSubmitted,
        PAYMENT_DUE: NotSubmitted,
        READY: NotSubmitted,
        SUBMITTED: None,
        RETURNED: NotSubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    Action.DECIDE: {
        DRAFT: NotSubmitted,
        PAYMENT_DUE: NotSubmitted,
        READY: NotSubmitted,
        SUBMITTED: NotAllVerified,
        RETURNED: NotSubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    Action.DENY: {
        DRAFT: NotSubmitted,
        PAYMENT_DUE: NotSubmitted,
        READY: NotSubmitted,
        SUBMITTED: None,
        RETURNED: NotSubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
}
