"""Whatever is put into a request, it is refused in words, and never makes a service fail."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from chassis.ids import new_id
from chassis.testing import client_of, service_of
from contracts.identity import Role
from services.names import SERVICES
from tests.api import worlds
from tests.api.worlds import World

pytestmark = pytest.mark.machines

HOSTILE: tuple[Any, ...] = (
    "\0",
    "name\0",
    "\ud800",
    "x" * 100_000,
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59+14:00",
    10**30,
    -(10**30),
    2**63,
    1e308,
    float("inf"),
    float("nan"),
    True,
    None,
    {},
    [],
    ["\0"],
    [{}],
    {"\0": "\0"},
)
COMMANDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "certification": {
        "/certification/api/applications/{application_id}/decision": (
            "outcome",
            "reasons",
            "version",
        )
    },
    "legal": {
        "/legal/api/cases/{case_id}/orders": (
            "action",
            "effective_on",
            "last_day",
            "conditions",
            "grounds",
            "is_permanent",
            "earliest_reapplication_on",
        ),
        "/legal/api/complaints": (
            "organization_id",
            "educator_number",
            "position",
            "facts",
            "occurred_on",
            "learned_on",
            "grounds",
            "signature",
            "is_true",
        ),
    },
}
QUESTIONS = {
    "certification": (
        "/certification/api/queue?waiting_for={}",
        "/certification/api/queue?certificate_type={}",
        "/certification/api/queue?page={}",
        "/certification/api/certificates/{certificate_id}?on={}",
        "/certification/api/certificates/{}",
    ),
    "payments": ("/payments/api/invoices/{}",),
    "legal": ("/legal/api/cases/{}",),
    "assignments": (
        "/assignments/api/findings?district={}",
        "/assignments/api/findings?school={}",
        "/assignments/api/findings?reason={}",
        "/assignments/api/findings?page={}",
        "/assignments/api/reports/{}",
        "/assignments/api/staff/{}",
    ),
    "lookup": (
        "/lookup/api/educators?name={}",
        "/lookup/api/educators?number={}",
        "/lookup/api/educators?name=Lovelace&after={}",
        "/lookup/api/educators/{}",
        "/lookup/api/certificates/{}",
        "/lookup/api/verify/{}",
    ),
}
IN_ADDRESSES = (
    "%00",
    "Love%00lace",
    "%ED%A0%80",
    "%FF%FE",
    "%",
    "9" * 30,
    "-" + "9" * 30,
    "9223372036854775807",
    "0001-01-01",
    "9999-12-31",
    "%F0%9F%A6%89" * 300,
    "%25%5F'%22;--",
)
ASKED = ("page", "day", "on", "q", "after", "next", "token", "kind", "district", "school", "reason")


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = worlds.make(request.param, tmp_path)
    yield made
    service_of(made.app).database.close()


def refuse_or_answer(answer: TestResponse) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"


def ask(world: World, method: str, path: str, **more: Any) -> TestResponse:
    headers = {"Authorization": world.authorization, "Idempotency-Key": str(new_id())}
    return world.app.test_client().open(path, method=method, headers=headers, **more)


def place(path: str, world: World) -> str:
    for name, value in world.known.items():
        path = path.replace(f"{{{name}}}", str(value))
    return path


@pytest.mark.parametrize("world", COMMANDS, indirect=True)
def test_no_member_of_a_command_makes_a_service_fail(world: World) -> None:
    for path, members in COMMANDS[world.app.name].items():
        good = {name: world.known[name] for name in members}
        for name in members:
            for hostile in HOSTILE:
                body = json.dumps({**good, name: hostile})
                answer = ask(
                    world, "POST", place(path, world), data=body, content_type="application/json"
                )
                refuse_or_answer(answer)


@pytest.mark.parametrize("world", COMMANDS, indirect=True)
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 100_000, b"\xff", b'"text"', b"1" * 5000, b'{"a": 1, "a": 2}', b"null"],
    ids=lambda body: body[:8].decode("latin1"),
)
def test_no_body_makes_a_service_fail(world: World, body: bytes) -> None:
    for path in COMMANDS[world.app.name]:
        for content_type in ("application/json", "application/problem+json", "text/plain"):
            answer = ask(world, "POST", place(path, world), data=body, content_type=content_type)
            assert 400 <= answer.status_code < 500
            refuse_or_answer(answer)


@pytest.mark.parametrize("world", QUESTIONS, indirect=True)
def test_no_address_makes_a_service_fail(world: World) -> None:
    for question in QUESTIONS[world.app.name]:
        for hostile in IN_ADDRESSES:
            refuse_or_answer(ask(world, "GET", place(question, world).replace("{}", hostile)))


@pytest.mark.parametrize("world", SERVICES, indirect=True)
def test_no_question_makes_a_page_fail(world: World) -> None:
    client = client_of(
        world.app, dict.fromkeys(Role, new_id()), educator_id=world.educator_id or new_id()
    )
    for rule in world.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.rule != "/readyz":
            path = re.sub(r"<[^>]+>", str(new_id()), rule.rule)
            for hostile in IN_ADDRESSES:
                question = "&".join(f"{each}={hostile}" for each in ASKED)
                with client.get(f"{path}?{question}") as answer:
                    answer.close()
                assert answer.status_code < 500, (path, hostile)


@pytest.mark.parametrize("world", COMMANDS, indirect=True)
def test_text_that_no_database_keeps_is_refused_as_a_whole(world: World) -> None:
    for path, members in COMMANDS[world.app.name].items():
        for unreadable in ("\0", "\ud800"):
            body = json.dumps({name: world.known[name] for name in members} | {"x": [unreadable]})
            answer = ask(
                world, "POST", place(path, world), data=body, content_type="application/json"
            )
            assert answer.status_code == 400
            assert answer.get_json()["type"] == "urn:credence:problem:unreadable-text"
