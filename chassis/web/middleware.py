"""What surrounds every request: its context and trace, the answer's headers, a count and a line.

Around the application and not inside it, so that each request pays as little for it as can be.
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
# Answers that any cache may keep are the gateway's to log, who sees them all; of those that come
# through to here one in so many has a line, and each that is slow or went wrong. All are counted.
ONE_OF = 100
SLOW_SECONDS = 0.5


class RequestMiddleware:
    """An application of a service, with what each of its requests needs around it.

    `form_targets` are sites outside, separated by spaces, to which its forms may lead.
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
        """Answer one request on behalf of whoever asks, as a step of their trace."""
        started = time.perf_counter()
        method, path = environ["REQUEST_METHOD"], _path_of(environ)
        context = Context(
            address=environ.get("HTTP_X_REAL_IP") or environ.get("REMOTE_ADDR"),
            correlation_id=environ.get("HTTP_X_REQUEST_ID", "")[:64] or str(new_id()),
        )

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            given = {name.lower(): value for name, value in headers}
            headers += [header for name, header in self._headers if name not in given]
            headers.append(("X-Request-Id", context.correlation_id))
            code, seconds = int(status[:3]), time.perf_counter() - started
            # Methods and paths are the caller's invention: only those that we know are labels.
            known, route = method if method in METHODS else "other", _route_of(environ)
            self._answered(known, code).inc()
            self._seconds(known, route, f"{code // 100}xx").observe(seconds)
            describe_request(known, route, code)
            is_public = "public" in given.get("cache-control", "")
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
    """The path without its query, which may tell what a person typed."""
    path: str = environ.get("PATH_INFO") or "/"
    # WSGI gives a path's bytes as if they were Latin-1 (PEP 3333).
    return path if path.isascii() else path.encode("latin-1").decode(errors="replace")
