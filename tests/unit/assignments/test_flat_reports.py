"""A flat assignment file sent by page, API or command: stored and judged as any report is."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from chassis.ids import new_id
from chassis.testing import FixedClock, client_of, learn, recorded, service_of
from contracts.assignments import FindingOpened, FindingResolved, ReportAccepted
from contracts.certification import Authorization
from contracts.identity import OrganizationChanged, OrganizationKind, Role
from services.assignments.domain.report import Assignment, Course, School, StaffMember, StaffNumber
from services.assignments.formats.flat_columns import NAMES, TEMPLATE
from tests.unit.assignments.flat_files import flat_file
from tests.unit.assignments.world import (
    BIOLOGY,
    accept,
    body,
    coordinator_of,
    issued,
    open_findings,
    open_reasons,
    person,
    row_counts,
    send,
)

ZOE = {"district_number": "001", "staff_number": "2001", "first_name": "Zoë", "last_name": "Quill"}


def test_a_flat_file_is_accepted_stored_and_judged(app: Flask) -> None:
    learn(app, person(), issued())

    answer = send(app, flat_file(ZOE, {**ZOE, "section": "3", "lowest_grade": "5"}))

    assert answer.status_code == 303
    (fact,) = recorded(app, ReportAccepted)
    assert (fact.school_year, fact.organizations, fact.staff) == ("2026-2027", 2, 1)
    assert (fact.courses, fact.assignments) == (1, 2)
    assert open_reasons(app) == ["wrong_grade_span"]
    page = coordinator_of(app).get(answer.location).text
    assert "Accepted, with one finding to resolve" in page


def test_everything_the_file_tells_is_kept(app: Flask) -> None:
    send(app, flat_file({**ZOE, "lowest_grade": "K", "section": ""}))

    with service_of(app).database.reading() as session:
        assignment = session.scalars(select(Assignment)).one()
        course, staff = session.scalars(select(Course)).one(), session.scalars(select(StaffMember))
        assert (assignment.lowest_grade, assignment.highest_grade) == (0, 12)
        assert (assignment.student_count, assignment.hours) == (27, 175)
        assert (assignment.begins_on, assignment.ends_on) == (date(2026, 8, 15), date(2027, 5, 28))
        assert assignment.is_primary is True
        assert assignment.class_code == ""
        assert assignment.ended_on is None
        assert (course.codes, course.subjects, course.population) == (
            ["302601"],
            ["Science"],
            "general",
        )
        assert staff.one().name_key == "zoequill"
        assert session.scalars(select(StaffNumber.number)).all() == ["2001"]


def test_schools_have_the_names_the_state_knows_them_by(app: Flask) -> None:
    known = OrganizationChanged(
        version=1,
        organization_id=new_id(),
        kind=OrganizationKind.SCHOOL,
        name="Tiny School",
        state_number="001010",
    )
    learn(app, known)
    send(
        app,
        flat_file({**ZOE, "school_number": "001010"}, {**ZOE, "school_number": "001020"}),
    )

    with service_of(app).database.reading() as session:
        names = session.scalars(select(School.name).order_by(School.source_id)).all()
    assert names == ["Tiny County", "Tiny School", "School 001020"]


def test_a_reported_population_is_judged(app: Flask) -> None:
    learn(app, person(), issued())
    reported = {**ZOE, "population": "moderate_severe"}

    send(app, flat_file(reported))
    assert open_reasons(app) == ["wrong_population"]

    msd = Authorization(
        code="MSD", title="MSD", lowest_grade=0, highest_grade=12, population="moderate_severe"
    )
    learn(app, issued(2, authorizations=(BIOLOGY, msd)))
    assert open_reasons(app) == []


def test_a_refused_file_stores_nothing_and_shows_every_faulty_row(app: Flask) -> None:
    before = row_counts(app)

    answer = send(app, flat_file(ZOE, {**ZOE, "section": "3", "hours": "0"}))

    assert answer.status_code == 200
    for told in ("one fault", "tiny.zip", "hours", "is not a number of hours", "from 1 to 8784"):
        assert told in answer.text
    assert row_counts(app) == before


def test_another_districts_file_is_refused(app: Flask) -> None:
    answer = send(app, flat_file({**ZOE, "district_number": "002"}))

    assert answer.status_code == 200
    assert "is the state number of another district, Other County" in answer.text
    assert "district_number" in answer.text


@pytest.mark.parametrize("number", ["999", "0001", "1"])
def test_a_number_that_no_district_has_is_refused_as_not_the_senders(
    app: Flask, number: str
) -> None:
    answer = send(app, flat_file({**ZOE, "district_number": number}))

    assert answer.status_code == 200
    for told in (number, "district_number", "is not the state number of", "Write 001 in every row"):
        assert told in answer.text
    assert recorded(app, ReportAccepted) == []


def test_an_earlier_years_file_is_refused(app: Flask) -> None:
    send(app, flat_file(ZOE))
    old = {**ZOE, "begins_on": "2025-08-15", "ends_on": "2026-05-28"}

    answer = send(app, flat_file(old))

    assert answer.status_code == 200
    assert "the assignments begin in the school year 2025-2026" in answer.text


def test_the_next_file_changes_what_changed_and_ends_what_is_gone(
    app: Flask, clock: FixedClock
) -> None:
    learn(app, person(), issued())
    send(app, flat_file(ZOE, {**ZOE, "section": "3", "lowest_grade": "5"}))
    (found,) = open_findings(app)
    with service_of(app).database.reading() as session:
        first = {each.source_id: each for each in session.scalars(select(Assignment))}
    clock.move(days=1)

    changed = {**ZOE, "lowest_grade": "10", "course_title": "Biology I", "hours": "80"}
    send(app, flat_file(changed, {**ZOE, "course_title": "Biology I", "section": "4"}))

    with service_of(app).database.reading() as session:
        second = {each.class_code: each for each in session.scalars(select(Assignment))}
        assert session.scalars(select(Course.title)).all() == ["Biology I"]
    assert second["2"].assignment_id in {each.assignment_id for each in first.values()}
    assert (second["2"].lowest_grade, second["2"].hours) == (10, 80)
    assert second["3"].ended_on == date(2026, 11, 23)
    assert second["4"].ended_on is None
    (resolved,) = recorded(app, FindingResolved)
    assert resolved.finding_id == found.finding_id


def test_what_is_reported_again_is_current_again(app: Flask) -> None:
    both = flat_file(ZOE, {**ZOE, "section": "3"})
    send(app, both)
    send(app, flat_file(ZOE))
    send(app, both + b"\r\n")

    with service_of(app).database.reading() as session:
        assert session.scalars(select(Assignment.ended_on)).all() == [None, None]


def test_thousands_of_findings_are_announced_each_once(app: Flask) -> None:
    rows = [{**ZOE, "section": str(number)} for number in range(2_500)]

    assert send(app, flat_file(*rows)).status_code == 303

    facts = recorded(app, FindingOpened)
    assert len({fact.finding_id for fact in facts}) == len(facts) == 2_500
    assert {each.finding_id for each in open_findings(app)} == {fact.finding_id for fact in facts}


def test_a_district_may_change_from_one_format_to_the_other(app: Flask) -> None:
    accept(app)
    send(app, flat_file(ZOE))

    with service_of(app).database.reading() as session:
        current = session.scalars(select(Assignment).where(Assignment.ended_on.is_(None))).all()
    assert [each.source_id for each in current] == ["165010/2001/302601/2/2026-08-15"]


def test_the_page_describes_the_file_and_gives_its_header(app: Flask) -> None:
    page = coordinator_of(app).get("/assignments/reports/new").text
    template = coordinator_of(app).get("/assignments/reports/assignments.csv")

    assert all(name in page for name in NAMES)
    assert "moderate_severe" in page
    assert template.data == TEMPLATE
    assert "attachment" in template.headers["Content-Disposition"]


def test_the_header_alone_is_told_to_be_without_rows(app: Flask) -> None:
    answer = send(app, TEMPLATE)

    assert answer.status_code == 200
    assert "has a header and no rows" in answer.text


def test_the_api_takes_the_file_too(app: Flask) -> None:
    content = flat_file(ZOE)
    boundary, form = encode_multipart({"file": FileStorage(BytesIO(content), "tiny.csv")})

    answer = coordinator_of(app).post(
        "/assignments/api/reports",
        data=form,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Idempotency-Key": "flat-upload-1"},
    )

    assert answer.status_code == 201, answer.text
    assert body(answer)["assignments"] == 1
    assert body(answer)["file_name"] == "tiny.csv"


def test_the_operator_imports_the_file_from_disk(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_bytes(flat_file(ZOE))

    run = app.test_cli_runner().invoke(args=["import-report", "001", str(path)])

    assert run.exit_code == 0, run.output
    assert "1 assignments" in run.output


def test_the_template_is_only_for_who_may_send(app: Flask) -> None:
    answer = client_of(app, {Role.ANALYST: new_id()}).get("/assignments/reports/assignments.csv")

    assert answer.status_code == 403
