"""Wording shared by several of certification's pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint

from chassis.i18n.language import format_day
from chassis.i18n.language import gettext as _
from chassis.i18n.text import translatable
from chassis.service import current_rules, current_service
from contracts.certification import Authorization, CertificateStatus
from services.certification.domain.application import Application
from services.certification.domain.element import Element, ElementKind, ElementState
from services.certification.domain.standing import (
    ActionBy,
    Standing,
    acting_since,
    action_by,
    standing_of,
)
from services.certification.jurisdiction import CertificationRules

blueprint = Blueprint("words", __name__)

_STATES = {
    ElementState.NOT_STARTED: ("neutral", translatable("Not started")),
    ElementState.IN_PROGRESS: ("warning", translatable("In progress")),
    ElementState.SUBMITTED: ("info", translatable("Submitted")),
    ElementState.VERIFIED: ("success", translatable("Verified")),
    ElementState.REJECTED: ("error", translatable("Rejected")),
    ElementState.NOT_REQUIRED: ("success", translatable("Not required")),
}
_FEE_STATES = {
    ElementState.NOT_STARTED: ("neutral", translatable("Not yet due")),
    ElementState.IN_PROGRESS: ("warning", translatable("To pay")),
    ElementState.SUBMITTED: ("info", translatable("Payment under way")),
    ElementState.VERIFIED: ("success", translatable("Paid")),
    ElementState.NOT_REQUIRED: ("success", translatable("No fee")),
}
_CERTIFICATE_STATUSES = {
    CertificateStatus.NOT_YET_EFFECTIVE: ("info", translatable("Not yet effective")),
    CertificateStatus.ACTIVE: ("success", translatable("Active")),
    CertificateStatus.EXPIRED: ("neutral", translatable("Expired")),
    CertificateStatus.SUSPENDED: ("error", translatable("Suspended")),
    CertificateStatus.SURRENDERED: ("error", translatable("Surrendered")),
    CertificateStatus.REVOKED: ("error", translatable("Revoked")),
}


@blueprint.app_template_filter("on_day")
def on_day(moment: datetime) -> str:
    """The calendar day of a moment in the state's time zone, formatted for people."""
    return format_day(current_service().place.today(moment))


@blueprint.app_context_processor
def shared_words() -> dict[str, Any]:
    """Template functions that describe standing and status."""
    return {
        "rules": current_rules(CertificationRules),
        "standing_of": standing_in_words,
        "action_by": action_by,
        "acting_since": acting_since,
        "actor_words": actor_words,
        "state_words": _state_words,
        "element_words": element_words,
        "certificate_words": certificate_words,
        "area_words": area_words,
    }


def standing_in_words(application: Application) -> Standing:
    """An application's standing, in the page's language."""
    standing = standing_of(application)
    return standing._replace(words=_(standing.words), next_step=_(standing.next_step))


def _state_words(state: ElementState) -> tuple[str, str]:
    kind, words = _STATES[state]
    return kind, _(words)


def element_words(element: Element) -> tuple[str, str]:
    """An element's state in a word or two, and its kind; a fee is paid, not verified."""
    words = _FEE_STATES if element.kind == ElementKind.PAYMENT else _STATES
    kind, state = words.get(element.state, _STATES[element.state])
    return kind, _(state)


def certificate_words(status: CertificateStatus) -> tuple[str, str]:
    """A certificate's status in a word or two, and its kind."""
    kind, words = _CERTIFICATE_STATUSES[status]
    return kind, _(words)


def actor_words(actor: ActionBy, applicant: str = "") -> str:
    """Who must act, as shown to the applicant, or to staff who see `applicant` instead of "You"."""
    agency = current_service().place.agency_short_name
    return {
        ActionBy.APPLICANT: applicant or _("You"),
        ActionBy.PROVIDER: _("The provider") if applicant else _("Your preparation provider"),
        ActionBy.AGENCY: _("{agency}, an analyst").format(agency=agency),
        ActionBy.LEGAL: _("{agency}, legal review").format(agency=agency),
        ActionBy.PAYMENTS: _("The fee office"),
        ActionBy.NONE: _("Nobody"),
    }[actor]


def area_words(codes: Iterable[str | Authorization]) -> str:
    """Authorizations with their grades, as text."""
    rules, place = current_rules(CertificationRules), current_service().place
    authorizations = [
        rules.get_area(code).authorization() if isinstance(code, str) else code for code in codes
    ]
    # A word joiner keeps a span of grades on one line.
    unbroken = "\N{EN DASH}\N{WORD JOINER}"
    spans = [
        rules.grades_of(authorization, place).replace("\N{EN DASH}", unbroken)
        for authorization in authorizations
    ]
    return "; ".join(
        f"{authorization.title}, {span}"
        for authorization, span in zip(authorizations, spans, strict=True)
    )


def area_options() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every authorization to choose from, as (group, [(code, title and grades)])."""
    return [
        (group, [(area.code, area_words([area.code])) for area in areas])
        for group, areas in current_rules(CertificationRules).areas_by_group().items()
    ]


def type_titles() -> dict[str, str]:
    """The title of every certificate type, by code."""
    return current_rules(CertificationRules).titles()


def type_options() -> list[tuple[str, str]]:
    """Every certificate type open for application today, as (code, title)."""
    types = current_rules(CertificationRules).types_on(current_service().today())
    return [(code, certificate_type.title) for code, certificate_type in types.items()]
