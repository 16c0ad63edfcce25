"""Where an application stands: who must act, since when, and what to do next, in plain words."""

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
    """Since when whoever must act on an element could act."""
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
    """Where the application stands now; the applicant comes first if anything waits for them."""
    waiting = [(action_by(application, each), each) for each in application.elements]
    for actor in (ActionBy.APPLICANT, ActionBy.PROVIDER, ActionBy.PAYMENTS, ActionBy.LEGAL):
        theirs = [element for each, element in waiting if each is actor]
        if theirs:
            return _waiting_for(actor, application, theirs)
    words, kind, actor, next_step = _BY_STATUS[ApplicationStatus(application.status)]
    return Standing(words, kind, actor, application.status_since, next_step)


def _waiting_for(actor: ActionBy, application: Application, theirs: list[Element]) -> Standing:
    since = max(acting_since(application, each) for each in theirs)
    if actor is not ActionBy.APPLICANT:
        words, kind, next_step = _WAITING_FOR[actor]
        return Standing(words, kind, actor, since, next_step)
    if application.status == ApplicationStatus.RETURNED:
        words, next_step = (
            translatable("Returned to you"),
            translatable("Read why, correct it, and submit it again."),
        )
    elif [each.kind for each in theirs] == [ElementKind.PAYMENT]:
        words, next_step = (
            translatable("Payment due"),
            translatable("Pay the fee, then submit your application."),
        )
    else:
        words = translatable("Waiting for you")
        next_step = translatable_count(
            "One element waits for you.", "{count} elements wait for you.", len(theirs)
        )
    return Standing(words, "warning", actor, since, next_step)


_WAITING_FOR = {
    ActionBy.PROVIDER: (
        translatable("Waiting for your provider"),
        "info",
        translatable("Your preparation provider must recommend you. You need not do anything now."),
    ),
    ActionBy.PAYMENTS: (
        translatable("Fee being worked out"),
        "info",
        translatable("We are working out your fee. Look again in a minute."),
    ),
    ActionBy.LEGAL: (
        translatable("Legal review"),
        "info",
        translatable(
            "Legal reviews your character and fitness answers. You need not do anything now."
        ),
    ),
}
_BY_STATUS = {
    ApplicationStatus.DRAFT: (
        translatable("Started"),
        "info",
        ActionBy.APPLICANT,
        translatable("Go on with it."),
    ),
    ApplicationStatus.PAYMENT_DUE: (
        translatable("Payment due"),
        "info",
        ActionBy.PAYMENTS,
        translatable("Wait for the fee."),
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
        translatable("An analyst reviews your application. You need not do anything now."),
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
        translatable("Your certificate is issued. You find it on your home page."),
    ),
    ApplicationStatus.DENIED: (
        translatable("Denied"),
        "error",
        ActionBy.NONE,
        translatable("Read the reasons, and what you can do."),
    ),
    ApplicationStatus.WITHDRAWN: (
        translatable("Withdrawn"),
        "neutral",
        ActionBy.NONE,
        translatable("You withdrew this application. You can start a new one."),
    ),
}
