"""What only nginx does of the gateway's work: caching, compressing, limits, assets and its log."""

import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.bus_world import eventually
from tests.integration.gateway_world import SESSION, STYLE, Door, behind_nginx
from tests.servers import find_nginx
from tests.servers.folders import PrivateFolder
from tests.servers.plugin import get_server

TOO_MUCH = {"Content-Length": str(60 * 1024 * 1024 + 1)}


@pytest.fixture(scope="module")
def door(pytestconfig: pytest.Config) -> Iterator[Door]:
    get_server(find_nginx, pytestconfig)
    folder = PrivateFolder("gateway")
    with behind_nginx(folder.path) as door:
        yield door
    folder.remove()


def test_who_ask_lookup_the_same_at_once_share_one_answer_for_a_second(door: Door) -> None:
    lookup, path = door.services["lookup"], "/lookup/educators/1"
    with ThreadPoolExecutor(20) as people:
        asking = [
            people.submit(door.ask, f"{path}?wait=1", {"Cookie": f"seen={number}"})
            for number in range(20)
        ]
        eventually(lambda: lookup.asked(path) > 0)
        # Whoever was not held back by the gateway would have been let through before these.
        for _ in range(20):
            door.ask("/nowhere")
        lookup.go_on.set()
        answers = [each.result() for each in asking]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 20
    assert lookup.asked(path) == 1

    def asked_again() -> bool:
        door.ask(f"{path}?wait=1")
        return lookup.asked(path) > 1

    eventually(asked_again)


def test_another_query_is_another_answer(door: Door) -> None:
    assert door.ask("/lookup/search?name=Lee").told["query"] == "name=Lee"
    assert door.ask("/lookup/search?name=Ray").told["query"] == "name=Ray"


@pytest.mark.parametrize(
    ("method", "query"),
    [("GET", "cookie=1"), ("GET", "status=404"), ("GET", "status=500"), ("POST", "")],
)
def test_what_is_not_for_everybody_is_not_kept(door: Door, method: str, query: str) -> None:
    path = f"/lookup/not-kept-{method}-{query.replace('=', '-')}"
    for _ in range(3):
        door.ask(f"{path}?{query}", method=method)
    assert door.services["lookup"].asked(path) == 3


@pytest.mark.parametrize("service", ["legal", "identity"])
def test_nobodys_page_is_kept(door: Door, service: str) -> None:
    for _ in range(3):
        door.ask(f"/{service}/mine", {"Cookie": SESSION})
    assert door.services[service].asked(f"/{service}/mine") == 3


def test_lookup_that_does_not_answer_is_spoken_for_by_its_last_answer(door: Door) -> None:
    answer = door.ask("/lookup/last")
    with door.without("lookup"):
        eventually(partial(_is_stale, door, "/lookup/last"))
        assert door.ask("/lookup/last").body == answer.body
        assert door.ask("/lookup/never-asked").status == 502


def _is_stale(door: Door, path: str) -> bool:
    door.ask(path)
    return any(entry["path"] == path and entry["cache"] == "STALE" for entry in _entries(door))


def test_more_than_60_mb_are_refused_before_they_are_sent(door: Door) -> None:
    page = door.ask("/assignments/reports", TOO_MUCH, method="POST")
    assert page.status == 413
    assert "Choose a smaller file." in page.body.decode()
    problem = door.ask("/assignments/api/reports", TOO_MUCH, method="POST")
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert json.loads(problem.body)["type"] == "urn:credence:problem:request-entity-too-large"
    assert json.loads(problem.body)["status"] == problem.status == 413


def test_a_service_that_is_down_is_spoken_for(door: Door) -> None:
    with door.without("legal"):
        page, problem = door.ask("/legal/cases"), door.ask("/legal/api/cases")
    assert page.status == problem.status == 502
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "This part of the site does not answer right now" in page.body.decode()
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert json.loads(problem.body)["title"] == "This part of the site does not answer right now"
    for answer in (page, problem):
        assert answer.headers["Retry-After"] == "10"
        assert answer.headers.get_all("X-Request-Id") == [answer.headers["X-Request-Id"]]
        assert "(none)" not in answer.body.decode()


@pytest.mark.parametrize(
    ("path", "method", "status", "words"),
    [
        ("/legal/" + 9000 * "x", "GET", 414, "The address is too long"),
        ("/assets/style-1f2e3d.css", "POST", 405, "This cannot be done at this address"),
        ("/legal/%00", "GET", 400, "This request could not be understood"),
    ],
)
def test_each_refusal_says_what_to_do(
    door: Door, path: str, method: str, status: int, words: str
) -> None:
    answer = door.ask(path, method=method)
    assert answer.status == status
    assert f"<h1>{words}</h1>" in answer.body.decode()
    assert "(none)" not in answer.body.decode()


def test_assets_are_kept_for_a_year_and_sent_compressed(door: Door) -> None:
    plain = door.ask("/assets/style-1f2e3d.css")
    assert plain.body == STYLE
    assert plain.headers["Content-Type"] == "text/css"
    assert plain.headers.get_all("Cache-Control") == ["public, max-age=31536000, immutable"]
    assert plain.headers["Vary"] == "Accept-Encoding"
    compressed = door.ask("/assets/style-1f2e3d.css", {"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.body) == STYLE


def test_an_asset_that_is_not_there_is_not_kept(door: Door) -> None:
    for path in (
        *("/assets/style-0.css", "/assets/manifest.json", "/assets/", "/assets/none/"),
        *("/assets/docs/", "/assets/docs/index.html"),
    ):
        missing = door.ask(path)
        assert missing.status == 404
        assert missing.headers.get_all("Cache-Control") == ["no-store"]


@pytest.mark.parametrize("kind", ["text/html", "application/json", "application/problem+json"])
def test_long_answers_are_compressed(door: Door, kind: str) -> None:
    answer = door.ask(f"/legal/?size=5000&type={quote(kind)}", {"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.body))["service"] == "legal"
    small = door.ask(f"/legal/?size=1&type={quote(kind)}", {"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] is None


def test_the_version_is_not_told(door: Door) -> None:
    for path in ("/legal/", "/nowhere", "/assets/style-1f2e3d.css"):
        assert door.ask(path).headers["Server"] == "nginx"


def test_the_log_says_what_happened_and_not_whom_anybody_looked_for(door: Door) -> None:
    answers = [door.ask("/lookup/search?last_name=Summers", {"Cookie": "session=secret"})]
    with door.without("lookup"), door.without("legal"):
        answers += [
            door.ask("/lookup/search?last_name=Winters"),
            door.ask("/legal/cases?last_name=Winters", {"Referer": "http://x/?name=Winters"}),
        ]
    # nginx writes lines together, a second late at most.
    ids = [str(each.headers["X-Request-Id"]) for each in answers]
    eventually(lambda: all(each in door.log() for each in ids))
    [entry] = [each for each in _entries(door) if each["correlation_id"] == ids[0]]
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/lookup/search", 200)
    assert (entry["address"], entry["cache"]) == ("127.0.0.1", "MISS")
    for name in ("Summers", "Winters", "secret", "last_name"):
        assert name not in door.log()


def _entries(door: Door) -> list[dict[str, Any]]:
    return [json.loads(line) for line in door.log().splitlines()]
