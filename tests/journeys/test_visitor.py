"""The simulated visitor tells what a page shows, not what is hidden in it."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug import Request, Response
from werkzeug.serving import make_server

from services.demonstration.visitor import Unexpected, Visitor

PAGE = """<main>
<template><p>Not responding</p></template><div hidden>You were signed out</div>
<script>sayNothing()</script><h1>Applications</h1></main>"""


@pytest.fixture
def address() -> Iterator[str]:
    @Request.application
    def answer(_: Request) -> Response:
        return Response(PAGE, mimetype="text/html")

    server = make_server("127.0.0.1", 0, answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_what_was_not_expected_is_told_as_it_is_shown(address: str) -> None:
    with pytest.raises(Unexpected) as told:
        Visitor(address).open("/", expect="Certificates")
    assert str(told.value).endswith(": Applications")
