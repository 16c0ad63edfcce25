"""Each request leaves a line in the log, but for those that the gateway's cache keeps and logs."""

from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import structlog
from structlog.testing import LogCapture
from werkzeug.test import Client

from chassis.web.middleware import ONE_OF, RequestMiddleware


@pytest.fixture
def logged() -> Iterator[LogCapture]:
    before, captured = structlog.get_config(), LogCapture()
    structlog.configure(processors=[captured])
    yield captured
    structlog.configure(**before)


def client_answering(status: str, **headers: str) -> Client:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, [(name.replace("_", "-"), headers[name]) for name in headers])
        return [b""]

    return Client(RequestMiddleware(answer, "legal"))


def lines(captured: LogCapture) -> list[Any]:
    return [(each["status"], each.get("one_of")) for each in captured.entries]


def test_a_private_answer_always_has_a_line(logged: LogCapture) -> None:
    client = client_answering("200 OK")

    for _ in range(3):
        client.get("/registry/")

    assert lines(logged) == [(200, None)] * 3


def test_of_answers_that_caches_may_keep_one_in_a_hundred_has_a_line(logged: LogCapture) -> None:
    client = client_answering("200 OK", Cache_Control="public, max-age=1")

    for _ in range(2 * ONE_OF):
        client.get("/registry/")

    assert lines(logged) == [(200, ONE_OF)] * 2


def test_what_went_wrong_always_has_a_line(logged: LogCapture) -> None:
    client = client_answering("500 Internal Server Error", Cache_Control="public")

    for _ in range(3):
        client.get("/registry/")

    assert lines(logged) == [(500, None)] * 3


def test_headers_that_the_application_chose_stay(logged: LogCapture) -> None:
    answer = client_answering("200 OK", Content_Security_Policy="default-src 'none'").get("/")

    assert answer.headers.getlist("Content-Security-Policy") == ["default-src 'none'"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_path_is_logged_without_its_query_and_as_it_was_written(logged: LogCapture) -> None:
    client_answering("200 OK").get("/registry/nuñez?ssn=078-05-1120")

    assert [each["path"] for each in logged.entries] == ["/registry/nuñez"]
