"""The identity service's application factory."""

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
from chassis.web.specimens import specimen_page
from services.identity import api, commands, internal
from services.identity.adapters.resources import resources_from, sealer_from
from services.identity.background import carry_mail
from services.identity.domain.base import Base
from services.identity.jurisdiction import load_rules
from services.identity.pages import (
    accounts,
    confirmation,
    home,
    mail,
    messages,
    organizations,
    password_reset,
    persons,
    registration,
    sessions,
    unconfirmed,
    words,
)
from services.identity.queries import announcements
from services.identity.reactions import reactions
from services.identity.schedule import schedule
from services.identity.usecases.keys import ensure_signing_key
from services.identity.usecases.organizations import ensure_agency

PAGES = (
    home.blueprint,
    sessions.blueprint,
    registration.blueprint,
    confirmation.blueprint,
    password_reset.blueprint,
    messages.blueprint,
    persons.blueprint,
    accounts.blueprint,
    organizations.blueprint,
    unconfirmed.blueprint,
    mail.blueprint,
    words.blueprint,
)


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The application for this place and time; raises `JurisdictionFault` for an invalid file."""
    settings = settings or read_settings("identity")
    rules = load_rules(settings.state)

    def ensure_first_rows(session: Session, now: datetime) -> None:
        agency_name = load_place(settings.state).agency_name
        ensure_signing_key(session, sealer_from(settings), now)
        ensure_agency(session, rules, agency_name)

    service = Service(
        name="identity",
        title=translatable("Educator accounts"),
        settings=settings,
        metadata=Base.metadata,
        rules=rules,
        reactions=reactions,
        schedule=schedule,
        announce=announcements,
        on_start=ensure_first_rows,
        background=carry_mail,
        clock=clock or settings.clock(),
    )
    app = build_app(
        service,
        [*PAGES, internal.blueprint, health_page("identity"), specimen_page("identity")],
        [api.blueprint],
    )
    app.extensions["identity"] = resources_from(settings, service.database)
    commands.register(app, service)
    return app
