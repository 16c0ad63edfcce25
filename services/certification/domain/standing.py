"""An application's standing: who must act, since when, and what to do next, in plain words."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chassis.i18n.text import translatable, translatable_count
from services.certification.domain.application import Application
from services.certification.domain.element import Element, ElementKind, ElementState
from services.certification.domain.status import OPEN, ApplicationStatus


class ActionBy(StrEnum):
    """Who must act next."""

    APPLICANT = "applicant"
    PROVIDER = "provider"
    AGENCY = "agency"
    LEGAL = "legal"
    PAYMENTS = "payments"
    NONE = "none"


def action_by(application: Application, element: Element) -> ActionBy:
    """Who must act on an element next."""
    if element.is_settled or application.status not in OPEN:
        return ActionBy.NONE
    if element.kind == ElementKind.PROGRAM_RECOMMENDATION:
        return ActionBy.PROVIDER
    if element.kind == ElementKind.PAYMENT:
        if element.state == ElementState.IN_PROGRESS:
            return ActionBy.APPLICANT
        is_opened = application.status != ApplicationStatus.DRAFT
        return ActionBy.PAYMENTS if is_opened else ActionBy.NONE
    if application.is_submitted:
        is_legal = element.state == ElementState.SUBMITTED and element.discloses
        return ActionBy.LEGAL if is_legal else ActionBy.AGENCY
    return ActionBy.NONE if element.is_done else ActionBy.APPLICANT


def acting_since(application: Application, element: Element) -> datetime:
    """The time since which the responsible party could act on an element."""
    if application.is_submitted and element.is_checked_by_agency:
        return max(element.since, application.status_since)
    return element.since


class Standing(NamedTuple):
    """An application's state in a few words, and the one next step."""

    words: str
    kind: str
    action_by: ActionBy
    since: datetime
    next_step: str


def standing_of(application: Application) -> Standing:
    """The application's standing now; anything waiting for the applicant comes first."""
    waiting = [(action_by(application, element), element) for element in application.elements]
    for actor in (ActionBy.APPLICANT, ActionBy.PROVIDER, ActionBy.PAYMENTS, ActionBy.LEGAL):
        elements = [element for responsible, element in waiting if responsible is actor]
        if elements:
            return _waiting_for(actor, application, elements)
    words, kind, actor, next_step = _BY_STATUS[ApplicationStatus(application.status)]
    return Standing(words, kind, actor, application.status_since, next_step)


def _waiting_for(actor: ActionBy, application: Application, elements: list[Element]) -> Standing:
    since = max(acting_since(application, element) for element in elements)
    if actor is not ActionBy.APPLICANT:
        words, kind, next_step = _WAITING_FOR[actor]
        return Standing(words, kind, actor, since, next_step)
    if application.status == ApplicationStatus.RETURNED:
        words, next_step = (
            translatable("Returned to you"),
            translatable("Read why, correct it, and submit it again."),
        )
    elif [element.kind for element in elements] == [ElementKind.PAYMENT]:
        words, next_step = (
            translatable("Payment due"),
            translatable("Pay the fee, then submit your application."),
        )
    else:
        words = translatable("Waiting for you")
        next_step = translatable_count(
            "One element is waiting for you.",
            "{count} elements are waiting for you.",
            len(elements),
        )
    return Standing(words, "warning", actor, since, next_step)


_WAITING_FOR = {
    ActionBy.PROVIDER: (
        translatable("Waiting for your provider"),
        "info",
        translatable("Your preparation provider must recommend you. You need not do anything now."),
    ),
    ActionBy.PAYMENTS: (
        translatable("Fee being calculated"),
        "info",
        translatable("We are calculating your fee. Check back in a minute."),
    ),
    ActionBy.LEGAL: (
        translatable("Legal review"),
        "info",
        translatable(
            "Legal is reviewing your character and fitness answers. You need not do anything now."
        ),
    ),
}
_BY_STATUS = {
    ApplicationStatus.DRAFT: (
        translatable("Started"),
        "info",
        ActionBy.APPLICANT,
        translatable("Continue your application."),
    ),
    ApplicationStatus.PAYMENT_DUE: (
        translatable("Payment due"),
        "info",
        ActionBy.PAYMENTS,
        translatable("Wait until the fee is calculated."),
    ),
    ApplicationStatus.READY: (
        translatable("Ready to submit"),
        "warning",
        ActionBy.APPLICANT,
        translatable("Everything is done. Check your answers and submit."),
    ),
    ApplicationStatus.SUBMITTED: (
        translatable("Under review"),
        "info",
        ActionBy.AGENCY,
        translatable("An analyst is reviewing your application. You need not do anything now."),
    ),
    ApplicationStatus.RETURNED: (
        translatable("Returned to you"),
        "warning",
        ActionBy.APPLICANT,
        translatable("Read why, correct it, and submit it again."),
    ),
    ApplicationStatus.APPROVED: (
        translatable("Approved"),
        "success",
        ActionBy.NONE,
        translatable("Your certificate has been issued. It is on your home page."),
    ),
    ApplicationStatus.DENIED: (
        translatable("Denied"),
        "error",
        ActionBy.NONE,
        translatable("Read the reasons and what you can do next."),
    ),
    ApplicationStatus.WITHDRAWN: (
        translatable("Withdrawn"),
        "neutral",
        ActionBy.NONE,
        translatable("You withdrew this application. You can start a new one."),
    ),
}
