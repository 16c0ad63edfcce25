"""A state says which role may do what: page, API, link and refusal follow its file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.testing import FixedClock, client_of, prepare, service_of
from chassis.testing import test_settings as settings_of
from contracts.identity import Role
from services.certification import app as certification
from services.certification.domain.status import ApplicationStatus
from services.identity import app as identity
from tests.states import changed, state_folder
from tests.unit.certification import story

QUEUE = 'href="/certification/queue"'
AS_TODAY = """\
    "certification.decide",
    "certification.see-certificates",
    "assignments.read-all",
]
legal = [
"""
LEGAL_DECIDES = """\
    "certification.see-certificates",
    "assignments.read-all",
]
legal = [
    "certification.decide",
"""


@pytest.fixture
def moved(tmp_path: Path) -> dict[str, str]:
    """The settings of a state in which legal decides applications, and no analyst."""
    changed(state_folder("kentucky"), tmp_path / "states", "accounts", AS_TODAY, LEGAL_DECIDES)
    return {"JURISDICTION": "kentucky", "JURISDICTIONS_DIR": str(tmp_path / "states")}


@pytest.fixture
def office(moved: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    """Certification in that state."""
    app = certification.create_app(settings_of("certification", tmp_path, **moved), FixedClock())
    prepare(app)
    story.tell_who_there_is(app)
    yield app
    service_of(app).database.close()


@pytest.fixture
def application_id(office: Flask) -> UUID:
    """An application that can be decided."""
    submitted = story.bring_to(office, ApplicationStatus.SUBMITTED)
    story.verify_all(office, submitted)
    return submitted


def decision_on(app: Flask, application_id: UUID) -> dict[str, Any]:
    version = story.application_of(app, application_id).version
    return {"outcome": "approved", "reasons": "As the rules say.", "version": version}


def decide_by_program(client: FlaskClient, app: Flask, application_id: UUID) -> Any:
    return client.post(
        f"/certification/api/applications/{application_id}/decision",
        json=decision_on(app, application_id),
        headers={"Idempotency-Key": "key-00000001"},
    )


def test_who_lost_a_permission_is_told_whose_it_is_and_sees_the_rest(
    office: Flask, application_id: UUID
) -> None:
    analyst = client_of(office, {Role.ANALYST: None})
    here = f"/certification/queue/{application_id}"

    page = analyst.get(here)
    refused = analyst.post(f"{here}/decision", data=decision_on(office, application_id))
    by_program = decide_by_program(analyst, office, application_id)

    assert page.status_code == 200
    assert f"{here}/return" in page.text
    assert f"{here}/decision" not in page.text
    assert QUEUE in page.text
    assert refused.status_code == by_program.status_code == 403
    assert "Only this role may do this: legal." in refused.text
    assert by_program.json["type"] == "urn:credence:problem:not-allowed"
    assert by_program.json["detail"] == "Only this role may do this: legal."


def test_who_was_given_a_permission_finds_the_page_and_uses_it(
    office: Flask, application_id: UUID
) -> None:
    legal = client_of(office, {Role.LEGAL: None})
    here = f"/certification/queue/{application_id}"

    queue, page = legal.get("/certification/queue"), legal.get(here)
    not_given = legal.post(f"{here}/return", data={"return_reasons": "A page is missing."})
    decided = legal.post(f"{here}/decision", data=decision_on(office, application_id))

    assert queue.status_code == page.status_code == 200
    assert QUEUE in queue.text
    assert f"{here}/decision" in page.text
    assert f"{here}/return" not in page.text
    assert not_given.status_code == 403
    assert "analyst" in not_given.text
    assert decided.status_code == 303
    assert story.application_of(office, application_id).is_decided


def test_who_was_given_a_permission_uses_it_by_program(office: Flask, application_id: UUID) -> None:
    legal = client_of(office, {Role.LEGAL: None})

    assert decide_by_program(legal, office, application_id).status_code == 200


def test_a_link_and_its_card_go_with_the_permission(moved: dict[str, str], tmp_path: Path) -> None:
    for settings, linked in (({}, False), (moved, True)):
        folder = tmp_path / str(linked)
        app = identity.create_app(settings_of("identity", folder, **settings), FixedClock())
        prepare(app)

        home = client_of(app, {Role.LEGAL: None}).get("/identity/").text

        # Once in the navigation, and once on a card.
        assert home.count(QUEUE) == (2 if linked else 0)
        service_of(app).database.close()
