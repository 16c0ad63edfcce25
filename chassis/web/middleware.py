"""WSGI middleware: context, trace, response headers, metrics and the access log.

It wraps the application instead of using Flask's hooks, to cost each request as little as possible.
"""

import time
from collections.abc import Iterable
from functools import cache, partial
from itertools import count
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from opentelemetry.trace import SpanKind

from chassis.context import Context, acting_in
from chassis.ids import new_id
from chassis.observability.logging import log
from chassis.observability.metrics import METHODS, REQUEST_SECONDS, REQUESTS
from chassis.observability.tracing import describe_request, span

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'{form_targets}"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
# The gateway logs the responses that any cache may keep, since it sees them all. Of those that
# reach the service, one in ONE_OF is logged, plus every slow or failed one. All are counted.
ONE_OF = 100
SLOW_SECONDS = 0.5


class RequestMiddleware:
    """Wraps a service's application.

    `form_targets` are external sites, separated by spaces, to which its forms may lead.
    """

    def __init__(self, application: WSGIApplication, service: str, form_targets: str = "") -> None:
        self._application = application
        self._service = service
        targets = f" {form_targets}" if form_targets else ""
        self._headers = [
            (name.lower(), (name, value.replace("{form_targets}", targets)))
            for name, value in SECURITY_HEADERS.items()
        ]
        self._answered = cache(partial(REQUESTS.labels, service))
        self._seconds = cache(partial(REQUEST_SECONDS.labels, service))
        self._public_answers = count()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request in its own context, as a step of the caller's trace."""
        started = time.perf_counter()
        method, path = environ["REQUEST_METHOD"], _path_of(environ)
        context = Context(
            address=environ.get("HTTP_X_REAL_IP") or environ.get("REMOTE_ADDR"),
            correlation_id=environ.get("HTTP_X_REQUEST_ID", "")[:64] or str(new_id()),
        )

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            own = {name.lower(): value for name, value in headers}
            headers += [header for name, header in self._headers if name not in own]
            headers.append(("X-Request-Id", context.correlation_id))
            code, seconds = int(status[:3]), time.perf_counter() - started
            # Callers may invent methods and paths: only the expected ones become labels.
            label, route = method if method in METHODS else "other", _route_of(environ)
            self._answered(label, code).inc()
            self._seconds(label, route, f"{code // 100}xx").observe(seconds)
            describe_request(label, route, code)
            is_public = "public" in own.get("cache-control", "")
            if not is_public or code >= 400 or seconds > SLOW_SECONDS:
                _log(method, path, code, seconds)
            elif next(self._public_answers) % ONE_OF == 0:
                _log(method, path, code, seconds, one_of=ONE_OF)
            return start_response(status, headers, exc_info)

        traceparent = environ.get("HTTP_TRACEPARENT")
        with (
            acting_in(context),
            span("request", self._service, traceparent, kind=SpanKind.SERVER),
        ):
            return self._application(environ, start)


def _log(method: str, path: str, status: int, seconds: float, **more: int) -> None:
    milliseconds = round(seconds * 1000, 1)
    log.info(
        "request answered",
        method=method,
        path=path,
        status=status,
        milliseconds=milliseconds,
        **more,
    )


def _route_of(environ: WSGIEnvironment) -> str:
    """The template of the route that answered, such as `/payments/invoices/<uuid:invoice_id>`."""
    rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
    return rule.rule if rule is not None else "none"


def _path_of(environ: WSGIEnvironment) -> str:
    """The path without its query, which may hold what a person typed."""
    path: str = environ.get("PATH_INFO") or "/"
    # WSGI decodes a path's bytes as Latin-1 (PEP 3333).
    return path if path.isascii() else path.encode("latin-1").decode(errors="replace")
