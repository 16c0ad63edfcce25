"""What every service does around a request: errors, cross-site forms, headers, health."""

import json
import re
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.ids import new_id
from chassis.problems import Problem
from chassis.testing import client_of, service_of
from chassis.web import assets
from contracts.identity import Role
from tests.states import STATES, state_folder
from tests.unit.chassis.registry import drafted, registry

LEGAL = {Role.LEGAL: None}


@pytest.fixture
def program(app: Flask) -> FlaskClient:
    """A program that is signed in and reads JSON."""
    client = client_of(app, LEGAL)
    client.environ_base["HTTP_ACCEPT"] = "application/json"
    return client


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[FlaskClient]:
    """A person with a browser, on a service whose page assets are there."""
    folder = tmp_path / "assets"
    folder.mkdir()
    frame = Path(__file__).parents[3] / "chassis" / "web" / "templates"
    named = re.findall(
        r"asset_url\(['\"]([^'\"]+)['\"]\)",
        "".join(each.read_text() for each in frame.glob("*.html")),
    )
    files = {name: f"hashed/{name}" for name in (*named, *assets.STYLESHEETS)}
    (folder / "manifest.json").write_text(json.dumps({"built_from": "test", "files": files}))
    app = registry(tmp_path, ASSETS_DIR=str(folder))
    yield client_of(app, LEGAL)
    service_of(app).database.close()


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """What is logged from now on."""
    before, captured = structlog.get_config(), StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(captured))
    yield captured
    structlog.configure(**before)


def problem_of(answer: TestResponse) -> dict[str, Any]:
    assert answer.content_type == "application/problem+json"
    problem: dict[str, Any] = json.loads(answer.text)
    assert {"type", "title", "status", "detail", "instance"} <= set(problem)
    assert problem["status"] == answer.status_code
    return problem


def test_a_broken_rule_is_told_to_programs_as_problem_details(
    app: Flask, program: FlaskClient
) -> None:
    path = f"/registry/orders/{drafted(app)}/enter"
    program.post(path, data={"signature": "Testworthy"})

    problem = problem_of(program.post(path, data={"signature": "Testworthy"}))

    assert problem["status"] == 409
    assert problem["type"] == "urn:credence:problem:already-entered"
    assert problem["title"] == "This order is already entered"
    assert problem["advice"].startswith("Reload the page")


def test_a_person_gets_the_same_as_a_page(reader: FlaskClient) -> None:
    page = reader.post(f"/registry/orders/{new_id()}/enter", data={"signature": "Testworthy"})

    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert "There is no such order." in page.text
    assert "What to do next" in page.text


def test_the_api_answers_with_problem_details_even_to_a_browser(app: Flask) -> None:
    answer = client_of(app, LEGAL).get(f"/registry/api/orders/{new_id()}")

    assert problem_of(answer)["detail"] == "There is no such order."


def test_a_crash_shows_nothing_of_the_inside_and_is_logged_whole(
    app: Flask, program: FlaskClient, logged: StringIO
) -> None:
    answer = program.get("/registry/board", headers={"X-Request-Id": "crash-1"})

    problem = problem_of(answer)
    assert answer.status_code == 500
    assert problem["instance"] == "urn:credence:request:crash-1"
    assert "secret" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    crash = next(each for each in logged.getvalue().splitlines() if "request crashed" in each)
    assert "the secret inside" in json.loads(crash)["exception"]
    assert json.loads(crash)["correlation_id"] == "crash-1"


def test_a_crash_is_a_page_with_the_request_number_for_a_person(
    reader: FlaskClient, logged: StringIO
) -> None:
    page = reader.get("/registry/board", headers={"X-Request-Id": "crash-2"})

    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text
    assert "crash-2" in page.text
    assert "secret" not in page.text


def test_without_its_database_a_service_says_when_to_come_back(
    tmp_path: Path, reader: FlaskClient, logged: StringIO
) -> None:
    database = service_of(reader.application).database
    database.close()
    file = Path(str(database.engine.url.database))
    file.rename(tmp_path / "elsewhere.sqlite")
    file.mkdir()

    page = reader.get("/registry/orders")
    answer = reader.get(f"/registry/api/orders/{new_id()}")

    for each in (page, answer):
        assert each.status_code == 503
        assert int(each.headers["Retry-After"]) > 0
    assert "Try again in a minute." in page.text
    assert problem_of(answer)["title"] == "This part of the site does not work right now"
    assert "database does not answer" in logged.getvalue()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
    ids=str,
)
def test_a_form_of_another_site_is_refused(
    app: Flask, program: FlaskClient, headers: dict[str, str]
) -> None:
    order_id = drafted(app)

    refused = program.post(
        f"/registry/orders/{order_id}/enter", data={"signature": "x"}, headers=headers
    )

    assert refused.status_code == 403
    assert problem_of(refused)["type"] == "urn:credence:problem:cross-site-request"
    assert program.get(f"/registry/api/orders/{order_id}").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "https://credence.example"},
    ],
    ids=str,
)
def test_forms_of_this_site_and_programs_pass(tmp_path: Path, headers: dict[str, str]) -> None:
    app = registry(tmp_path, PUBLIC_URL="https://credence.example")

    sent = client_of(app, LEGAL).post(
        f"/registry/orders/{drafted(app)}/enter", data={"signature": "x"}, headers=headers
    )

    assert sent.status_code == 303
    service_of(app).database.close()


def test_a_link_from_another_site_may_be_followed(app: Flask) -> None:
    answer = client_of(app).get("/registry/", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/registry/", "/registry/mine", "/nowhere", "/registry/board"])
def test_every_answer_carries_the_security_headers(app: Flask, path: str) -> None:
    headers = client_of(app).get(path, headers={"Accept": "application/json"}).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_personal_page_is_never_stored(reader: FlaskClient) -> None:
    page = reader.get("/registry/orders")

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"


def test_an_address_without_a_route_is_not_found(program: FlaskClient) -> None:
    assert problem_of(program.get("/registry/nowhere"))["status"] == 404


def test_a_method_that_a_route_does_not_know_is_refused(program: FlaskClient) -> None:
    assert problem_of(program.delete("/registry/mine"))["status"] == 405


def test_a_request_that_is_too_large_is_refused(app: Flask, program: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100

    refused = program.post(f"/registry/orders/{drafted(app)}/enter", data={"signature": "x" * 200})

    assert problem_of(refused)["status"] == 413
    assert problem_of(refused)["advice"] == "Choose a smaller file."


def test_an_answer_names_the_request_it_belongs_to(app: Flask) -> None:
    client = client_of(app)

    given = client.get("/registry/", headers={"X-Request-Id": "from-the-gateway"})
    made = [client.get("/registry/").headers["X-Request-Id"] for _ in range(2)]

    assert given.headers["X-Request-Id"] == "from-the-gateway"
    assert made[0] != made[1]


def test_an_endless_request_id_is_cut(app: Flask) -> None:
    answer = client_of(app).get("/registry/", headers={"X-Request-Id": "x" * 1000})

    assert answer.headers["X-Request-Id"] == "x" * 64


def test_a_form_with_errors_is_unprocessable_and_changes_nothing(
    app: Flask, program: FlaskClient
) -> None:
    order_id = drafted(app)

    answer = program.post(f"/registry/orders/{order_id}/enter", data={"signature": "  "})

    assert answer.status_code == 422
    assert json.loads(answer.text)["errors"] == {"signature": ["Enter your signature."]}
    again = program.post(f"/registry/orders/{order_id}/enter", data={"signature": "x"})
    assert again.status_code == 303


def test_an_api_call_with_errors_names_the_fields(program: FlaskClient) -> None:
    answer = program.post("/registry/api/orders", json={"number": 7, "unknown": 1})

    problem = problem_of(answer)
    assert problem["status"] == 422
    assert problem["type"].endswith(":invalid-input")
    assert set(problem["errors"]) == {"number", "unknown"}


def test_a_body_that_is_not_json_is_refused(program: FlaskClient) -> None:
    answer = program.post(
        "/registry/api/orders", data=b"{not json", content_type="application/json"
    )

    problem = problem_of(answer)
    assert (problem["status"], problem["type"]) == (400, "urn:credence:problem:bad-request")
    assert problem["title"] == Problem.title


def test_the_platform_can_see_whether_the_service_works(app: Flask) -> None:
    client = app.test_client()

    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz").json
    edition = state_folder("kentucky").digest
    assert ready == {"status": "ready", "jurisdiction": f"kentucky {edition}"}
    assert 'http_requests_total{method="GET",service="legal"' in client.get("/metrics").text


def test_the_edition_that_is_shown_is_the_one_in_use(tmp_path: Path) -> None:
    state = state_folder(STATES[0])
    folder = tmp_path / "jurisdictions" / state.code
    shutil.copytree(state.path, folder)
    app = registry(tmp_path, JURISDICTION=state.code, JURISDICTIONS_DIR=str(folder.parent))
    (folder / "fees.toml").write_text("# Another edition, which no process has read.\n")

    ready = app.test_client().get("/readyz").json

    assert ready == {"status": "ready", "jurisdiction": f"{state.code} {state.digest}"}
    service_of(app).database.close()


def test_a_service_without_its_database_is_not_ready_but_alive(tmp_path: Path) -> None:
    app = registry(tmp_path / "here")
    service_of(app).database.close()
    (tmp_path / "here").rename(tmp_path / "gone")
    client = app.test_client()

    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    service_of(app).database.close()


def test_the_api_describes_itself(app: Flask) -> None:
    document = client_of(app).get("/legal/api/openapi.json").json

    assert document is not None
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {"/registry/api/orders/{order_id}", "/registry/api/orders"}
