"""Nobody settles a finding about themselves by the report that they send for their district."""

import re
from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.ids import new_id
from chassis.testing import FixedClock, client_of, learn, recorded, service_of
from contracts.assignments import FindingResolved
from contracts.identity import Role
from services.assignments.domain.finding import Finding, Resolution
from tests.unit.assignments.exports import Export
from tests.unit.assignments.world import (
    BIOLOGY,
    ELEMENTARY,
    TINY_COUNTY,
    ZOE,
    accept,
    biology_only,
    body,
    coordinator_of,
    issued,
    open_findings,
    person,
    revoked,
)


@pytest.fixture
def out_of_field(app: Flask) -> Flask:
    """Zoë teaches biology, which her certificate does not cover; somebody else reported it."""
    learn(app, person(), issued(authorizations=(ELEMENTARY,)))
    accept(app)
    assert [each.reason for each in open_findings(app)] == ["wrong_content"]
    return app


def zoe_of(app: Flask) -> FlaskClient:
    """Zoë, who is superintendent too, with the account of staff that is known to be hers."""
    return client_of(app, {Role.SUPERINTENDENT: TINY_COUNTY}, other_ids=[ZOE])


def zoe_as_educator(app: Flask) -> FlaskClient:
    """Zoë, with the account that opens her record and holds the role as well."""
    return client_of(app, {Role.SUPERINTENDENT: TINY_COUNTY}, educator_id=ZOE)


def nobody_teaches() -> Export:
    return biology_only().write("enrollments.csv", 2, "userSourcedId", "aide")


def other_course() -> Export:
    """Nothing changes but what the course is: one that her certificate covers."""
    return (
        biology_only()
        .write("courses.csv", 2, "courseCode", "703001")
        .write("courses.csv", 2, "subjectCodes", "")
        .write("courses.csv", 2, "subjects", "Elementary")
        .write("classes.csv", 2, "grades", "1,2")
    )


def other_number() -> Export:
    return biology_only().write("users.csv", 2, "userIds", "")


def other_enrollment() -> Export:
    return biology_only().write("enrollments.csv", 2, "sourcedId", "e9")


def over_tomorrow() -> Export:
    return biology_only().write("enrollments.csv", 2, "endDate", "2026-11-23")


def finding_of(app: Flask, finding_id: UUID) -> Finding:
    with service_of(app).database.reading() as session:
        return session.get_one(Finding, finding_id)


def run_tomorrow(app: Flask, clock: FixedClock) -> None:
    clock.move(days=2)
    service = service_of(app)
    with app.app_context():
        service.schedule.run(service.database, service.today(), service.now())


SETTLING = [nobody_teaches, other_course, other_number, other_enrollment, over_tomorrow]


@pytest.mark.parametrize(
    ("settling", "sender"),
    [(nobody_teaches, zoe_as_educator), *((each, zoe_of) for each in SETTLING)],
)
def test_a_finding_stays_open_until_somebody_else_sends_the_report(
    out_of_field: Flask,
    clock: FixedClock,
    settling: Callable[[], Export],
    sender: Callable[[Flask], FlaskClient],
) -> None:
    (finding,) = open_findings(out_of_field)

    accept(out_of_field, settling(), sender(out_of_field))
    kept = finding_of(out_of_field, finding.finding_id)

    assert (kept.resolved_at, kept.awaits_another_sender) == (None, True)
    assert recorded(out_of_field, FindingResolved) == []
    # Neither does a day, nor a second report of hers.
    run_tomorrow(out_of_field, clock)
    accept(out_of_field, settling(), sender(out_of_field))
    assert finding_of(out_of_field, finding.finding_id).resolved_at is None

    accept(out_of_field, settling())

    assert finding_of(out_of_field, finding.finding_id).resolved_at is not None
    assert len(recorded(out_of_field, FindingResolved)) == 1


def test_the_same_file_sent_by_a_colleague_on_the_same_day_settles_it(out_of_field: Flask) -> None:
    first = accept(out_of_field, nobody_teaches(), zoe_of(out_of_field))
    again = accept(out_of_field, nobody_teaches(), zoe_of(out_of_field))
    by_colleague = accept(out_of_field, nobody_teaches())

    assert first == again != by_colleague
    (settled,) = recorded(out_of_field, FindingResolved)
    assert settled.educator_id == ZOE
    assert finding_of(out_of_field, settled.finding_id).resolution in set(Resolution)


def test_what_she_says_of_others_counts(app: Flask) -> None:
    learn(app, person(), issued(authorizations=(ELEMENTARY,)))
    accept(app)
    colleague = client_of(app, {Role.SUPERINTENDENT: TINY_COUNTY}, other_ids=[new_id()])

    accept(app, nobody_teaches(), colleague)

    assert len(recorded(app, FindingResolved)) == 1


def test_a_class_of_which_her_report_says_nothing_new_is_judged_as_ever(
    out_of_field: Flask,
) -> None:
    (finding,) = open_findings(out_of_field)

    accept(
        out_of_field, biology_only().write("classes.csv", 3, "grades", "5"), zoe_of(out_of_field)
    )
    learn(out_of_field, issued(version=2, authorizations=(BIOLOGY,)))

    assert finding_of(out_of_field, finding.finding_id).resolution == Resolution.IN_FIELD


def test_a_graver_reason_takes_its_place_and_waits_in_turn(out_of_field: Flask) -> None:
    accept(out_of_field, other_course(), zoe_of(out_of_field))

    learn(out_of_field, revoked())
    (finding,) = open_findings(out_of_field)

    assert (finding.reason, finding.awaits_another_sender) == ("certificate_revoked", True)


def test_the_pages_and_the_api_say_what_it_waits_for(out_of_field: Flask) -> None:
    accept(out_of_field, other_course(), zoe_of(out_of_field))
    zoe = zoe_of(out_of_field)
    (finding,) = body(zoe.get("/assignments/api/findings"))["findings"]
    (taught,) = body(zoe.get("/assignments/api/staff/teacher"))["assignments"]

    assert (finding["awaits_another_sender"], finding["reason"]) == (True, "wrong_content")
    assert "another person" in finding["next_step"]
    assert (taught["in_field"], taught["awaits_another_sender"]) == (True, True)
    listed = zoe.get("/assignments/findings").text
    sheet = re.search(r"/assignments/staff/[0-9a-f-]+", listed)
    assert sheet is not None
    for page in (listed, zoe.get(sheet[0]).text):
        assert "cannot settle a finding about you" in page
        assert finding["next_step"] in page


def test_a_program_that_acts_for_her_settles_it_no_more_than_she_does(out_of_field: Flask) -> None:
    def post(client: FlaskClient, key: str) -> int:
        file = (BytesIO(nobody_teaches().zipped()), "tiny.zip")
        headers = {"Idempotency-Key": key}
        path = "/assignments/api/reports"
        return client.post(
            path, data={"file": file}, headers=headers, content_type="multipart/form-data"
        ).status_code

    assert post(zoe_of(out_of_field), "key-00000001") == 201
    assert recorded(out_of_field, FindingResolved) == []
    assert post(coordinator_of(out_of_field), "key-00000002") == 201
    assert len(recorded(out_of_field, FindingResolved)) == 1
