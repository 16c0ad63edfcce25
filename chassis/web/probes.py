"""Platform probes of every service: liveness, readiness and metrics."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text

from chassis.observability.metrics import exposition
from chassis.security.access import (
    internal,
)
from chassis.service import Service
from chassis.settings import PROMETHEUS_MULTIPROC_DIR


def probes(service: Service) -> Blueprint:
    """The routes that only the platform calls; the gateway does not expose them."""
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
        edition = f"{service.settings.state.code} {service.edition}"
        return {"status": "ready", "jurisdiction": edition}

    @platform.get("/metrics")
    @internal
    def metrics() -> ResponseReturnValue:
        # Processes that share this port each report the metrics of all of them.
        folder = service.settings[PROMETHEUS_MULTIPROC_DIR]
        return Response(exposition(folder), content_type=CONTENT_TYPE_LATEST)

    return platform
