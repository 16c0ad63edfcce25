"""An application as its applicant sees it: what is to be done, and what happened and comes."""

from collections.abc import Sequence

from chassis.i18n.language import format_day
from chassis.i18n.language import gettext as _
from chassis.i18n.text import translatable
from chassis.service import current_rules, current_service
from chassis.web.patterns import Moment, MomentKind, Task, TaskList, TaskState
from services.certification.domain.application import Application
from services.certification.domain.certificate import Certificate
from services.certification.domain.element import Element, ElementKind, ElementState
from services.certification.domain.standing import (
    ActionBy,
    Standing,
    acting_since,
    action_by,
)
from services.certification.domain.status import ApplicationStatus
from services.certification.jurisdiction import CertificationRules
from services.certification.pages.words import (
    actor_words,
    certificate_words,
    element_words,
    on_day,
    standing_in_words,
)

_DECIDED = {
    ApplicationStatus.APPROVED: translatable("Approved"),
    ApplicationStatus.DENIED: translatable("Denied"),
}
_PAGES = {
    ElementKind.OUT_OF_STATE_LICENSE: "license",
    ElementKind.DEGREES: "degrees",
    ElementKind.ASSESSMENTS: "assessments",
    ElementKind.CHARACTER_AND_FITNESS: "fitness",
}


def closing_of(application: Application, certificates: Sequence[Certificate]) -> Standing:
    """An application's standing; that its certificate was taken since is graver than that it was
    issued.
    """
    standing, today = standing_in_words(application), current_service().today()
    for certificate in certificates:
        status = certificate.status_on(today)
        if certificate.application_id == application.application_id and status.order:
            _kind, taken = certificate_words(status)
            return standing._replace(
                words=_("Approved; {status} since").format(status=taken.lower()),
                kind="error",
                next_step=_("Its certificate authorizes nothing today: see the order."),
            )
    return standing


def tasks_of(application: Application) -> TaskList:
    """The elements of an application as tasks of its applicant."""
    return TaskList([_task_of(application, element) for element in application.elements])


def _task_of(application: Application, element: Element) -> Task:
    state, (_kind, words) = _state_of(application, element), element_words(element)
    return Task(
        current_rules(CertificationRules).elements[element.kind].title,
        state,
        href=_page_of(application, element),
        words=words if state is TaskState.DONE else "",
        note=_note_on(application, element, state),
    )


def _state_of(application: Application, element: Element) -> TaskState:
    actor = action_by(application, element)
    if element.state == ElementState.REJECTED:
        return TaskState.SENT_BACK if application.is_with_applicant else TaskState.WAITING
    if actor is ActionBy.APPLICANT:
        return TaskState.TO_DO
    if element.is_settled or (element.is_done and application.is_with_applicant):
        return TaskState.DONE
    return TaskState.LATER if actor is ActionBy.NONE else TaskState.WAITING


def _page_of(application: Application, element: Element) -> str:
    here = f"/certification/applications/{application.application_id}"
    if element.kind == ElementKind.PAYMENT and application.invoice_id:
        return f"/payments/invoices/{application.invoice_id}"
    is_open = application.is_with_applicant and element.state != ElementState.VERIFIED
    page = _PAGES.get(element.kind)
    return f"{here}/{page}" if page and is_open else ""


def _note_on(application: Application, element: Element, state: TaskState) -> str:
    """Why it was sent back, what is to be done, or who has it and since when."""
    wording = current_rules(CertificationRules).elements[element.kind]
    if state is TaskState.SENT_BACK:
        return element.note or wording.explanation
    if state is TaskState.TO_DO:
        return wording.explanation
    if state is TaskState.WAITING:
        who = actor_words(action_by(application, element))
        return _("{who}, since {day}").format(
            who=who, day=on_day(acting_since(application, element))
        )
    return ""


def moments_of(application: Application) -> list[Moment]:
    """What happened to an application, who has it now, and what comes."""
    moments = [Moment(_("Started"), format_day(application.started_on))]
    if application.submitted_on:
        moments.append(Moment(_("Submitted"), format_day(application.submitted_on)))
    if application.decided_on:
        decided = _DECIDED[ApplicationStatus(application.status)]
        return [*moments, Moment(_(decided), format_day(application.decided_on))]
    standing = standing_in_words(application)
    moments.append(
        Moment(
            standing.words,
            _("Since {day}").format(day=on_day(standing.since)),
            MomentKind.NOW,
            who=actor_words(standing.action_by),
        )
    )
    moments.append(Moment(_("Decision"), kind=MomentKind.AHEAD))
    return moments
