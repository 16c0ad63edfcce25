"""Each service's OpenAPI document is valid, and schemathesis finds that it is true.

The document is what programs are written from, so whatever is answered must be in it, and nothing
that comes from outside may make a service fail.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from chassis.ids import new_id
from chassis.testing import service_of
from chassis.web.idempotency import KEY
from services.names import SERVICES
from tests.api import worlds
from tests.api.worlds import World
from tests.unit.assignments.world import biology_only

CHECKS = {
    # What no JSON schema can say is refused with 422, as an order that contradicts itself, or with
    # 400, as a webhook that nobody signed. It must still be one of the two.
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "400", "403", "404", "409", "422"],
    },
}
SETTINGS_OF_SOCKETS = ("max_redirects", "verify", "cert", "proxies")


# What is uploaded: a good report of a district, or anything.
schemathesis.openapi.format("binary", st.just(biology_only().zipped()) | st.binary(max_size=500))


@pytest.fixture(params=SERVICES)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = worlds.make(request.param, tmp_path)
    yield made
    service_of(made.app).database.close()


@pytest.fixture
def asked_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """How requests are sent: each command with a fresh key, and all of them to WSGI.

    The same key for another command would be refused, and schemathesis 4.32 asks again without a
    sign-in as if over a socket.
    """
    send = WSGITransport.send

    def send_well(self: Any, case: Any, *, session: Any = None, **kwargs: Any) -> Any:
        for name in SETTINGS_OF_SOCKETS:
            kwargs.pop(name, None)
        if re.fullmatch(KEY, (case.headers or {}).get("Idempotency-Key", "")):
            fresh = {"Idempotency-Key": str(new_id())}
            kwargs["headers"] = {**(kwargs.get("headers") or {}), **fresh}
        return send(self, case, session=session, **kwargs)

    monkeypatch.setattr(WSGITransport, "send", send_well)


def address(world: World) -> str:
    return f"/{world.app.name}/api/openapi.json"


def document(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.app.test_client().get(address(world)).get_json()
    return found


def operations(world: World) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document(world)["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method, path, operation


def test_the_document_is_valid_openapi(world: World) -> None:
    assert list(OpenAPIV31SpecValidator(document(world)).iter_errors()) == []


def test_the_document_is_the_same_each_time_it_is_fetched(world: World) -> None:
    first = document(world)

    assert document(world) == first
    assert list(OpenAPIV31SpecValidator(document(world)).iter_errors()) == []


def test_every_error_is_documented_as_problem_details(world: World) -> None:
    responses = document(world)["components"]["responses"]

    for _, path, operation in operations(world):
        errors = {name: each for name, each in operation["responses"].items() if name >= "4"}
        assert set(errors) >= {"400", "5XX"}, path
        for error in errors.values():
            response = responses[error["$ref"].rpartition("/")[2]]
            assert list(response["content"]) == ["application/problem+json"]
            example = response["content"]["application/problem+json"]["example"]
            assert str(example["status"])[0] == error["$ref"][-3]


def test_who_must_sign_in_is_documented_as_the_routes_have_it(world: World) -> None:
    stranger = world.app.test_client()

    for method, path, operation in operations(world):
        somewhere = re.sub(r"{\w+}", str(new_id()), path)
        answer = stranger.open(somewhere, method=method)
        assert ("security" in operation) == (answer.status_code == 401), path
    schemes = document(world)["components"]["securitySchemes"]
    assert schemes["bearer"]["scheme"] == "bearer"


def test_every_command_asks_for_a_key(world: World) -> None:
    for method, path, operation in operations(world):
        headers = [
            each["name"] for each in operation.get("parameters", []) if each["in"] == "header"
        ]
        is_command = method != "get" and "/api/" in path
        assert headers == ["Idempotency-Key"] * is_command


@pytest.mark.usefixtures("asked_well")
@pytest.mark.machines
def test_schemathesis_finds_no_fault(world: World) -> None:
    found = try_everything(world)

    assert not found.faults, "\n\n".join(found.faults)
    offered = {f"{method.upper()} {path}" for method, path, _ in operations(world)}
    # A webhook is believed only with the card processor's signature.
    assert offered - found.carried_out <= {"POST /payments/webhooks/card"}


@pytest.mark.usefixtures("asked_well")
@pytest.mark.parametrize("world", ["lookup"], indirect=True)
@pytest.mark.machines
def test_schemathesis_finds_a_service_that_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.lookup.api.verify", None)

    faults = try_everything(world).faults

    assert {"GET /lookup/api/verify/{number}: not_a_server_error: Server error"} <= {
        each.partition("\n")[0] for each in faults
    }


@dataclass
class Found:
    """What schemathesis found; an operation is carried out when it was answered with success."""

    faults: list[str] = field(default_factory=list)
    carried_out: set[str] = field(default_factory=set)


def try_everything(world: World) -> Found:
    schema = schemathesis.openapi.from_wsgi(address(world), world.app, config=config(world))
    give_examples(schema.raw_schema, world)
    found = Found()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            found.faults += failures_of(event.recorder)
            found.carried_out |= set(successes_of(event.recorder))
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.faults.append(str(event))
    return found


def config(world: World) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 20261122,
            "headers": {"Authorization": world.authorization},
            "generation": {"max-examples": 25, "deterministic": True, "database": "none"},
            "continue-on-failure": True,
            "checks": CHECKS,
            # The lives of things are walked by the machines in tests/machines.
            "phases": {"stateful": {"enabled": False}},
        }
    )


def give_examples(schema: dict[str, Any], world: World) -> None:
    """Put the values that fit into the document, so that some requests come through."""
    shapes = schema["components"]["schemas"]
    for item in schema["paths"].values():
        for holder in (item, *(each for each in item.values() if isinstance(each, dict))):
            for parameter in holder.get("parameters", []):
                if parameter["name"] in world.known:
                    parameter["example"] = world.known[parameter["name"]]
            body = holder.get("requestBody", {}).get("content", {}).get("application/json", {})
            if reference := body.get("schema", {}).get("$ref"):
                members = shapes[reference.rpartition("/")[2]]["properties"]
                body["example"] = {name: world.known[name] for name in members}


def successes_of(recorder: Any) -> Iterator[str]:
    for asked in recorder.interactions.values():
        is_offered = recorder.label.startswith(f"{asked.request.method} ")
        if is_offered and asked.response is not None and asked.response.status_code < 300:
            yield recorder.label


def failures_of(recorder: Any) -> Iterator[str]:
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                found = check.failure_info
                yield f"{recorder.label}: {check.name}: {found.failure}\n{found.code_sample}"
