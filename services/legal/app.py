"""Builds the legal service."""

from flask import Flask

from chassis.app import build_app
from chassis.clock import Clock
from chassis.i18n.text import translatable
from chassis.service import Service
from chassis.settings import Settings, read_settings
from chassis.web.health_page import health_page
from services.legal import api
from services.legal.domain.base import Base
from services.legal.jurisdiction import load_rules
from services.legal.pages import cases, complaints, orders
from services.legal.queries import announcements
from services.legal.reactions import reactions
from services.legal.schedule import schedule

PAGES = (
    complaints.blueprint,
    cases.blueprint,
    orders.blueprint,
)


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The Flask application; raises `JurisdictionFault` for an invalid jurisdiction file."""
    settings = settings or read_settings("legal")
    service = Service(
        name="legal",
        title=translatable("Educator conduct"),
        settings=settings,
        metadata=Base.metadata,
        rules=load_rules(settings.state),
        reactions=reactions,
        schedule=schedule,
        announce=announcements,
        clock=clock or settings.clock(),
    )
    return build_app(service, [*PAGES, health_page("legal")], [api.blueprint])
