"""The JSON API: my applications, the queue, decisions that are carried out once, certificates."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.ids import new_id
from chassis.testing import deliver, recorded
from contracts.certification import ApplicationDecided, CertificateIssued
from contracts.legal import OrderAction
from services.certification.domain.status import ApplicationStatus
from tests.unit.certification import story

API = "/certification/api"
KEY = {"Idempotency-Key": "a-key-of-my-own"}


def read(client: FlaskClient, path: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"{API}/{path}").get_json()
    return answer


def decide(
    client: FlaskClient,
    application_id: UUID,
    version: int,
    headers: dict[str, str],
    **more: Any,
) -> Any:
    decision = {"outcome": "approved", "reasons": "Met.", "version": version, **more}
    return client.post(
        f"{API}/applications/{application_id}/decision", json=decision, headers=headers
    )


def test_my_applications_say_where_they_stand(app: Flask) -> None:
    story.start(app)

    [mine] = read(story.applicant(app), "applications")["applications"]

    assert (mine["status"], mine["action_by"]) == ("draft", "applicant")
    assert mine["since"] == "2026-11-22T15:00:00+00:00"
    assert story.applicant(app, story.OTHER_EDUCATOR).get(f"{API}/applications").json == {
        "applications": []
    }


def test_one_application_has_every_element_with_who_must_act_and_since_when(app: Flask) -> None:
    path = f"{API}/applications/{story.start(app)}"

    elements = story.applicant(app).get(path).get_json()["elements"]

    assert [each["action_by"] for each in elements] == [
        "applicant",
        "applicant",
        "applicant",
        "provider",
        "applicant",
        "none",
    ]
    assert story.analyst(app).get(path).status_code == 200
    assert story.applicant(app, story.OTHER_EDUCATOR).get(path).status_code == 403
    assert story.officer(app).get(path).status_code == 403
    assert story.applicant(app).get(f"{API}/applications/{new_id()}").status_code == 404


def test_the_queue_is_the_agencys(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    ana = story.analyst(app)

    found = read(ana, "queue?waiting_for=agency")
    assert (found["total"], found["pages"]) == (1, 1)
    assert found["applications"][0]["application_id"] == str(application_id)
    beyond = read(ana, "queue?page=2")
    assert (beyond["applications"], beyond["total"], beyond["pages"]) == ([], 1, 1)
    none = read(ana, "queue?waiting_for=legal")
    assert (none["applications"], none["total"], none["pages"]) == ([], 0, 0)
    assert ana.get(f"{API}/queue?waiting_for=nobody").status_code == 422
    assert story.applicant(app).get(f"{API}/queue").status_code == 403


def test_a_decision_sent_twice_is_carried_out_once_and_answered_the_same(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    story.verify_all(app, application_id)
    version = story.application_of(app, application_id).version
    ana = story.analyst(app)

    first = decide(ana, application_id, version, KEY)
    second = decide(ana, application_id, version, KEY)

    assert (first.status_code, first.json) == (200, second.json)
    [issued] = recorded(app, CertificateIssued)
    assert first.json["certificate_number"] == issued.certificate_number
    third = decide(ana, application_id, version, {"Idempotency-Key": "another-key"})
    assert (third.status_code, third.json["type"]) == (
        409,
        "urn:credence:problem:already-decided",
    )
    assert len(recorded(app, ApplicationDecided)) == 1


def test_a_decision_needs_a_key_reasons_and_the_newest_version(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    version = story.application_of(app, application_id).version
    ana = story.analyst(app)

    assert decide(ana, application_id, version, {}).status_code == 422
    assert decide(ana, application_id, version, KEY, reasons="").status_code == 422
    stale = decide(ana, application_id, version - 1, KEY, outcome="denied")
    assert stale.json["type"] == "urn:credence:problem:stale-decision"
    assert decide(story.applicant(app), application_id, version, KEY).status_code == 403
    assert recorded(app, ApplicationDecided) == []


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2024-06-30", "not_yet_effective"),
        ("2026-11-21", "active"),
        ("2026-11-22", "suspended"),
        ("2026-12-31", "suspended"),
        ("2027-01-01", "active"),
        ("2029-06-30", "active"),
        ("2029-07-01", "expired"),
    ],
)
def test_a_certificates_status_is_told_for_any_day(app: Flask, day: str, status: str) -> None:
    certificate = story.legacy_certificate(app)
    deliver(app, story.order(OrderAction.SUSPENSION, ends_on=date(2026, 12, 31)))
    path = f"{API}/certificates/{certificate.certificate_id}?on={day}"

    answer = story.applicant(app).get(path).get_json()

    assert (answer["status"], answer["on"]) == (status, day)


def test_a_certificate_is_told_to_holder_and_agency_and_for_today(app: Flask) -> None:
    certificate = story.legacy_certificate(app)
    path = f"{API}/certificates/{certificate.certificate_id}"

    for client in (story.applicant(app), story.analyst(app)):
        assert client.get(path).get_json()["on"] == "2026-11-22"
    assert story.applicant(app, story.OTHER_EDUCATOR).get(path).status_code == 403
    assert story.analyst(app).get(f"{path}?on=yesterday").status_code == 422
    assert story.analyst(app).get(f"{API}/certificates/{new_id()}").status_code == 404
