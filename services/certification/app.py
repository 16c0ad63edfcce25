"""Builds the certification service."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from chassis.app import build_app
from chassis.clock import Clock
from chassis.i18n.text import translatable
from chassis.jurisdiction import load_place
from chassis.service import Service
from chassis.settings import Settings, read_settings
from chassis.web.health_page import health_page
from services.certification import api
from services.certification.domain.base import Base
from services.certification.jurisdiction import load_rules
from services.certification.pages import (
    application,
    candidates,
    certificates,
    elements,
    home,
    review,
    words,
)
from services.certification.queries import announcements
from services.certification.reactions import reactions
from services.certification.schedule import schedule
from services.certification.usecases.work import complete_queue

PAGES = (
    home.blueprint,
    application.blueprint,
    elements.blueprint,
    certificates.blueprint,
    candidates.blueprint,
    review.blueprint,
    review.work,
    words.blueprint,
)


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The Flask application; raises `JurisdictionFault` for an invalid jurisdiction file."""
    settings = settings or read_settings("certification")
    rules, place = load_rules(settings.state), load_place(settings.state)

    def complete(session: Session, now: datetime) -> None:
        complete_queue(session, rules, place)

    service = Service(
        name="certification",
        title=translatable("Educator certification"),
        settings=settings,
        metadata=Base.metadata,
        rules=rules,
        reactions=reactions,
        schedule=schedule,
        announce=announcements,
        on_start=complete,
        clock=clock or settings.clock(),
    )
    return build_app(
        service,
        [*PAGES, health_page("certification")],
        [api.blueprint],
    )
