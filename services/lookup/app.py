"""The lookup service's application factory."""

from flask import Flask

from chassis.app import build_app
from chassis.clock import Clock
from chassis.i18n.text import translatable
from chassis.service import Service
from chassis.settings import Settings, read_settings
from services.lookup import api, commands, internal, pages
from services.lookup.adapters.answers import edition_of
from services.lookup.adapters.peers import begin_from_peer
from services.lookup.adapters.replica import Replica
from services.lookup.domain.base import Base
from services.lookup.jurisdiction import load_rules
from services.lookup.queries import known_until, waits_for
from services.lookup.reactions import reactions, when_caught_up
from services.lookup.settings import PEER_URL


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The application of one replica; raises `SharedDatabase` for a database that is shared."""
    settings = settings or read_settings("lookup")
    replica = Replica(settings.database_url)
    service = Service(
        name="lookup",
        title=translatable("Educator lookup"),
        settings=settings,
        metadata=Base.metadata,
        rules=load_rules(settings.state),
        reactions=reactions,
        caught_up=when_caught_up,
        waits_for=waits_for,
        known_until=known_until,
        before_migration=lambda: begin_from_peer(replica, settings[PEER_URL]),
        follows_stream=True,
        clock=clock or settings.clock(),
    )
    app = build_app(service, [pages.blueprint, internal.blueprint], [api.blueprint])
    app.extensions.update(replica=replica, edition=edition_of(app))
    commands.register(app, replica)
    app.wsgi_app = pages.without_identity(app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app
