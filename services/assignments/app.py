"""The assignments service's application factory."""

from flask import Flask

from chassis.app import build_app
from chassis.clock import Clock
from chassis.i18n.text import translatable
from chassis.service import Service
from chassis.settings import Settings, read_settings
from chassis.web.health_page import health_page
from services.assignments import api, commands, pages
from services.assignments.background import take_in
from services.assignments.domain.tables import Base
from services.assignments.jurisdiction import load_rules
from services.assignments.queries.districts import announcements
from services.assignments.reactions import reactions
from services.assignments.schedule import schedule


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The application; raises `JurisdictionFault` for a faulty file."""
    settings = settings or read_settings("assignments")
    service = Service(
        name="assignments",
        title=translatable("Assignment reports"),
        settings=settings,
        metadata=Base.metadata,
        rules=load_rules(settings.state),
        reactions=reactions,
        schedule=schedule,
        announce=announcements,
        background=take_in,
        clock=clock or settings.clock(),
    )
    app = build_app(service, [pages.blueprint, health_page("assignments")], [api.blueprint])
    commands.register(app, service)
    return app
