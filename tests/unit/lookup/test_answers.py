"""Answers may be shared by everybody, are tagged by what they show, and say how fresh they are."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.security.access import find_access
from chassis.testing import FixedClock, bearer, client_of, deliver
from contracts.identity import Role
from tests.unit.lookup.facts import issued, revoked, suspended, tell_caught_up
from tests.unit.lookup.test_documents import TODAY

PATHS = [
    "/lookup/",
    "/lookup/educators?q=lovelace",
    "/lookup/educators?q=nobody",
    "/lookup/educators/202600001",
    "/lookup/verify/KY-2026-0000001",
    "/lookup/verify/KY-2026-7777777",
    "/lookup/api/educators?name=lovelace",
    "/lookup/api/educators?number=202600001",
    "/lookup/api/educators/202600001",
    "/lookup/api/certificates/KY-2026-0000001",
    "/lookup/api/verify/KY-2026-0000001",
    "/lookup/api/freshness",
]
every_path = pytest.mark.parametrize("path", PATHS)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    deliver(app, issued())
    return client_of(app)


@every_path
def test_caches_may_keep_an_answer_for_a_second(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=1, stale-while-revalidate=5"
    assert answer.headers["ETag"].startswith('W/"')


@every_path
def test_who_has_the_answer_already_is_told_so(client: FlaskClient, path: str) -> None:
    tag = client.get(path).headers["ETag"]

    again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Cache-Control"].startswith("public")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@every_path
def test_the_head_of_an_answer_is_that_of_the_answer(client: FlaskClient, path: str) -> None:
    head, whole = client.head(path), client.get(path)

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_the_tag_changes_with_what_is_shown_and_only_then(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    def tags() -> list[str]:
        shown = ("/lookup/educators/202600001", "/lookup/api/educators/202600001")
        return [client.get(path).headers["ETag"] for path in shown]

    first = tags()
    clock.move(seconds=30)
    tell_caught_up(app)
    assert tags() == first
    deliver(app, issued(9, educator_id=issued().certificate_id, educator_number="9"))
    assert tags() == first

    deliver(app, suspended(TODAY, None))

    assert not set(tags()) & set(first)


def test_the_tag_changes_when_the_day_does(client: FlaskClient, clock: FixedClock) -> None:
    path = "/lookup/verify/KY-2026-0000001"
    tag = client.get(path).headers["ETag"]

    clock.move(days=1)

    assert client.get(path).headers["ETag"] != tag


@every_path
def test_nobody_is_signed_in_on_a_page_for_everybody(
    app: Flask, client: FlaskClient, path: str
) -> None:
    signed_in = client_of(app, {Role.ANALYST: None})
    signed_in.environ_base["HTTP_AUTHORIZATION"] = bearer(
        "lookup", {Role.ANALYST: None}, name="Eve Analyst"
    )
    signed_in.environ_base["HTTP_COOKIE"] = "__Host-session=secret"

    answer = signed_in.get(path)

    assert answer.data == client.get(path).data
    assert b"Eve Analyst" not in answer.data
    assert b"Sign in" not in answer.data
    assert "Set-Cookie" not in answer.headers
    # A page differs by its language alone.
    assert answer.headers.get("Vary") in (None, "Cookie, Accept-Language")


def test_a_sign_in_that_is_no_longer_good_hinders_nobody(app: Flask, client: FlaskClient) -> None:
    stale = {"Authorization": "Bearer nonsense"}

    assert client.get("/lookup/", headers=stale).status_code == 200
    assert client.get("/lookup/api/educators/202600001", headers=stale).status_code == 200


def test_every_route_is_for_everybody_and_only_for_reading(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        access = find_access(app.view_functions[rule.endpoint])
        assert access is not None
        assert access.is_open, rule.rule
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}, rule.rule


@every_path
def test_every_answer_says_as_of_when_it_is(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    if answer.is_json:
        assert answer.get_json()["as_of"] == "2026-11-22T15:00:00Z"
        assert answer.get_json()["is_current"] is True
        assert "warning" not in answer.get_json()
    else:
        assert "As of November 22, 2026, 10:00\N{NO-BREAK SPACE}a.m." in answer.text
        assert "may not be up to date" not in answer.text


@every_path
def test_knowledge_that_is_more_than_a_minute_old_says_so_plainly(
    client: FlaskClient, clock: FixedClock, path: str
) -> None:
    before = client.get(path).headers["ETag"]
    clock.move(minutes=14)

    answer = client.get(path, headers={"If-None-Match": before})

    words = "This information is 14 minutes old. Newer decisions are missing here."
    if answer.is_json:
        assert (answer.get_json()["is_current"], answer.get_json()["warning"]) == (False, words)
    else:
        assert words in answer.text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (60, None),
        (61, "1 minute old"),
        (3600, "1 hour old"),
        (2 * 86400 + 5, "2 days old"),
    ],
)
def test_age_is_told_in_the_largest_unit_that_it_fills(
    client: FlaskClient, clock: FixedClock, seconds: int, words: str | None
) -> None:
    clock.move(seconds=seconds)

    answer = client.get("/lookup/api/freshness").get_json()

    assert answer["age_seconds"] == seconds
    assert answer["is_current"] is (words is None)
    assert words is None or words in answer["warning"]


def test_old_knowledge_becomes_current_again_when_the_replica_has_caught_up(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    clock.move(hours=3)
    deliver(app, revoked(TODAY))
    tell_caught_up(app)

    answer = client.get("/lookup/api/educators/202600001").get_json()

    assert (answer["is_current"], answer["as_of"]) == (True, "2026-11-22T18:00:00Z")
    assert answer["certificates"][0]["status"] == "revoked"
