"""Makes a service's Flask application: who asks, headers, health, metrics, OpenAPI."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint as ApiBlueprint
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from werkzeug.exceptions import HTTPException

from chassis import assets, commands
from chassis.auth import (
    TokenVerifier,
    admit,
    find_principal,
    internal,
    public,
    refuse_undeclared_routes,
)
from chassis.context import acting_in, current_context
from chassis.errors import answer_errors
from chassis.frame import page_frame
from chassis.language import speak_languages
from chassis.marked import marked
from chassis.metrics import exposition
from chassis.openapi import DocumentedApi
from chassis.problems import NotAllowed
from chassis.service import Service
from chassis.surroundings import Surroundings
from chassis.telemetry import collect_spans, configure_telemetry
from chassis.unreadable import refuse_unreadable_text

LARGEST_REQUEST_BYTES = 60 * 1024 * 1024
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class Application(Flask):
    """Flask, but for its look at every function it calls, each time, whether that is a coroutine:
    none is.
    """

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


class CrossSiteRequest(NotAllowed):
    """A form of another site tried to act in the signed-in person's name."""

    title = marked("This came from another site")
    advice = marked("Open the page on this site and send the form from there.")


def build_app(
    service: Service, pages: Iterable[Blueprint], apis: Iterable[ApiBlueprint] = ()
) -> Flask:
    """The service's application: its pages and API with everything that each service needs.

    Raises `chassis.auth.UndeclaredAccess` when a route does not say who may use it.
    """
    configure_telemetry(service.settings.value("LOG_FILE"))
    collect_spans(service.name, service.settings.value("OTEL_EXPORTER_OTLP_ENDPOINT"))
    app = Application(
        service.name, root_path=str(commands.SERVICES / service.name), static_folder=None
    )
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = 1024 * 1024
    app.extensions["credence"] = service
    service.run_within(app)
    if folder := service.settings.value("ASSETS_DIR"):
        app.config["ASSETS_DIR"] = folder
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    speak_languages(app)
    app.register_blueprint(page_frame())
    public(assets.serve)
    app.register_blueprint(assets.blueprint)
    app.register_blueprint(_platform(service))
    answer_errors(app)
    _look_who_asks(app, service)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    _add_api(app, service, apis)
    commands.register(app, service)
    refuse_undeclared_routes(app)
    app.wsgi_app = Surroundings(  # type: ignore[method-assign]
        app.wsgi_app, service.name, service.form_targets
    )
    return app


def _platform(service: Service) -> Blueprint:
    """What the platform asks of every service; the gateway does not lead here."""
    platform = Blueprint("platform", __name__)

    @platform.get("/healthz")
    @internal
    def healthz() -> ResponseReturnValue:
        return {"status": "alive"}

    @platform.get("/readyz")
    @internal
    def readyz() -> ResponseReturnValue:
        try:
            with service.database.reading() as session:
                session.execute(text("select 1"))
                waiting = service.waits_for(session) if service.waits_for else None
        except Exception as error:
            return {"status": "not ready", "database": type(error).__name__}, 503
        if waiting:
            return {"status": "not ready", "waits for": waiting}, 503
        return {"status": "ready"}

    @platform.get("/metrics")
    @internal
    def metrics() -> ResponseReturnValue:
        # Where several processes serve this port, each is to tell of all of them.
        folder = service.settings.value("PROMETHEUS_MULTIPROC_DIR")
        return Response(exposition(folder), content_type=CONTENT_TYPE_LATEST)

    return platform


def _add_api(app: Flask, service: Service, apis: Iterable[ApiBlueprint]) -> None:
    app.config.update(
        API_TITLE=f"Credence {service.title}",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
    )
    api = DocumentedApi(app)
    # Errors of the API are answered like all others, by this module.
    app.error_handler_spec[None][None].pop(HTTPException, None)
    answer_errors(app)
    for blueprint in apis:
        api.register_blueprint(blueprint)

    @app.get(f"/{service.name}/api/openapi.json")
    @public
    def openapi() -> ResponseReturnValue:
        return jsonify(api.document(app))


def _look_who_asks(app: Flask, service: Service) -> None:
    app.extensions["verifier"] = TokenVerifier(service.database, audience=service.name)

    @app.before_request
    def begin() -> None:
        refuse_cross_site_requests(service.settings.public_url)
        admit(app.extensions["verifier"], service.now())
        if principal := find_principal():
            actor = replace(current_context(), actor=f"account {principal.account_id}")
            g.acting = acting_in(actor)
            g.acting.__enter__()
        refuse_unreadable_text()

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if acting := g.pop("acting", None):
            acting.__exit__(None, None, None)


def refuse_cross_site_requests(public_url: str) -> None:
    """Raise `CrossSiteRequest` when a browser sends a form for another site.

    Browsers tell in `Sec-Fetch-Site`, older ones in `Origin`; programs send neither, and carry no
    cookie that could be abused.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site in ("same-origin", "none"):
        return
    origin = request.headers.get("Origin")
    if site is None and origin is None:
        return
    if site is None and urlsplit(origin or "").netloc in (
        request.host,
        urlsplit(public_url).netloc,
    ):
        return
    raise CrossSiteRequest
