"""Builds a service's Flask application: authentication, headers, health, metrics, OpenAPI."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, g, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint as ApiBlueprint
from werkzeug.exceptions import HTTPException

from chassis.context import acting_in, current_context
from chassis.i18n.language import init_translations
from chassis.observability.logging import configure_logging
from chassis.observability.tracing import collect_spans
from chassis.operations import cli
from chassis.security.access import (
    authorize,
    public,
    record_access,
    refuse_undeclared_routes,
)
from chassis.security.csrf import refuse_cross_site_requests
from chassis.security.principal import find_principal
from chassis.security.tokens import TokenVerifier
from chassis.service import Service
from chassis.settings import ASSETS_DIR, LOG_FILE, OTEL_EXPORTER_OTLP_ENDPOINT, SERVICES
from chassis.web import assets
from chassis.web.error_handlers import answer_errors
from chassis.web.layout import page_layout
from chassis.web.malformed import refuse_malformed_text
from chassis.web.middleware import RequestMiddleware
from chassis.web.openapi import DocumentedApi
from chassis.web.probes import probes

LARGEST_REQUEST_BYTES = 60 * 1024 * 1024


class Application(Flask):
    """Flask without its check, on every call, whether a function is a coroutine: none is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


def build_app(
    service: Service, pages: Iterable[Blueprint], apis: Iterable[ApiBlueprint] = ()
) -> Flask:
    """The service's application: its pages and API, plus what every service needs.

    Raises `chassis.security.access.UndeclaredAccess` when a route does not say who may use it.
    """
    configure_logging(service.settings[LOG_FILE])
    collect_spans(service.name, service.settings[OTEL_EXPORTER_OTLP_ENDPOINT])
    app = Application(service.name, root_path=str(SERVICES / service.name), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = 1024 * 1024
    app.extensions["credence"] = service
    service.run_within(app)
    if folder := service.settings[ASSETS_DIR]:
        app.config["ASSETS_DIR"] = folder
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    init_translations(app, service.settings.state)
    app.register_blueprint(page_layout())
    public(assets.serve)
    app.register_blueprint(assets.blueprint)
    app.register_blueprint(probes(service))
    answer_errors(app)
    _authenticate_requests(app, service)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    _add_api(app, service, apis)
    cli.register(app, service)
    refuse_undeclared_routes(app)
    app.wsgi_app = RequestMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, service.name, service.form_targets
    )
    return app


def _add_api(app: Flask, service: Service, apis: Iterable[ApiBlueprint]) -> None:
    app.config.update(
        API_TITLE=f"{service.name.capitalize()} API",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
    )
    api = DocumentedApi(app)
    # This module answers the API's errors like all others.
    app.error_handler_spec[None][None].pop(HTTPException, None)
    answer_errors(app)
    for blueprint in apis:
        api.register_blueprint(blueprint)

    @app.get(f"/{service.name}/api/openapi.json")
    @public
    def openapi() -> ResponseReturnValue:
        return jsonify(api.document(app))


def _authenticate_requests(app: Flask, service: Service) -> None:
    app.extensions["verifier"] = TokenVerifier(service.database, service.name, service.grants)

    @app.before_request
    def begin() -> None:
        record_access()
        refuse_cross_site_requests(service.settings.public_url)
        authorize(app.extensions["verifier"], service.grants, service.now())
        if principal := find_principal():
            actor = f"account {principal.account_id}"
            own_ids = principal.own_ids
            g.acting = acting_in(replace(current_context(), actor=actor, own_ids=own_ids))
            g.acting.__enter__()
        refuse_malformed_text()

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if acting := g.pop("acting", None):
            acting.__exit__(None, None, None)
