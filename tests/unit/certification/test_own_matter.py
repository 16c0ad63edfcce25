"""One account that is educator, provider officer and analyst does not certify itself."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.testing import client_of, learn, recorded
from contracts.certification import ApplicationDecided, CertificateIssued
from contracts.identity import Role
from services.certification.domain.element import ElementKind, ElementState
from services.certification.domain.status import ApplicationStatus
from tests.unit.certification import story
from tests.unit.certification.test_pages import ADMISSION_FORM, COMPLETION_FORM


@pytest.fixture
def willa(app: Flask) -> FlaskClient:
    """Willa, who also works at her college and at the agency."""
    roles = {Role.EDUCATOR: None, Role.PROVIDER_OFFICER: story.PROVIDER, Role.ANALYST: None}
    return client_of(app, roles, educator_id=story.WILLA)


def test_an_officer_neither_admits_nor_completes_nor_recommends_themselves(
    app: Flask, willa: FlaskClient
) -> None:
    application_id = story.start(app)
    admission_id = story.admit(app, completed_on=None)
    here = f"/certification/candidates/{admission_id}"

    admitted = willa.post("/certification/candidates/admit", data=ADMISSION_FORM)
    completed = willa.post(f"{here}/completion", data=COMPLETION_FORM)
    recommended = willa.post(f"{here}/recommendations/{application_id}")

    assert [each.status_code for each in (admitted, completed, recommended)] == [403] * 3
    element = story.application_of(app, application_id).element(ElementKind.PROGRAM_RECOMMENDATION)
    assert element.state == ElementState.NOT_STARTED
    explained = willa.get(here)
    assert explained.status_code == 403
    assert "This is about you" in explained.text


def test_an_analyst_neither_verifies_nor_decides_their_own_application(
    app: Flask, willa: FlaskClient
) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    here = f"/certification/queue/{application_id}"
    approval = {"outcome": "approved", "reasons": "I deserve it."}

    verified = willa.post(f"{here}/elements/degrees", data={"verdict": "verify"})
    returned = willa.post(f"{here}/return", data={"return_reasons": "Something new to add."})
    story.verify_all(app, application_id)
    version = str(story.application_of(app, application_id).version)
    decided = willa.post(f"{here}/decision", data={**approval, "version": version})

    assert [each.status_code for each in (verified, returned, decided)] == [403] * 3
    assert recorded(app, ApplicationDecided, CertificateIssued) == []


def test_an_analyst_reads_about_a_hold_on_themselves_nowhere(
    app: Flask, willa: FlaskClient
) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    number = story.application_of(app, application_id).application_number
    learn(app, story.hold())

    assert willa.get(f"/certification/queue/{application_id}").status_code == 403
    assert number not in willa.get("/certification/queue").text
    assert willa.get("/certification/api/queue").json == {
        "applications": [],
        "total": 0,
        "pages": 0,
    }
    assert number in story.analyst(app).get("/certification/queue").text
    # Their own application is theirs to read, as every applicant's.
    assert willa.get(f"/certification/applications/{application_id}").status_code == 200
