"""The page layout that every service's pages extend: its templates, filters and values."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import Blueprint, request
from markupsafe import Markup, escape

from chassis.context import current_context
from chassis.i18n.language import (
    LANGUAGES,
    current_language,
    format_day,
    format_moment,
    gettext,
    has_languages,
)
from chassis.jurisdiction import Place
from chassis.security.principal import find_principal
from chassis.service import current_service
from contracts.addresses import HOME, NAVIGATION, SIGN_IN, SIGN_OUT, Link
from contracts.permission import all_permissions

_NUMBER = re.compile(r"\b[A-Z]+(?:-[0-9]+)+\b")


def page_layout() -> Blueprint:
    """The layout's templates, filters and values, as a blueprint."""
    frame = Blueprint("frame", __name__, template_folder="templates")
    frame.add_app_template_filter(unbroken)

    @frame.app_template_filter("day")
    def day(value: date) -> str:
        return format_day(value)

    @frame.app_template_filter("moment")
    def moment(value: datetime) -> str:
        return format_moment(value.astimezone(current_service().place.time_zone))

    @frame.app_context_processor
    def frame_values() -> dict[str, Any]:
        service = current_service()
        return {
            "jurisdiction": _in_words(service.place),
            "service_title": service.title,
            "principal": find_principal(),
            "session_seconds": _session_seconds(),
            "navigation": _navigation(),
            "may": _may,
            "sign_in_url": SIGN_IN,
            "sign_out_url": SIGN_OUT,
            "request_id": current_context().correlation_id,
            "today": service.today(),
            "language": current_language(),
            "languages": LANGUAGES if has_languages() else {},
        }

    return frame


def unbroken(text: str) -> Markup:
    """Keep a number such as A-100001 on one line: browsers break it after its hyphens."""
    markup = _NUMBER.sub(r'<span class="unbroken">\g<0></span>', str(escape(text)))
    return Markup(markup)  # noqa: S704 (escaped above)


def _session_seconds() -> int:
    """How long the person stays signed in without another request; 0 if nobody is signed in."""
    principal = find_principal()
    if principal is None or principal.session_ends_at is None:
        return 0
    return max(0, int((principal.session_ends_at - current_service().now()).total_seconds()))


def _navigation() -> list[tuple[str, str, bool]]:
    links = [link for link in NAVIGATION if link.is_for_everybody or _may_follow(link)]
    here = max((link.path for link in links if _is_within(link.path)), key=len, default="")
    return [(gettext(link.label), link.path, link.path == here) for link in links]


def _may_follow(link: Link) -> bool:
    principal = find_principal()
    return principal is not None and principal.may(*link.permissions)


def _may(permission: str) -> bool:
    """For templates: whether the reader has a permission; raises `KeyError` for an unknown one."""
    known = all_permissions()[permission]
    principal = find_principal()
    return principal is not None and principal.may(known)


def _is_within(path: str) -> bool:
    """Whether the page is under a link of the navigation; no other page is under `HOME`."""
    return request.path == path or (path != HOME and request.path.startswith(path))


def _in_words(place: Place) -> Place:
    """The state with its label for an educator's number in the language of the page."""
    return replace(place, educator_number_label=gettext(place.educator_number_label))
