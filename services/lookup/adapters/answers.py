"""Cacheable responses: each has an ETag of its content and says how fresh it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, current_app, request

from chassis.i18n.language import CHASSIS, current_language
from chassis.service import Service, current_service
from chassis.web.assets import asset_url
from services.lookup.domain.freshness import is_current, warning

CACHE_CONTROL = "public, max-age=1, stale-while-revalidate=5"


def answer_json(document: bytes, as_of: datetime | None) -> Response:
    """A finished JSON object, with the freshness members first."""
    service = current_service()
    now = service.now()
    tag = _tag(document, as_of, now)
    if _has_current_copy(tag):
        return _answer(304, b"", tag)
    body = _preamble(as_of, now) + document.removeprefix(b"{")
    return _answer(200, body, tag, "application/json")


def answer_page(content: bytes, as_of: datetime | None, render: Callable[[], str]) -> Response:
    """A page that shows `content`; rendered only for clients without a current copy."""
    shown_with = f"{asset_url('credence.css')} {current_language()}"
    tag = _tag(content + shown_with.encode(), as_of, current_service().now())
    answer = (
        _answer(304, b"", tag)
        if _has_current_copy(tag)
        else _answer(200, render().encode(), tag, "text/html; charset=utf-8")
    )
    # The gateway chooses the language by these two.
    answer.headers["Vary"] = "Cookie, Accept-Language"
    return answer


def edition_of(app: Flask) -> str:
    """A digest of all templates, translations and the state's folder.

    So no cache keeps an outdated page.
    """
    service: Service = app.extensions["credence"]
    digest = blake2b(service.edition.encode(), digest_size=6)
    for folder in (CHASSIS, Path(app.root_path)):
        for catalog in sorted(folder.glob("translations/*.po")):
            digest.update(catalog.read_bytes())
    for name in sorted(app.jinja_env.list_templates()):
        assert app.jinja_env.loader is not None
        digest.update(app.jinja_env.loader.get_source(app.jinja_env, name)[0].encode())
    return digest.hexdigest()


def instant(moment: datetime | None) -> str | None:
    """A moment as it is written in JSON."""
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _preamble(as_of: datetime | None, now: datetime) -> bytes:
    moment = f'"{instant(as_of)}"' if as_of else "null"
    old = warning(as_of, now)
    if old is None:
        return f'{{"as_of":{moment},"is_current":true,'.encode()
    return f'{{"as_of":{moment},"is_current":false,"warning":"{old}",'.encode()


def _tag(content: bytes, as_of: datetime | None, now: datetime) -> str:
    """The same on every replica with the same content and edition; weak, for `as_of` may differ."""
    edition: str = current_app.extensions["edition"]
    hashed = blake2b(content, digest_size=9, key=edition.encode())
    state = "current" if is_current(as_of, now) else "old"
    day = current_service().place.today(now)
    return f'W/"{hashed.hexdigest()}-{day:%Y%m%d}-{state}"'


def _has_current_copy(tag: str) -> bool:
    return "If-None-Match" in request.headers and request.if_none_match.contains_weak(
        tag.removeprefix("W/").strip('"')
    )


def _answer(status: int, body: bytes, tag: str, content_type: str | None = None) -> Response:
    headers = {"ETag": tag, "Cache-Control": CACHE_CONTROL}
    return Response(body, status, headers, content_type=content_type)
