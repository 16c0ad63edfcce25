"""The payments service's application factory."""

from flask import Flask

from chassis.app import build_app
from chassis.clock import Clock
from chassis.i18n.text import translatable
from chassis.service import Service
from chassis.settings import Settings, read_settings
from chassis.web.health_page import health_page
from services.payments import api, pages
from services.payments.domain import Base
from services.payments.jurisdiction import load_rules
from services.payments.queries import announcements
from services.payments.reactions import reactions
from services.payments.settings import PROCESSOR_PAGE_URL
from services.payments.usecases.checkout import processor_from


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The application for this place and time; raises `JurisdictionFault` for an invalid file."""
    settings = settings or read_settings("payments")
    service = Service(
        name="payments",
        title=translatable("Fees and payments"),
        settings=settings,
        metadata=Base.metadata,
        rules=load_rules(settings.state),
        reactions=reactions,
        announce=announcements,
        clock=clock or settings.clock(),
        form_targets=settings[PROCESSOR_PAGE_URL],
    )
    app = build_app(service, [pages.blueprint, health_page("payments")], [api.blueprint])
    app.extensions["processor"] = processor_from(settings)
    return app
