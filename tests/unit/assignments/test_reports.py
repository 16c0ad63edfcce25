"""A district's report: taken whole and judged, or refused with every fault and nothing stored."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from chassis.ids import new_id
from chassis.storage import audit
from chassis.testing import FixedClock, client_of, learn, recorded, service_of
from contracts.assignments import FindingOpened, FindingResolved, ReportAccepted
from contracts.identity import Role
from services.assignments.domain.report import Assignment, Course, Report, StaffMember
from tests.unit.assignments.exports import Export
from tests.unit.assignments.made_district import LARGE
from tests.unit.assignments.world import (
    OTHER_COUNTY,
    TINY_COUNTY,
    accept,
    analyst_of,
    biology_only,
    body,
    coordinator_of,
    issued,
    open_reasons,
    person,
    row_counts,
    send,
    two_classes,
)


def test_an_accepted_report_is_counted_stored_and_announced(app: Flask) -> None:
    report_id = accept(app, two_classes())

    (fact,) = recorded(app, ReportAccepted)
    assert fact.report_id == report_id
    assert fact.organization_id == TINY_COUNTY
    assert fact.school_year == "2026-2027"
    assert (fact.organizations, fact.staff, fact.courses, fact.assignments) == (2, 2, 2, 2)
    page = coordinator_of(app).get(f"/assignments/reports/{report_id}").text
    assert "Report AR-1001" in page
    assert "Accepted, with 2 findings to resolve" in page
    with service_of(app).database.reading() as session:
        assert audit.verify(session) == 1


def test_the_file_of_an_accepted_report_is_kept(app: Flask) -> None:
    content = biology_only().zipped()
    assert send(app, content).status_code == 303

    with service_of(app).database.reading() as session:
        digest = session.scalars(select(Report.file_digest)).one()
    assert service_of(app).files.path_of(digest).read_bytes() == content


def test_a_large_district_is_taken_whole_through_the_page(app: Flask) -> None:
    organizations, teachers, courses, assignments = LARGE.counts

    answer = send(app, LARGE.export().zipped())

    assert answer.status_code == 303
    page = coordinator_of(app).get(answer.location).text
    shown = dict(re.findall(r"<dt>([^<]+)</dt>\s*<dd>([^<]+)</dd>", page))
    assert (shown["Organizations"], shown["Teachers"]) == (f"{organizations}", f"{teachers}")
    assert (shown["Courses"], shown["Teacher assignments"]) == (f"{courses}", f"{assignments:,}")
    counts = row_counts(app)
    assert (counts["school"], counts["staff_member"]) == (organizations, teachers)
    assert (counts["course"], counts["assignment"]) == (courses, assignments)
    assert counts["finding"] == assignments  # nobody is known as an educator yet


def spoiled(spoil: Callable[[Export], object]) -> bytes:
    export = biology_only()
    spoil(export)
    return export.zipped()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (biology_only().zipped()[:400], ["tiny.zip", "cut short or damaged"]),
        (b"not a zip at all", ["tiny.zip", "is neither a OneRoster zip file nor a CSV file"]),
        (b"%PDF-1.7 and so on", ["tiny.zip", "CSV file in UTF-8"]),
        (
            spoiled(lambda export: export.without("courses.csv")),
            ["courses.csv", "is missing from the report"],
        ),
        (
            spoiled(lambda export: export.replace("courses.csv", b"courseCode", b"courseCod")),
            ["courses.csv", "courseCode", "courseCod", "Rename the header"],
        ),
        (
            spoiled(
                lambda export: export.files.update(
                    {"orgs.csv": export.files["orgs.csv"].replace(b"\n", b"\r")}
                )
            ),
            ["orgs.csv", "carriage return alone"],
        ),
        (
            spoiled(lambda export: export.replace("users.csv", "Zoë".encode(), b"Zo\xeb")),
            ["users.csv", "givenName", "0xEB", "CSV UTF-8"],
        ),
        (
            spoiled(lambda export: export.write("enrollments.csv", 2, "userSourcedId", "ghost")),
            ["enrollments.csv", "userSourcedId", "ghost", "does not match any user"],
        ),
        (
            spoiled(lambda export: export.write("users.csv", 3, "sourcedId", "teacher")),
            ["users.csv", "sourcedId", "teacher", "is already the sourcedId of row 2"],
        ),
        (
            spoiled(lambda export: export.write("users.csv", 2, "sourcedId", "x" * 256)),
            ["users.csv", "sourcedId", "has more than 255 characters"],
        ),
        (
            spoiled(lambda export: export.write("orgs.csv", 2, "identifier", "002")),
            ["orgs.csv", "identifier", "is the state number of another district, Other County"],
        ),
    ],
    ids=[
        "cut short",
        "no zip",
        "another kind of file",
        "missing file",
        "misspelt header",
        "bare CR",
        "cp1252 byte",
        "orphan",
        "duplicate",
        "endless id",
        "another district's",
    ],
)
def test_a_faulty_report_is_refused_with_its_faults_and_changes_nothing(
    app: Flask, content: bytes, told: list[str]
) -> None:
    accept(app)
    before = row_counts(app)

    answer = send(app, content)

    assert answer.status_code == 200
    assert "This report was not accepted" in answer.text
    text = re.sub(r"\s+", " ", answer.text)
    for words in told:
        assert words in text
    assert row_counts(app) == before


def test_every_fault_is_shown_by_file_row_column_value_and_cure(app: Flask) -> None:
    export = biology_only()
    export.write("classes.csv", 2, "grades", "99").write("enrollments.csv", 2, "beginDate", "8/1")

    page = re.sub(r"\s+", " ", send(app, export).text)

    assert "has 2 faults" in page
    for cell in ("classes.csv", "2", "grades", "99", "is not a grade"):
        assert f">{cell}<" in page
    for cell in ("enrollments.csv", "beginDate", "8/1", "is not a date"):
        assert f">{cell}<" in page


def test_a_form_without_a_file_asks_for_one(app: Flask) -> None:
    answer = coordinator_of(app).post("/assignments/reports/new", data={})

    assert answer.status_code == 422
    assert "Choose the zip or CSV file." in answer.text


def test_the_same_file_twice_on_a_day_is_the_same_report(app: Flask) -> None:
    first = accept(app, two_classes())
    before = row_counts(app)

    assert accept(app, two_classes()) == first
    assert row_counts(app) == before


def test_the_same_file_on_another_day_is_a_report_that_changes_nothing(
    app: Flask, clock: FixedClock
) -> None:
    first = accept(app, two_classes())
    before = row_counts(app)
    clock.move(days=1)

    assert accept(app, two_classes()) != first
    after = row_counts(app)
    assert after["report"] == before["report"] + 1
    for table in ("school", "staff_member", "staff_number", "course", "assignment", "finding"):
        assert after[table] == before[table]
    assert len(recorded(app, FindingOpened)) == 2


def test_a_second_report_ends_what_is_gone_and_keeps_the_rest(app: Flask) -> None:
    accept(app, two_classes())
    finding_of = {each.course_code: each.finding_id for each in recorded(app, FindingOpened)}

    accept(app, biology_only())

    (resolved,) = recorded(app, FindingResolved)
    assert resolved.finding_id == finding_of["500711"]
    assert resolved.version == 2
    assert len(recorded(app, FindingOpened)) == 2
    with service_of(app).database.reading() as session:
        assignments = session.scalars(select(Assignment))
        ended = {each.source_id: each.ended_on for each in assignments}
        courses = session.scalars(select(Course.source_id).where(Course.ended_on.is_(None)))
        assert ended == {"e1": None, "e2": date(2026, 11, 22)}
        assert set(courses) == {"biology", "art"}


def test_an_assignment_that_comes_back_is_judged_anew(app: Flask) -> None:
    accept(app, two_classes())
    accept(app, biology_only())

    accept(app, two_classes().write("orgs.csv", 3, "name", "Tiny High School"))

    opened = recorded(app, FindingOpened)
    assert len({each.finding_id for each in opened}) == len(opened) == 3
    assert open_reasons(app) == ["staff_not_matched"] * 2


def test_an_assignment_whose_course_changed_is_another_finding(app: Flask) -> None:
    accept(app)

    accept(app, biology_only().write("courses.csv", 2, "courseCode", "304521"))

    assert [each.course_code for each in recorded(app, FindingOpened)] == ["302601", "304521"]
    assert [each.course_code for each in recorded(app, FindingResolved)] == ["302601"]


def test_another_districts_report_with_the_same_ids_stays_apart(app: Flask) -> None:
    accept(app)
    answer = send(
        app,
        biology_only().write("orgs.csv", 2, "identifier", "002"),
        coordinator_of(app, OTHER_COUNTY),
    )

    assert answer.status_code == 303
    assert row_counts(app)["assignment"] == 2
    with service_of(app).database.reading() as session:
        places = session.scalars(select(StaffMember.organization_id)).all()
    assert set(places) == {TINY_COUNTY, OTHER_COUNTY}


def next_year() -> Export:
    export = biology_only()
    for old, new in ((b"2026-", b"2027-"), (b"2027-01", b"2028-01"), (b"2027-06", b"2028-06")):
        text = export.files["academicSessions.csv"]
        export.files["academicSessions.csv"] = text.replace(old, new)
    return export.write("enrollments.csv", 2, "sourcedId", "e1-next")


def test_next_years_report_leaves_this_years_assignments_until_they_are_over(
    app: Flask, clock: FixedClock
) -> None:
    accept(app)
    clock.move(days=180)  # May 21, 2027
    accept(app, next_year())

    assert open_reasons(app) == ["staff_not_matched"] * 2
    clock.move(days=30)
    run_today(app)
    assert open_reasons(app) == ["staff_not_matched"]


def run_today(app: Flask) -> None:
    service = service_of(app)
    with app.app_context():
        service.schedule.run(service.database, service.today(), service.now())


def test_a_report_of_an_earlier_school_year_is_refused(app: Flask, clock: FixedClock) -> None:
    accept(app, next_year())
    before = row_counts(app)

    answer = send(app, biology_only())

    assert answer.status_code == 200
    assert "a report for 2027-2028 was already accepted" in answer.text
    assert row_counts(app) == before


def test_assignments_that_were_over_before_the_report_are_not_judged(app: Flask) -> None:
    accept(app, biology_only().write("enrollments.csv", 2, "endDate", "2026-11-21"))

    assert open_reasons(app) == []


def test_a_district_that_is_not_known_yet_is_told_to_try_again(app: Flask) -> None:
    answer = send(app, biology_only(), coordinator_of(app, new_id()))

    assert answer.status_code == 404
    assert "as a district" in answer.text
    assert row_counts(app)["report"] == 0


def test_only_the_districts_own_people_may_send_its_report(app: Flask) -> None:
    assert send(app, biology_only(), analyst_of(app)).status_code == 403
    educator = client_of(app, {Role.EDUCATOR: None}, educator_id=new_id())
    assert send(app, biology_only(), educator).status_code == 403
    stranger = coordinator_of(app, OTHER_COUNTY)
    assert send(app, biology_only(), stranger, district=TINY_COUNTY).status_code == 403
    assert send(app, biology_only(), client_of(app)).status_code == 401
    assert row_counts(app)["report"] == 0
    superintendent = client_of(app, {Role.SUPERINTENDENT: TINY_COUNTY})
    assert send(app, biology_only(), superintendent).status_code == 303


def test_who_speaks_for_two_districts_names_the_one_that_is_meant(app: Flask) -> None:
    both = client_of(
        app, {Role.SUPERINTENDENT: TINY_COUNTY, Role.ASSIGNMENT_COORDINATOR: OTHER_COUNTY}
    )

    export = biology_only().write("orgs.csv", 2, "identifier", "002")
    assert send(app, export, both, district=OTHER_COUNTY).status_code == 303
    assert "Other County" in both.get("/assignments/").text
    assert "Assignments of Other County" in both.get(f"/assignments/?district={OTHER_COUNTY}").text


# The API


def post(app: Flask, content: bytes, key: str, **client: Any) -> TestResponse:
    return client_of(app, {Role.ASSIGNMENT_COORDINATOR: TINY_COUNTY}, **client).post(
        "/assignments/api/reports",
        data={"file": (BytesIO(content), "tiny.zip")},
        headers={"Idempotency-Key": key},
        content_type="multipart/form-data",
    )


def test_a_districts_system_sends_a_report_and_reads_it_back(app: Flask) -> None:
    answer = post(app, biology_only().zipped(), "first-try")

    assert answer.status_code == 201
    assert body(answer)["assignments"] == 1
    assert body(answer)["report_number"] == "AR-1001"
    path = f"/assignments/api/reports/{body(answer)['report_id']}"
    assert body(coordinator_of(app).get(path)) == body(answer)
    assert analyst_of(app).get(path).status_code == 200


def test_a_command_sent_twice_is_answered_the_same_and_carried_out_once(
    app: Flask, clock: FixedClock
) -> None:
    account_id = new_id()
    content = biology_only().zipped()
    first = post(app, content, "the-same-key", account_id=account_id)
    before = row_counts(app)
    clock.move(days=1)

    again = post(app, content, "the-same-key", account_id=account_id)

    assert (again.status_code, body(again)) == (201, body(first))
    assert row_counts(app) == before
    other = post(app, two_classes().zipped(), "the-same-key", account_id=account_id)
    assert other.status_code == 422
    assert body(other)["type"].endswith("key-reused")


def test_the_api_tells_every_fault_in_problem_details(app: Flask) -> None:
    content = spoiled(lambda export: export.write("classes.csv", 2, "grades", "99"))

    answer = post(app, content, "faulty-one")

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    (fault,) = body(answer)["errors"]["faults"]
    assert fault == {
        "file": "classes.csv",
        "row": 2,
        "column": "grades",
        "value": "99",
        "problem": "is not a grade",
        "cure": fault["cure"],
    }
    assert body(answer)["errors"]["more"] == 0
    assert row_counts(app)["report"] == row_counts(app)["idempotency"] == 0


def test_the_api_asks_for_the_file_and_the_key(app: Flask) -> None:
    client = coordinator_of(app)

    assert client.post("/assignments/api/reports", data={}).status_code == 422
    assert post(app, biology_only().zipped(), "short").status_code == 422
    assert row_counts(app)["report"] == 0


# The command


def test_the_command_takes_a_zip_or_a_folder(app: Flask, tmp_path: Path) -> None:
    learn(app, person(), issued())
    archive, folder = tmp_path / "tiny.zip", tmp_path / "tiny"
    archive.write_bytes(biology_only().zipped())
    folder.mkdir()
    for file, content in two_classes().files.items():
        (folder / file).write_bytes(content)
    run = app.test_cli_runner().invoke

    first = run(args=["import-report", "001", str(archive)])
    second = run(args=["import-report", "001", str(folder)])

    assert first.output == "AR-1001: 2 organizations, 1 teachers, 2 courses, 1 assignments\n"
    assert second.output == "AR-1002: 2 organizations, 2 teachers, 2 courses, 2 assignments\n"
    assert open_reasons(app) == ["staff_not_matched"]


def test_the_command_tells_what_is_wrong(app: Flask, tmp_path: Path) -> None:
    archive = tmp_path / "tiny.zip"
    archive.write_bytes(spoiled(lambda export: export.without("courses.csv")))
    run = app.test_cli_runner().invoke

    refused = run(args=["import-report", "001", str(archive)])
    archive.write_bytes(biology_only().zipped())
    unknown = run(args=["import-report", "999", str(archive)])

    assert refused.exit_code == unknown.exit_code == 1
    assert "courses.csv: is missing from the report" in refused.output
    assert "no district with the state number 999" in unknown.output
    assert row_counts(app)["report"] == 0


def test_a_report_is_accepted_at_the_moment_it_came(app: Flask) -> None:
    accept(app)

    with service_of(app).database.reading() as session:
        report = session.scalars(select(Report)).one()
    assert report.accepted_at == datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
    assert report.sent_by == "Test Person"
