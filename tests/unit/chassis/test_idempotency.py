"""The Idempotency-Key: the same command twice is one effect and one answer."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from chassis.ids import new_id
from chassis.testing import client_of, service_of
from contracts.identity import Role
from tests.unit.chassis.registry import Order


@pytest.fixture
def program(app: Flask) -> FlaskClient:
    return client_of(app, {Role.LEGAL: None}, account_id=new_id())


def draft(client: FlaskClient, key: str | None, number: str = "2026-01") -> TestResponse:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post("/registry/api/orders", json={"number": number}, headers=headers)


def drafts(app: Flask) -> int:
    with service_of(app).database.reading() as session:
        return session.scalar(select(func.count()).select_from(Order)) or 0


def errors_of(answer: TestResponse) -> Any:
    assert answer.json is not None
    return answer.json["errors"]


def test_the_same_command_twice_has_one_effect_and_one_answer(
    app: Flask, program: FlaskClient
) -> None:
    first, second = draft(program, "key-of-a-click"), draft(program, "key-of-a-click")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert drafts(app) == 1


def test_another_key_is_another_command(app: Flask, program: FlaskClient) -> None:
    first, second = draft(program, "key-of-a-click"), draft(program, "key-of-another")

    assert first.json != second.json
    assert drafts(app) == 2


def test_the_same_key_for_another_command_is_refused(app: Flask, program: FlaskClient) -> None:
    draft(program, "key-of-a-click")

    refused = draft(program, "key-of-a-click", number="2026-02")

    assert refused.status_code == 422
    assert errors_of(refused) == {"Idempotency-Key": ["Use a new key for a new request."]}
    assert drafts(app) == 1


def test_two_callers_may_choose_the_same_key(app: Flask, program: FlaskClient) -> None:
    other = client_of(app, {Role.LEGAL: None}, account_id=new_id())

    first, second = draft(program, "key-of-a-click"), draft(other, "key-of-a-click")

    assert first.json != second.json
    assert drafts(app) == 2


@pytest.mark.parametrize("key", [None, "", "short", "x" * 201])
def test_a_command_without_a_proper_key_is_refused(
    app: Flask, program: FlaskClient, key: str | None
) -> None:
    refused = draft(program, key)

    assert refused.status_code == 422
    assert set(errors_of(refused)) == {"Idempotency-Key"}
    assert drafts(app) == 0


def test_a_command_that_failed_may_be_sent_again_with_its_key(
    app: Flask, program: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as failing:
        failing.setattr("tests.unit.chassis.registry.draft", fail)
        assert draft(program, "key-of-a-click").status_code == 500

    assert draft(program, "key-of-a-click").status_code == 201
    assert drafts(app) == 1
