"""The page frame that every service's pages extend: its templates, filters and values."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, request

from chassis import assets
from chassis.auth import find_principal
from chassis.context import current_context
from chassis.service import current_service
from contracts.addresses import SIGN_IN, SIGN_OUT, navigation_for


def page_frame() -> Blueprint:
    """The page frame's templates, which every service's pages extend."""
    frame = Blueprint("frame", __name__, template_folder="templates")

    @frame.app_template_filter("day")
    def day(value: date) -> str:
        return f"{value:%B %-d, %Y}"

    @frame.app_template_filter("moment")
    def moment(value: datetime) -> str:
        local = value.astimezone(current_service().place.time_zone)
        return f"{local:%B %-d, %Y, %-I:%M %p}".replace("AM", "a.m.").replace("PM", "p.m.")

    @frame.app_context_processor
    def frame_values() -> dict[str, Any]:
        service = current_service()
        return {
            "jurisdiction": service.place,
            "service_title": service.title,
            "principal": find_principal(),
            "navigation": _navigation(),
            "sign_in_url": SIGN_IN,
            "sign_out_url": SIGN_OUT,
            "request_id": current_context().correlation_id,
            "asset_url": assets.asset_url,
            "today": service.today(),
        }

    return frame


def _navigation() -> list[tuple[str, str, bool]]:
    principal = find_principal()
    roles = frozenset(each.role for each in principal.roles) if principal else frozenset()
    links = navigation_for(roles)
    here = max(
        (link.path for link in links if request.path.startswith(link.path)), key=len, default=""
    )
    return [(link.label, link.path, link.path == here) for link in links]
