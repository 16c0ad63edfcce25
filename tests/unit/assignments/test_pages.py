"""Who sees which district's pages and API, and what stands there."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from chassis.ids import new_id
from chassis.operations import migrations
from chassis.testing import FixedClock, client_of, learn, service_of
from contracts.identity import Role
from services.assignments.domain.replicas import Educator
from services.assignments.domain.report import School, StaffMember
from services.assignments.queries import staff
from tests.unit.assignments.world import (
    OTHER_COUNTY,
    TINY_COUNTY,
    ZOE,
    accept,
    analyst_of,
    biology_only,
    body,
    coordinator_of,
    issued,
    person,
    revoked,
    suspended,
    two_classes,
    waiting_submission,
)


def text_of(page: str) -> str:
    """What a reader sees: the page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def staff_id(app: Flask, source_id: str = "teacher") -> UUID:
    with service_of(app).database.reading() as session:
        query = select(StaffMember.staff_id).where(StaffMember.source_id == source_id)
        return session.scalars(query).one()


@pytest.fixture
def places(app: Flask) -> list[str]:
    """Every address that leads to something of Tiny County."""
    report_id = accept(app, two_classes())
    return [
        f"/assignments/?district={TINY_COUNTY}",
        f"/assignments/findings?district={TINY_COUNTY}",
        f"/assignments/courses?district={TINY_COUNTY}",
        f"/assignments/reports/{report_id}",
        f"/assignments/submissions/{waiting_submission(app)}",
        f"/assignments/staff/{staff_id(app)}",
        f"/assignments/api/findings?district={TINY_COUNTY}",
        f"/assignments/api/reports/{report_id}",
        f"/assignments/api/staff/teacher?district={TINY_COUNTY}",
    ]


def test_the_list_of_places_is_whole(app: Flask, places: list[str]) -> None:
    rules = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/assignments/") and "GET" in (rule.methods or ())
    }
    patterns = {re.sub(r"<[^>]+>", "[^/]+", rule) for rule in rules}
    for place in places:
        patterns -= {each for each in patterns if re.fullmatch(each, place.partition("?")[0])}
    assert patterns == {
        "/assignments/health",
        "/assignments/reports/new",
        "/assignments/reports/assignments.csv",
        "/assignments/api/openapi.json",
    }


def test_a_districts_people_see_their_own(app: Flask, places: list[str]) -> None:
    for role in (Role.ASSIGNMENT_COORDINATOR, Role.SUPERINTENDENT):
        client = client_of(app, {role: TINY_COUNTY})
        assert {place: client.get(place).status_code for place in places} == dict.fromkeys(
            places, 200
        )


def test_another_district_is_refused_everywhere(app: Flask, places: list[str]) -> None:
    stranger = coordinator_of(app, OTHER_COUNTY)

    assert {place: stranger.get(place).status_code for place in places} == dict.fromkeys(
        places, 403
    )
    assert stranger.get("/assignments/api/staff/teacher").status_code == 404
    assert stranger.get(f"/assignments/reports/new?district={TINY_COUNTY}").status_code == 403


def test_an_analyst_sees_any_district_and_sends_no_report(app: Flask, places: list[str]) -> None:
    analyst = analyst_of(app)

    assert {place: analyst.get(place).status_code for place in places} == dict.fromkeys(places, 200)
    assert analyst.get("/assignments/reports/new").status_code == 403
    assert "Send a report" not in analyst.get(places[0]).text


def test_educators_and_strangers_see_nothing(app: Flask, places: list[str]) -> None:
    educator = client_of(app, {Role.EDUCATOR: None}, educator_id=ZOE)
    nowhere = client_of(app, {Role.SUPERINTENDENT: None})
    nobody = client_of(app)

    for place in [*places, "/assignments/", "/assignments/findings", "/assignments/courses"]:
        assert educator.get(place).status_code == 403
        assert nowhere.get(place).status_code == 403
        assert nobody.get(place).status_code in (303, 401)


UNKNOWN = UUID(int=404)


@pytest.mark.parametrize(
    "place",
    [
        f"/assignments/reports/{UNKNOWN}",
        f"/assignments/staff/{UNKNOWN}",
        f"/assignments/?district={UNKNOWN}",
        f"/assignments/api/reports/{UNKNOWN}",
        "/assignments/?district=everywhere",
        "/assignments/findings?reason=bad_luck",
    ],
)
def test_what_is_not_there_is_not_found(app: Flask, place: str) -> None:
    assert analyst_of(app).get(place).status_code == 404


def test_the_state_view_counts_findings_by_district(app: Flask) -> None:
    accept(app, two_classes())

    text = text_of(analyst_of(app).get("/assignments/").text)

    assert "2 of 2 assignments in the state are out of field today." in text
    assert "Tiny County On time November 22, 2026, 10:00 a.m. 2 2" in text
    assert "Other County Late: 21 days None yet 0 0" in text
    assert text.index("Other County") < text.index("Tiny County")
    assert "1 of 2 districts" in text


def test_an_analyst_without_a_district_is_led_to_the_state_view(app: Flask) -> None:
    for place in ("findings", "courses"):
        answer = analyst_of(app).get(f"/assignments/{place}")
        assert (answer.status_code, answer.location) == (303, "/assignments/")


def test_a_new_district_is_asked_for_its_first_report(app: Flask, clock: FixedClock) -> None:
    text = text_of(coordinator_of(app).get("/assignments/").text)

    assert "The report due November 1, 2026 has not arrived" in text
    assert "Send your first report" in text
    assert "March 1, 2027: Second assignment report" in text
    clock.move(days=-22)  # October 31
    early = text_of(coordinator_of(app).get("/assignments/").text)
    assert "has not arrived" not in early
    assert "November 1, 2026: First assignment report" in early


def test_the_home_shows_what_is_to_be_resolved_by_reason(app: Flask) -> None:
    learn(app, person(), issued())
    accept(app, two_classes())
    learn(app, revoked(version=2))

    page = coordinator_of(app).get("/assignments/").text

    text = text_of(page)
    assert "Assignments now 2 In field 0 Findings to resolve" in text
    assert "Certificate revoked 1 Remove the teacher from the class now." in text
    assert "Teacher not matched 1" in text
    assert "AR-1001" in text
    assert 'href="/assignments/findings?reason=certificate_revoked"' in page


def test_findings_can_be_chosen_by_reason_and_school(app: Flask, clock: FixedClock) -> None:
    learn(app, person(), issued())
    accept(app, two_classes())
    clock.move(minutes=1)
    learn(app, suspended())
    client = coordinator_of(app)
    with service_of(app).database.reading() as session:
        school_id = session.scalars(
            select(School.school_id).where(School.source_id == "school")
        ).one()

    everything = client.get("/assignments/findings").text
    suspensions = client.get("/assignments/findings?reason=certificate_suspended").text
    at_school = client.get(f"/assignments/findings?school={school_id}").text
    elsewhere = client.get(f"/assignments/findings?school={new_id()}").text

    assert "Zoë Quill" in everything
    assert "Bo Marsh" in everything
    assert everything.index("Zoë Quill") < everything.index("Bo Marsh")  # newest first
    assert "Zoë Quill" in suspensions
    assert "Bo Marsh" not in suspensions
    assert '<option value="">All</option>' in everything
    assert "2 findings" in text_of(at_school)
    assert "No matching findings" in elsewhere


def test_a_finding_says_why_since_when_and_what_to_do_next(app: Flask) -> None:
    learn(app, person(), issued(expires_on=None))
    accept(app)
    learn(app, suspended())

    text = text_of(coordinator_of(app).get("/assignments/findings").text)

    assert "Biology 1, grades 9\N{EN DASH}10" in text
    assert "certificate K00012345 covers Secondary Biology" in text
    assert "November 22, 2026, 10:00 a.m." in text
    assert "Remove the teacher from the class now." in text


def test_a_district_without_findings_is_told_so(app: Flask) -> None:
    learn(app, person(), issued())
    accept(app)

    assert "Nothing to resolve" in coordinator_of(app).get("/assignments/findings").text


def test_long_lists_of_findings_are_paged(app: Flask) -> None:
    export = biology_only()
    rows = export.files["enrollments.csv"].decode().splitlines()
    rows += [f"more-{number},,,class-1,school,teacher,teacher,,," for number in range(60)]
    export.files["enrollments.csv"] = "\n".join(rows).encode()
    accept(app, export)
    client = coordinator_of(app)

    first = client.get("/assignments/findings").text
    last = client.get("/assignments/findings?page=99").text

    assert first.count("Teacher not matched</span>") == 50
    assert last.count("Teacher not matched</span>") == 11
    assert 'rel="next"' in first
    assert 'rel="prev"' in last


def test_a_teachers_page_shows_each_assignment_with_its_judgment(app: Flask) -> None:
    learn(app, person(), issued())
    accept(app, two_classes())
    client = coordinator_of(app)

    covered = text_of(client.get(f"/assignments/staff/{staff_id(app)}").text)
    learn(app, revoked(version=2))
    lost = text_of(client.get(f"/assignments/staff/{staff_id(app)}").text)

    assert "Zoë Quill, EPSB ID 2001" in covered
    assert "In field Teaches Biology 1" in covered
    assert "Certificate revoked Teaches Biology 1" in lost
    assert "Since November 22, 2026" in lost


def test_an_unmatched_teacher_is_shown_with_educators_of_the_same_name(app: Flask) -> None:
    learn(app, person("5001", new_id(), first_name="BO", last_name="Marsh"))
    learn(app, person("5002", new_id(), first_name="Joe", last_name="Marsh"))
    accept(app, two_classes())
    client = coordinator_of(app)

    sheet = text_of(client.get(f"/assignments/staff/{staff_id(app, 'aide')}").text)
    findings = text_of(client.get("/assignments/findings").text)
    api = body(client.get("/assignments/api/staff/aide"))

    assert "Not matched to an educator" in sheet
    assert "BO Marsh, EPSB ID 5001" in sheet
    assert "5002" not in sheet
    assert "Same name: BO Marsh, EPSB ID 5001." in findings
    assert api["candidates"] == [{"educator_number": "5001", "full_name": "BO Marsh"}]


def test_a_number_that_leads_to_another_name_is_pointed_out(app: Flask) -> None:
    learn(app, person(first_name="Somebody", last_name="Else"))
    accept(app)

    text = text_of(coordinator_of(app).get(f"/assignments/staff/{staff_id(app)}").text)

    assert "Your report says Zoë Quill;" in text
    assert "record for this number says Somebody Else" in text


@pytest.mark.parametrize(
    "parts",
    [
        {"first_name": "Zoe", "middle_name": "Ann", "suffix": "Jr."},
        {"last_name": "O'Quill-Ødegård"},
        {"first_name": "Quill", "last_name": "Zoë"},
    ],
)
def test_a_number_that_leads_to_the_same_name_otherwise_written_is_not_pointed_out(
    app: Flask, parts: dict[str, Any]
) -> None:
    learn(app, person(**parts))
    export = two_classes()
    if "Ø" in parts.get("last_name", ""):
        export.write("users.csv", 2, "familyName", "O\u2019Quill Oedegaard")
    accept(app, export)

    text = text_of(coordinator_of(app).get(f"/assignments/staff/{staff_id(app)}").text)

    assert "Zoë" in text
    assert "The names differ" not in text


def test_an_unmatched_teacher_is_found_under_another_spelling_of_the_name(app: Flask) -> None:
    learn(app, person("5001", new_id(), first_name="Jørgen", last_name="O'Marsh", suffix="Jr."))
    export = two_classes()
    export.write("users.csv", 3, "givenName", "Joergen")
    export.write("users.csv", 3, "familyName", "O\u2019Marsh Jr")
    accept(app, export)

    api = body(coordinator_of(app).get("/assignments/api/staff/aide"))

    assert [candidate["educator_number"] for candidate in api["candidates"]] == ["5001"]


def test_a_teacher_with_one_name_is_reported_by_it(app: Flask) -> None:
    learn(app, person("5001", new_id(), first_name="", last_name="Suharto"))
    export = two_classes()
    export.write("users.csv", 3, "givenName", "").write("users.csv", 3, "familyName", "Suharto")
    accept(app, export)

    api = body(coordinator_of(app).get("/assignments/api/staff/aide"))

    assert [candidate["full_name"] for candidate in api["candidates"]] == ["Suharto"]


def test_names_of_the_version_before_are_filed_again(app: Flask) -> None:
    service = service_of(app)
    named = {"first_name": "Bø", "middle_name": "Ann Lee", "last_name": "Marsh", "suffix": "Jr."}
    learn(app, person("5001", new_id(), **named))
    accept(app, two_classes().write("users.csv", 3, "givenName", "Bø"))
    migrations.downgrade(service, "0003")
    with service.database.transaction() as session:
        session.execute(update(Educator).values(name_key="bmarsh"))
        session.execute(update(StaffMember).values(name_key="bmarsh"))

    migrations.upgrade(service)

    with service.database.reading() as session:
        assert session.scalars(select(Educator.name_key)).all() == ["bomarsh"]
        assert set(session.scalars(select(StaffMember.name_key))) == {"zoequill", "bomarsh"}


def test_the_courses_say_what_each_asks_of_its_teacher(app: Flask) -> None:
    accept(app, two_classes().write("courses.csv", 3, "courseCode", "600160"))
    first = text_of(coordinator_of(app).get("/assignments/courses").text)
    accept(app, two_classes().write("courses.csv", 3, "title", "Basket Weaving"))
    second = text_of(coordinator_of(app).get("/assignments/courses").text)

    assert "2 courses" in first
    assert "Biology 1 302601, 03051 Biology, Science Biology, general population 1 1" in first
    assert "survey, moderate and severe disabilities" in first
    assert "Basket Weaving 500711 None Not recognized 1 1" in second


def test_an_older_report_says_that_a_later_one_took_its_place(app: Flask) -> None:
    older = accept(app, two_classes())
    accept(app)

    text = text_of(coordinator_of(app).get(f"/assignments/reports/{older}").text)

    assert "A later report replaced this one" in text
    assert "AR-1002" in text


# The API


def test_the_findings_are_read_by_a_districts_system(app: Flask) -> None:
    learn(app, person(), issued())
    accept(app, two_classes())
    learn(app, revoked(version=2))
    client = coordinator_of(app)

    answer = body(client.get("/assignments/api/findings"))
    chosen = body(client.get("/assignments/api/findings?reason=certificate_revoked"))

    assert (answer["total"], answer["page"], answer["pages"]) == (2, 1, 1)
    (finding,) = chosen["findings"]
    assert finding["teacher"] == {
        "source_id": "teacher",
        "full_name": "Zoë Quill",
        "number": "77",
        "educator_id": str(ZOE),
    }
    assert finding["course"] == {"source_id": "biology", "code": "302601", "title": "Biology 1"}
    assert finding["school"] == {"source_id": "school", "name": "Tiny School"}
    assert finding["certificate_number"] == "K00012345"
    assert finding["assignment"]["source_id"] == "e1"
    assert finding["next_step"].startswith("Remove the teacher from the class now.")


def test_an_analyst_reads_the_findings_of_one_district_or_of_all(app: Flask) -> None:
    accept(app)
    analyst = analyst_of(app)

    assert body(analyst.get("/assignments/api/findings"))["total"] == 1
    path = f"/assignments/api/findings?district={OTHER_COUNTY}"
    assert body(analyst.get(path))["total"] == 0


def test_a_teacher_is_read_by_the_districts_own_id(app: Flask) -> None:
    learn(app, person(), issued())
    accept(app)

    sheet = body(coordinator_of(app).get("/assignments/api/staff/teacher"))

    (assignment,) = sheet["assignments"]
    assert assignment["in_field"] is True
    assert assignment["reason"] is None
    assert assignment["certificate_number"] == "K00012345"
    assert (assignment["lowest_grade"], assignment["highest_grade"]) == (9, 10)


def test_an_analyst_who_names_no_district_is_asked_for_one(app: Flask) -> None:
    accept(app)

    answer = analyst_of(app).get("/assignments/api/staff/teacher")

    assert answer.status_code == 422
    assert "district" in body(answer)["errors"]


def test_a_filter_that_cannot_be_is_refused_by_name(app: Flask) -> None:
    answer = coordinator_of(app).get("/assignments/api/findings?reason=bad_luck")

    assert answer.status_code == 422
    assert "reason" in body(answer)["errors"]


def ending(app: Flask, day: date) -> list[str]:
    with service_of(app).database.reading() as session:
        found = staff.certificates_ending(session, TINY_COUNTY, day)
    return [each.certificate.certificate_number for each in found]


def test_a_teachers_certificate_is_shown_from_eight_months_before_its_last_day(app: Flask) -> None:
    learn(app, person(), issued())
    accept(app)
    last_day = date(2029, 6, 30)

    assert ending(app, last_day - staff.ENDS_SOON - timedelta(days=1)) == []
    assert ending(app, last_day - staff.ENDS_SOON) == ["K00012345"]
    assert ending(app, last_day) == ["K00012345"]
    assert ending(app, last_day + timedelta(days=1)) == []


def test_a_certificate_that_an_order_ended_is_not_shown_as_ending(app: Flask) -> None:
    learn(app, person(), issued())
    accept(app)
    assert ending(app, date(2029, 6, 1)) == ["K00012345"]

    learn(app, revoked())
    assert ending(app, date(2029, 6, 1)) == []


def test_a_district_sees_by_when_its_findings_are_to_be_resolved_and_whose_certificate_ends(
    app: Flask, clock: FixedClock
) -> None:
    learn(app, person(), issued(expires_on=date(2027, 6, 30)))
    accept(app, two_classes())

    page = text_of(coordinator_of(app).get("/assignments/").text)
    assert "before the report due March 1, 2027" in page
    assert "K00012345 June 30, 2027 220" in page
