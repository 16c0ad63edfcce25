"""What the gateway lets through, adds and keeps out: one table of cases, for nginx and its twin.

`test_nginx.py` holds what only nginx does.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

import pytest

from chassis.web.middleware import SECURITY_HEADERS
from services.names import SERVICES
from tests.integration.gateway_world import (
    DOCUMENTS,
    SESSION,
    WITH_SESSION,
    Door,
    behind_nginx,
    behind_the_twin,
)
from tests.servers import find_nginx
from tests.servers.folders import PrivateFolder
from tests.servers.plugin import get_server

FORGED = {
    "Authorization": "Bearer forged",
    "Baggage": "forged=1",
    "Forwarded": "for=192.0.2.1",
    "Proxy": "http://forged.example",
    "Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "Tracestate": "forged=1",
    "X-Forwarded-By": "forged",
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Host": "forged.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/forged",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Protocol": "ssl",
    "X-Forwarded-Scheme": "https",
    "X-Forwarded-Server": "forged.example",
    "X-Forwarded-Ssl": "on",
    "X-Real-IP": "192.0.2.1",
    "X-Request-Id": "forged",
    "X-Token": "forged",
    "SCRIPT_NAME": "/forged",
    "X_Real_IP": "192.0.2.1",
}

NOBODYS = (
    "/internal/token",
    "/internal/token?audience=legal",
    "/internal/",
    "/%69nternal/token",
    "//internal/token",
    "/./internal/token",
    "/identity/../internal/token",
    "/identity/..//internal/token",
    "/identity/%2e%2e/internal/token",
    "/identity/%2E%2E/internal/token",
    "/identity/..%2finternal/token",
    "/identity%2f..%2Finternal%2ftoken",
    "/identity/.%2e/.%2E/internal/token",
    "/internal/token/../../identity/",
    "/internal/token/%2e%2e/%2e%2e/identity/",
    "/legal/../../internal/token",
    "/identity//",
    "/identity/./",
    "/identity/.",
    "/lookup/../metrics",
    "/healthz",
    "/readyz",
    "/metrics",
    "/legal/../readyz",
    "/payments/..%2fmetrics",
    "/nowhere",
    "/nowhere/",
    "/identityx/",
    "/Identity/",
    "/assets",
    "/assets/../nginx.conf",
    "/assets/%2e%2e/listen.conf",
    "/Docs/",
    "/docs/nothing",
    "/docs/nothing/",
    "/docs/events/nothing.v1.json",
    "/docs/../nginx.conf",
    "/docs/%2e%2e/manifest.json",
    "/docs/..%2fmanifest.json",
    "/errors/problem.html",
    "/errors/problem.es.html",
    "/errors/problem.json",
    "/temp/nginx.pid",
    "/nginx.conf",
)


@pytest.fixture(scope="module", params=["nginx", "twin"])
def door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    if request.param == "twin":
        with behind_the_twin(tmp_path_factory.mktemp("docs")) as door:
            yield door
        return
    get_server(find_nginx, request.config)
    folder = PrivateFolder("gateway")
    with behind_nginx(folder.path) as door:
        yield door
    folder.remove()


@pytest.mark.parametrize("service", SERVICES)
def test_a_path_leads_to_its_service_as_it_was_written(door: Door, service: str) -> None:
    told = door.ask(f"/{service}/cases/caf%C3%A9%20a?name=O%27Neil&back=/../x").told
    assert told["service"] == service
    assert told["path"].encode("latin-1").decode() == f"/{service}/cases/café a"
    assert told["query"] == "name=O%27Neil&back=/../x"


def test_the_bare_address_leads_to_the_home_page(door: Door) -> None:
    answer = door.ask("/")
    assert (answer.status, answer.headers["Location"]) == (302, "/identity/")


@pytest.mark.parametrize("service", SERVICES)
def test_a_missing_slash_is_added(door: Door, service: str) -> None:
    answer = door.ask(f"/{service}?name=Neil")
    assert (answer.status, answer.headers["Location"]) == (301, f"/{service}/?name=Neil")
    assert door.ask(f"/{service}").headers["Location"] == f"/{service}/"


@pytest.mark.parametrize(
    ("path", "file", "kind"),
    [
        ("/docs/", "index.html", "text/html; charset=utf-8"),
        ("/docs/events/", "events/index.html", "text/html; charset=utf-8"),
        (
            "/docs/events/legal.order-entered.v1.json",
            "events/legal.order-entered.v1.json",
            "application/json",
        ),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Cookie": SESSION}], ids=["nobody", "signed-in"])
def test_documentation_is_answered_without_any_service(
    door: Door, path: str, file: str, kind: str, headers: dict[str, str]
) -> None:
    before = {name: list(each.paths) for name, each in door.services.items()}
    with door.without("identity"):
        answer = door.ask(f"{path}?read=1", headers)
    assert (answer.status, answer.body) == (200, DOCUMENTS[file])
    assert answer.headers["Content-Type"] == kind
    assert {name: each.paths for name, each in door.services.items()} == before


def test_documentation_is_as_guarded_as_a_services_pages(door: Door) -> None:
    answer = door.ask("/docs/")
    for name, value in SECURITY_HEADERS.items():
        if name != "Cache-Control":
            assert answer.headers.get_all(name) == [value.replace("{form_targets}", "")]


def test_documentation_that_has_not_changed_is_not_sent_twice(door: Door) -> None:
    first = door.ask("/docs/events/")
    assert first.headers.get_all("Cache-Control") == ["no-cache"]
    again = door.ask("/docs/events/", {"If-None-Match": str(first.headers["ETag"])})
    assert (again.status, again.body) == (304, b"")


def test_who_asks_only_for_the_headers_of_documentation_is_sent_no_more(door: Door) -> None:
    answer = door.ask("/docs/", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(DOCUMENTS["index.html"]))


@pytest.mark.parametrize("path", ["/docs", "/docs/events"])
def test_a_missing_slash_is_added_to_a_folder_of_documentation(door: Door, path: str) -> None:
    answer = door.ask(f"{path}?read=1")
    assert (answer.status, answer.headers["Location"]) == (301, f"{path}/?read=1")


@pytest.mark.parametrize("path", NOBODYS)
@pytest.mark.parametrize("headers", [{}, {"Cookie": SESSION}], ids=["nobody", "signed-in"])
def test_what_is_not_for_outside_is_not_found(
    door: Door, path: str, headers: dict[str, str]
) -> None:
    before = {name: list(each.paths) for name, each in door.services.items()}
    answer = door.ask(path, headers)
    assert answer.status in (400, 404)
    assert {name: each.paths for name, each in door.services.items()} == before


@pytest.mark.parametrize("service", ["identity", "legal", "lookup"])
@pytest.mark.parametrize("header", FORGED)
def test_a_forged_header_never_arrives(door: Door, service: str, header: str) -> None:
    arrived = door.ask(f"/{service}/forged?{header}", {header: FORGED[header]}).arrived
    assert FORGED[header] not in arrived.values()


@pytest.mark.parametrize("service", ["legal", "lookup"])
def test_all_forged_headers_together_leave_only_what_the_gateway_says(
    door: Door, service: str
) -> None:
    arrived = door.ask(f"/{service}/all-forged", {**FORGED, "Accept-Language": "es"}).arrived
    assert arrived["accept-language"] == "es"
    assert arrived["x-real-ip"] == "127.0.0.1"
    said = {name for name in arrived if name.startswith("x-") or name in _names(FORGED)}
    assert said == {"x-real-ip", "x-request-id"}


def _names(headers: dict[str, str]) -> set[str]:
    return {name.lower() for name in headers}


def test_each_request_has_an_id_that_the_service_and_the_caller_are_told(door: Door) -> None:
    first, second = door.ask("/legal/"), door.ask("/legal/")
    for answer in (first, second):
        assert answer.headers.get_all("X-Request-Id") == [answer.arrived["x-request-id"]]
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert len(first.headers["X-Request-Id"]) >= 32


@pytest.mark.parametrize("service", WITH_SESSION)
def test_a_session_becomes_a_token_for_the_one_service(door: Door, service: str) -> None:
    arrived = door.ask(f"/{service}/", {"Cookie": SESSION}).arrived
    assert arrived["authorization"] == f"Bearer token-of-mary-for-{service}"


def test_a_form_is_sent_on_with_the_token(door: Door) -> None:
    form = {"Cookie": SESSION, "Content-Type": "application/x-www-form-urlencoded"}
    answer = door.ask("/legal/complaints", form, method="POST", body="text=a+complaint")
    assert answer.arrived["authorization"] == "Bearer token-of-mary-for-legal"


def test_an_unknown_session_or_none_gives_no_token(door: Door) -> None:
    assert "authorization" not in door.ask("/legal/", {"Cookie": "session=ended"}).arrived
    asked_before = door.services["identity"].asked("/internal/token")
    assert "authorization" not in door.ask("/legal/").arrived
    assert door.services["identity"].asked("/internal/token") == asked_before


def test_lookup_is_given_neither_cookie_nor_token(door: Door) -> None:
    asked_before = door.services["identity"].asked("/internal/token")
    arrived = door.ask("/lookup/secretly", {"Cookie": SESSION}).arrived
    assert "cookie" not in arrived
    assert "authorization" not in arrived
    assert door.services["identity"].asked("/internal/token") == asked_before


@pytest.mark.parametrize("service", [name for name in WITH_SESSION if name != "identity"])
def test_without_identity_signed_in_pages_say_so(door: Door, service: str) -> None:
    with door.without("identity"):
        page = door.ask(f"/{service}/", {"Cookie": SESSION})
        problem = door.ask(f"/{service}/api/things", {"Cookie": SESSION})
    assert page.status == problem.status == 503
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Signing in does not work right now" in page.body.decode()
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert json.loads(problem.body)["title"] == "Signing in does not work right now"


def test_without_identity_what_needs_no_session_goes_on(door: Door) -> None:
    with door.without("identity"):
        assert door.ask("/lookup/still-there", {"Cookie": SESSION}).told["service"] == "lookup"
        webhook = door.ask("/payments/webhooks/card", method="POST", body="{}")
    assert webhook.told["service"] == "payments"


def test_a_program_is_told_the_problem_and_a_person_shown_a_page(door: Door) -> None:
    problem = door.ask("/nowhere/api/things?x=/y")
    assert problem.status == 404
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert json.loads(problem.body) == {
        "type": "urn:credence:problem:not-found",
        "title": "We could not find that",
        "status": 404,
        "detail": "Nothing answers at this address.",
        "advice": "Check the address, or start again from your home page.",
        "instance": f"urn:credence:request:{problem.headers['X-Request-Id']}",
    }
    page = door.ask("/nowhere/?x=/api/")
    assert page.status == 404
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    for words in (
        "<h1>We could not find that</h1>",
        "Check the address, or start again from your home page.",
        page.headers["X-Request-Id"],
        'href="/identity/"',
    ):
        assert words in page.body.decode()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_style_of_the_gateways_own_pages_is_what_their_policy_allows(
    door: Door, language: str
) -> None:
    page = door.ask("/nowhere/", {"Accept-Language": language})
    inside = re.findall("<style>(.*?)</style>", page.body.decode(), re.DOTALL)
    linked = re.findall('<link rel="stylesheet" href="/assets/', page.body.decode())
    digests = [b64encode(sha256(each.encode()).digest()).decode() for each in inside]
    allowed = [f"'sha256-{each}'" for each in digests] + (["'self'"] if linked else [])
    policy = page.headers["Content-Security-Policy"].split("; ")
    assert f"style-src {' '.join(allowed)}" in policy
    assert allowed


def test_a_person_is_told_in_spanish_where_they_like_and_a_program_never(door: Door) -> None:
    for status, path, title in (
        (404, "/nowhere/", "No pudimos encontrar eso"),
        (503, "/legal/", "En este momento no se puede iniciar sesión"),
    ):
        with door.without("identity"):
            page = door.ask(path, {"Accept-Language": "es", "Cookie": SESSION}).body.decode()
            problem = door.ask(f"{path}api/x", {"Accept-Language": "es", "Cookie": SESSION})
        assert '<html lang="es">' in page
        assert f"<h1>{title}</h1>" in page
        assert "Qué hacer ahora" in page
        assert problem.status == status
        assert json.loads(problem.body)["title"] != title


def test_what_a_service_says_is_passed_on_as_it_is(door: Door) -> None:
    for status in (401, 404, 413, 500, 503):
        answer = door.ask(f"/legal/?status={status}&type=text/html", {"Cookie": SESSION})
        assert answer.status == status
        assert answer.told["service"] == "legal"
        assert answer.headers.get_all("Cache-Control") == ["no-store"]
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "en"),
        ({"Accept-Language": "es-MX,es;q=0.9,en;q=0.8"}, "es"),
        ({"Accept-Language": "en-US,en;q=0.9,es;q=0.8"}, "en"),
        ({"Accept-Language": "qu,es;q=0.9"}, "es"),
        ({"Accept-Language": "fr"}, "en"),
        ({"Accept-Language": "en", "Cookie": "language=es"}, "es"),
        ({"Accept-Language": "es", "Cookie": f"{SESSION}; language=en"}, "en"),
        ({"Cookie": "language=fr"}, "en"),
    ],
)
@pytest.mark.parametrize("service", ["identity", "lookup"])
def test_a_service_is_told_one_language_the_chosen_or_the_browsers(
    door: Door, service: str, headers: dict[str, str], language: str
) -> None:
    path = f"/{service}/in-{language}-{len(str(headers))}"
    assert door.ask(path, headers).arrived["accept-language"] == language


def test_an_answer_kept_in_one_language_is_not_given_to_readers_of_another(door: Door) -> None:
    told = [
        door.ask("/lookup/same", {"Cookie": f"language={each}"}).arrived["accept-language"]
        for each in ("en", "es", "en")
    ]
    assert told == ["en", "es", "en"]


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("https://site.example/lookup/educators?q=Ada%20Smith", "/lookup/educators?q=Ada%20Smith"),
        ("http://site.example/", "/"),
        ("https://site.example//elsewhere.example/", "/"),
        ("", "/"),
    ],
)
def test_a_chosen_language_is_kept_and_leads_back_to_the_page(
    door: Door, came_from: str, leads_to: str
) -> None:
    answer = door.ask("/language/es", {"Referer": came_from} if came_from else {})
    assert (answer.status, answer.headers["Location"]) == (303, leads_to)
    assert answer.headers["Set-Cookie"].startswith("language=es; Path=/; Max-Age=31536000;")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/language", "/language/", "/language/fr", "/language/es/"])
def test_no_other_language_can_be_chosen(door: Door, path: str) -> None:
    assert door.ask(path).status == 404
