"""The gateway of the embedded suite: a WSGI application that does what nginx does in production.

It routes by the first part of the path, strips the headers that only it may set, and exchanges the
session cookie for a short-lived token issued for the target service.
"""

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication

from chassis.i18n.language import translate
from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.observability.logging import log
from chassis.web.assets import YEAR
from chassis.web.documents import answers_in

Exchange = Callable[[str, str], str]

# Headers that only the gateway may set, and headers that a caller may not send at all.
FORGEABLE = (
    "HTTP_AUTHORIZATION",
    "HTTP_BAGGAGE",
    "HTTP_FORWARDED",
    "HTTP_PROXY",
    "HTTP_TRACEPARENT",
    "HTTP_TRACESTATE",
    "HTTP_X_FORWARDED_",
    "HTTP_X_REAL_IP",
    "HTTP_X_REQUEST_ID",
    "HTTP_X_TOKEN",
)
ASSETS = "assets"
LANGUAGE = "language"
_CHOSEN = re.compile(r"(?:^|;\s*)language=(en|es)(?:;|$)")
# Spanish before any English, in a browser's order of preference.
_PREFERS_SPANISH = re.compile(r"(?:(?!\ben\b).)*\bes\b", re.IGNORECASE)
# The page on this site where the language was chosen.
_PLACE = re.compile(r"https?://[^/]+(/|/[^/].*)", re.ASCII)

PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title}</title>
  {styles}
</head>
<body>
  <main class="grid-container padding-y-4">
    <h1>{title}</h1>
    <p class="usa-intro">{detail}</p>
    <h2>{next}</h2>
    <p>{advice}</p>
    <p>{ways}</p>
    <p class="fine-print">{code} {status} · {request} <code>{request_id}</code></p>
  </main>
</body>
</html>
"""
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_NEXT, _CODE, _REQUEST = (
    translatable("What to do next"),
    translatable("Status"),
    translatable("Request"),
)
_WAYS = translatable(
    '<a href="/identity/">Go to the home page</a> or <a href="/lookup/">look up an educator</a>.'
)


class Refusal(NamedTuple):
    """A response of the gateway itself: what happened, and what to do next."""

    status: str
    title: str
    detail: str
    advice: str


NOT_FOUND = Refusal(
    "404 Not Found",
    translatable("We could not find that"),
    translatable("Nothing answers at this address."),
    translatable("Check the address, or start again from your home page."),
)
NO_IDENTITY = Refusal(
    "503 Service Unavailable",
    translatable("Signing in does not work right now"),
    translatable(
        "We cannot see who you are, so pages for signed-in people are closed."
        " You are still signed in, and nothing was lost."
    ),
    translatable("Try again in a minute. Looking up an educator works without signing in."),
)


class Gateway:
    """Forwards requests to services by path; `exchange(cookie, audience)` returns a token or ''.

    Services in `without_session` receive neither the cookie nor a token; `stylesheets` are the
    style sheets of the gateway's own pages; `documents` is the folder served under /docs.
    """

    def __init__(
        self,
        services: Mapping[str, WSGIApplication],
        exchange: Exchange,
        *,
        home: str,
        documents: Path | None = None,
        without_session: frozenset[str] = frozenset(),
        stylesheets: Sequence[str] = (),
    ) -> None:
        self._services = services
        self._exchange = exchange
        self._home = home
        self._documents = answers_in(documents) if documents else {}
        self._stylesheets = stylesheets
        self._without_session = without_session | {ASSETS}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        for name in [name for name in environ if name.startswith(FORGEABLE)]:
            del environ[name]
        request_id = str(new_id())
        environ["HTTP_X_REQUEST_ID"] = request_id
        environ["HTTP_X_REAL_IP"] = environ.get("REMOTE_ADDR", "")
        return self._answer(environ, _naming(request_id, start_response))

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        cookie = environ.get("HTTP_COOKIE", "")
        environ["HTTP_ACCEPT_LANGUAGE"] = _language(cookie, environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        if path in (f"/{LANGUAGE}/en", f"/{LANGUAGE}/es"):
            return _keep_language(path[-2:], environ, start_response)
        if path in self._documents:
            return self._documents[path](environ, start_response)
        if elsewhere := self._find_redirect(path, environ.get("QUERY_STRING", "")):
            return _redirect(*elsewhere, start_response)
        first, *rest = path.removeprefix("/").split("/")
        service = self._find_service(first, rest)
        if service is None:
            return self._refuse(environ, start_response, NOT_FOUND)
        if first in self._without_session:
            environ.pop("HTTP_COOKIE", None)
        elif cookie:
            try:
                token = self._exchange(cookie, first)
            except Exception as error:  # any failure means that identity did not answer
                log.error("identity did not answer", error=f"{type(error).__name__}: {error}")
                return self._refuse(environ, start_response, NO_IDENTITY)
            if token:
                environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return service(environ, start_response)

    def _find_redirect(self, path: str, query: str) -> tuple[str, str] | None:
        """The status and location for a path that redirects to another one."""
        if path == "/":
            return "302 Found", self._home
        if path.removeprefix("/") in self._services or f"{path}/" in self._documents:
            return "301 Moved Permanently", f"{path}/?{query}" if query else f"{path}/"
        return None

    def _refuse(
        self, environ: dict[str, Any], start_response: StartResponse, refusal: Refusal
    ) -> Iterable[bytes]:
        """RFC 9457 for programs, a page for people."""
        request_id = environ["HTTP_X_REQUEST_ID"]
        if "/api/" in environ.get("PATH_INFO", ""):
            kind, body = "application/problem+json", json.dumps(_problem(refusal, request_id))
        else:
            language = environ["HTTP_ACCEPT_LANGUAGE"]
            kind, body = "text/html; charset=utf-8", self._page(refusal, language, request_id)
        content = body.encode()
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(content))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", PAGE_POLICY),
        ]
        start_response(refusal.status, headers)
        return [content]

    def _page(self, refusal: Refusal, language: str, request_id: str) -> str:
        return PAGE.format(
            language=language,
            styles="".join(f'<link rel="stylesheet" href="{url}">' for url in self._stylesheets),
            title=html.escape(translate(language, refusal.title)),
            detail=html.escape(translate(language, refusal.detail)),
            next=translate(language, _NEXT),
            advice=html.escape(translate(language, refusal.advice)),
            ways=translate(language, _WAYS),
            code=translate(language, _CODE),
            status=refusal.status.partition(" ")[0],
            request=translate(language, _REQUEST),
            request_id=request_id,
        )

    def _find_service(self, first: str, rest: list[str]) -> WSGIApplication | None:
        """The service for a path: any one for assets, None for a path that is not canonical."""
        if not rest or "" in rest[:-1] or {".", ".."} & set(rest):
            return None
        if first == ASSETS:
            return next(iter(self._services.values()))
        return self._services.get(first)


def _naming(request_id: str, start_response: StartResponse) -> StartResponse:
    """Set the request's id on the response, whoever produced it."""

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        others = [header for header in headers if header[0].lower() != "x-request-id"]
        return start_response(status, [*others, ("X-Request-Id", request_id)], exc_info)

    return start


def _language(cookie: str, accepted: str) -> str:
    """The one language that the services receive: the chosen one, or the browser's preference."""
    if chosen := _CHOSEN.search(cookie):
        return chosen[1]
    return "es" if _PREFERS_SPANISH.match(accepted) else "en"


def _keep_language(
    language: str, environ: Mapping[str, Any], start_response: StartResponse
) -> Iterable[bytes]:
    place = _PLACE.fullmatch(environ.get("HTTP_REFERER", ""))
    cookie = f"language={language}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax"
    headers = [
        ("Location", place[1] if place else "/"),
        ("Set-Cookie", cookie),
        ("Cache-Control", "no-store"),
        ("Content-Length", "0"),
    ]
    start_response("303 See Other", headers)
    return [b""]


def _redirect(status: str, location: str, start_response: StartResponse) -> Iterable[bytes]:
    start_response(status, [("Location", location), ("Content-Length", "0")])
    return [b""]


def _problem(refusal: Refusal, request_id: str) -> dict[str, object]:
    code, name = refusal.status.split(" ", 1)
    return {
        "type": f"urn:credence:problem:{name.lower().replace(' ', '-')}",
        "title": refusal.title,
        "status": int(code),
        "detail": refusal.detail,
        "advice": refusal.advice,
        "instance": f"urn:credence:request:{request_id}",
    }
