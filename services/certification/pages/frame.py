"""The blueprint of certification's pages, and the words that several of them share."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, request

from chassis.forms import Form
from chassis.problems import InvalidInput
from chassis.service import current_service
from contracts.certification import Authorization, CertificateStatus
from services.certification.domain.element import ElementState
from services.certification.domain.standing import (
    ActionBy,
    acting_since,
    action_by,
    standing_of,
)
from services.certification.jurisdiction import rules

blueprint = Blueprint("pages", __name__, url_prefix="/certification")

_STATES = {
    ElementState.NOT_STARTED: ("neutral", "Not started"),
    ElementState.IN_PROGRESS: ("warning", "In progress"),
    ElementState.SUBMITTED: ("info", "Submitted"),
    ElementState.VERIFIED: ("success", "Verified"),
    ElementState.REJECTED: ("error", "Rejected"),
    ElementState.NOT_REQUIRED: ("success", "Not required"),
}
_CERTIFICATE_STATUSES = {
    CertificateStatus.NOT_YET_EFFECTIVE: ("info", "Not yet effective"),
    CertificateStatus.ACTIVE: ("success", "Active"),
    CertificateStatus.EXPIRED: ("neutral", "Expired"),
    CertificateStatus.SUSPENDED: ("error", "Suspended"),
    CertificateStatus.SURRENDERED: ("error", "Surrendered"),
    CertificateStatus.REVOKED: ("error", "Revoked"),
}


@blueprint.app_template_filter("on_day")
def on_day(moment: datetime) -> str:
    """The calendar day of a moment, in the state's time zone, as people write it."""
    return f"{current_service().place.today(moment):%B %-d, %Y}"


@blueprint.app_context_processor
def shared_words() -> dict[str, Any]:
    """What templates use to say where something stands."""
    return {
        "rules": rules(),
        "standing_of": standing_of,
        "action_by": action_by,
        "acting_since": acting_since,
        "actor_words": actor_words,
        "state_words": _STATES.__getitem__,
        "certificate_words": _CERTIFICATE_STATUSES.__getitem__,
        "area_words": area_words,
    }


def actor_words(actor: ActionBy, applicant: str = "You") -> str:
    """Who must act, to the applicant or to somebody who speaks of them."""
    return {
        ActionBy.APPLICANT: applicant,
        ActionBy.PROVIDER: "Your preparation provider" if applicant == "You" else "The provider",
        ActionBy.AGENCY: f"{current_service().place.agency_short_name}, an analyst",
        ActionBy.LEGAL: f"{current_service().place.agency_short_name}, legal review",
        ActionBy.PAYMENTS: "The fee office",
        ActionBy.NONE: "Nobody",
    }[actor]


def area_words(codes: Iterable[str | Authorization]) -> str:
    """Authorizations with their grades, as a person reads them."""
    known = [
        rules().get_area(each).authorization() if isinstance(each, str) else each for each in codes
    ]
    # A span of grades is not broken at the end of a line.
    spans = [rules().grades_of(each).replace("-", "\u2011") for each in known]
    return "; ".join(f"{each.title}, {span}" for each, span in zip(known, spans, strict=True))


def area_options() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every authorization to choose from, by group: (group, (code, title and grades))."""
    return [
        (group, [(area.code, area_words([area.code])) for area in areas])
        for group, areas in rules().areas_by_group().items()
    ]


def type_options() -> list[tuple[str, str]]:
    """Every type of certificate that may be applied for today: (code, title)."""
    return [(each.code, each.title) for each in rules().types_on(current_service().today())]


def refused(form: Form, refusal: InvalidInput) -> Form:
    """The form with what the domain found wrong, at the fields it names."""
    for name, messages in refusal.errors.items():
        for message in messages:
            form = form.with_error(name, message)
    return form


def page_asked_for() -> int:
    """The number of the page of a list, from 1."""
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
