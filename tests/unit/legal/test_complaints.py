"""A superintendent files a complaint once, sees the district's own, and hears what may be told."""

from datetime import date
from io import BytesIO

import pytest
from flask import Flask

from chassis.ids import new_id
from chassis.testing import FixedClock, client_of, recorded, service_of, working
from contracts.identity import Role
from contracts.legal import LegalNoticeDue, OrderAction
from services.legal import queries
from services.legal.domain.complaint import Complaint, ImpossibleDates, UnknownGrounds
from services.legal.domain.procedure import BoardDecision, Step
from services.legal.usecases import complaints
from services.legal.usecases.people import UnknownDistrict
from tests.unit.legal.casework import (
    DISTRICT,
    EDUCATOR,
    OTHER_DISTRICT,
    SECRET,
    SUPERINTENDENT,
    TODAY,
    begin_screening,
    complaint_form,
    day_in,
    decide,
    decided_case,
    enter,
    file,
    open_case,
    staff,
    statement,
    superintendent,
    take,
)

NEW = f"/legal/complaints/new/{EDUCATOR}"


def all_complaints(app: Flask) -> list[Complaint]:
    with service_of(app).database.reading() as session:
        return [c for c, _ in queries.complaints_of(session, [DISTRICT, OTHER_DISTRICT], None)]


def test_a_complaint_is_received_and_its_receipt_confirmed_on_screen_and_by_notice(
    app: Flask,
) -> None:
    client = superintendent(app)

    answer = client.post(NEW, data=complaint_form())

    assert answer.status_code == 303
    receipt = client.get(answer.location).text
    assert "Complaint C-2026-0001 was received" in receipt
    assert "It arrived after" not in receipt
    (notice,) = recorded(app, LegalNoticeDue)
    assert (notice.recipient.organization_id, notice.recipient.role) == (
        DISTRICT,
        Role.SUPERINTENDENT,
    )
    assert "C-2026-0001" in notice.title["en"]
    assert "December 22, 2026" in notice.text["en"]
    assert "22 de diciembre de 2026" in notice.text["es"]


def test_the_same_form_sent_twice_is_one_complaint(app: Flask) -> None:
    client, form = superintendent(app), complaint_form()

    first, second = client.post(NEW, data=form), client.post(NEW, data=form)

    assert first.location == second.location
    assert len(all_complaints(app)) == 1
    assert len(recorded(app, LegalNoticeDue)) == 1


def test_each_page_carries_a_form_id_of_its_own(app: Flask) -> None:
    client = superintendent(app)

    pages = [client.get(NEW).text, client.get(NEW).text]

    ids = [page.split('name="form_id" value="')[1][:36] for page in pages]
    assert ids[0] != ids[1]


def test_a_late_report_is_accepted_and_marked_as_late(app: Flask) -> None:
    client = superintendent(app)
    late = complaint_form(
        **day_in("occurred_on", date(2026, 9, 1)), **day_in("learned_on", date(2026, 10, 22))
    )

    answer = client.post(NEW, data=late)

    assert "It arrived after the 30 days for a report" in client.get(answer.location).text
    assert [each.is_late for each in all_complaints(app)] == [True]


@pytest.mark.parametrize(("learned_on", "late"), [("2026-10-23", False), ("2026-10-22", True)])
def test_the_thirtieth_day_is_still_in_time(app: Flask, learned_on: str, late: bool) -> None:
    learned = date.fromisoformat(learned_on)

    assert file(app, occurred_on=learned, learned_on=learned).is_late is late


def test_what_is_missing_is_asked_for_and_what_was_written_is_kept(app: Flask) -> None:
    form = complaint_form(signature="", is_true="", documents=(BytesIO(b"letter"), "letter.pdf"))

    answer = superintendent(app).post(NEW, data=form)

    assert answer.status_code == 422
    assert SECRET in answer.text
    assert "Enter your full name as your signature." in answer.text
    assert "Confirm that your statement is true." in answer.text
    assert "Choose the documents again" in answer.text
    assert all_complaints(app) == []


@pytest.mark.parametrize(
    "days",
    [
        {"occurred_on": date(2026, 11, 23), "learned_on": TODAY},
        {"learned_on": date(2026, 11, 23)},
        {"learned_on": date(2026, 11, 2)},
    ],
)
def test_days_that_contradict_each_other_are_refused(app: Flask, days: dict[str, date]) -> None:
    with pytest.raises(ImpossibleDates):
        file(app, **days)


def test_a_contradiction_is_shown_beside_its_field(app: Flask) -> None:
    answer = superintendent(app).post(
        NEW, data=complaint_form(**day_in("learned_on", date(2026, 11, 2)))
    )

    assert answer.status_code == 422
    assert 'href="#learned_on"' in answer.text


def test_a_ground_that_the_state_does_not_have_is_refused(app: Flask) -> None:
    with pytest.raises(UnknownGrounds):
        file(app, suspected_grounds=["z"])


def test_documents_of_any_kind_are_kept_and_given_back(app: Flask) -> None:
    client = superintendent(app)
    form = complaint_form(
        documents=[
            (BytesIO(b"RIFF a recording"), "evidence/hallway.wav"),
            (BytesIO(b"a statement"), "statement.pdf"),
        ]
    )
    client.post(NEW, data=form)
    (complaint,) = all_complaints(app)
    page = client.get(f"/legal/complaints/{complaint.complaint_id}").text
    links = [part.split('"')[0] for part in page.split('href="') if "/documents/" in part[:150]]

    with client.get(links[0]) as answer:
        assert answer.data == b"RIFF a recording"
        assert answer.content_type == "application/octet-stream"
        assert "attachment" in answer.headers["Content-Disposition"]
    assert "hallway.wav" in page
    assert "evidence" not in page.split("hallway.wav")[0][-40:]
    assert len(links) == 2
    assert client.get(f"{links[0][:-36]}{new_id()}").status_code == 404


def test_an_empty_document_is_named_and_nothing_is_filed(app: Flask) -> None:
    answer = superintendent(app).post(
        NEW, data=complaint_form(documents=(BytesIO(b""), "empty.mp4"))
    )

    assert answer.status_code == 422
    assert "empty.mp4: The file is empty" in answer.text
    assert all_complaints(app) == []


def test_another_districts_complaint_is_not_there(app: Flask) -> None:
    complaint = file(app)
    stranger = superintendent(app, OTHER_DISTRICT)
    path = f"/legal/complaints/{complaint.complaint_id}"

    assert superintendent(app).get(path).status_code == 200
    for each in (path, f"{path}/received", f"{path}/documents/{new_id()}"):
        assert stranger.get(each).status_code == 404
    assert "C-2026-0001" not in stranger.get("/legal/complaints").text


def test_nobody_files_for_another_district(app: Flask) -> None:
    answer = superintendent(app, OTHER_DISTRICT).post(NEW, data=complaint_form())

    assert answer.status_code == 403
    assert all_complaints(app) == []


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.LEGAL, Role.SUPERINTENDENT)])
def test_nobody_else_sees_a_complaint_or_files_one(app: Flask, role: Role) -> None:
    complaint = file(app)
    other = client_of(app, {role: DISTRICT}, educator_id=EDUCATOR)

    assert other.get(f"/legal/complaints/{complaint.complaint_id}").status_code == 403
    assert other.get("/legal/complaints").status_code == 403
    assert other.post(NEW, data=complaint_form()).status_code == 403
    assert other.get("/legal/cases").status_code == 403


def test_a_superintendent_neither_reports_themselves_nor_reads_about_themselves(
    app: Flask,
) -> None:
    complaint = file(app)
    accused = superintendent(app, educator_id=EDUCATOR)

    assert accused.get(f"/legal/complaints/{complaint.complaint_id}").status_code == 404
    assert "C-2026-0001" not in accused.get("/legal/complaints").text
    assert accused.get(NEW).status_code == 403
    assert accused.post(NEW, data=complaint_form()).status_code == 403


def test_a_superintendent_reads_what_was_sent_but_nothing_of_the_case(app: Flask) -> None:
    case = open_case(app)
    client = superintendent(app)

    assert SECRET in client.get(f"/legal/complaints/{case.complaint_id}").text
    for path in (f"/legal/cases/{case.case_id}", "/legal/cases"):
        assert client.get(path).status_code == 403
    assert client.get(f"/legal/complaints/{case.complaint_id}/screening").status_code == 403


def shown(app: Flask) -> str:
    return superintendent(app).get("/legal/complaints").text


def test_the_reporter_sees_where_a_complaint_stands_in_words_that_tell_nothing_more(
    app: Flask, clock: FixedClock
) -> None:
    complaint = file(app)
    assert "Received</span>" in shown(app)

    begin_screening(app, complaint)
    assert "Under review" in shown(app)

    with working(app) as (session, _):
        complaints.close_complaint(
            session, complaint.complaint_id, reason="no witness", today=TODAY
        )
    assert "the evidence was not sufficient" in shown(app)
    assert "no witness" not in shown(app)
    assert "no witness" not in str(recorded(app, LegalNoticeDue)[-1].text)


def test_an_admonishment_is_not_told_to_the_reporter(app: Flask, clock: FixedClock) -> None:
    case = open_case(app)
    take(app, case, Step.NOTIFY_EDUCATOR)
    take(app, case, Step.RECORD_REBUTTAL)
    take(app, case, Step.PUT_BEFORE_BOARD)
    decide(app, case, BoardDecision.ADMONISH)

    assert "A case is open" in shown(app)
    clock.move(days=31)
    take(app, case, Step.CLOSE_ADMONISHED)
    assert "Closed without an order" in shown(app)
    assert "dmonish" not in shown(app)


def test_a_final_order_is_told_to_the_reporter(app: Flask) -> None:
    enter(app, decided_case(app), OrderAction.REVOCATION)

    assert "A final order was entered" in shown(app)


def test_a_complaint_waits_until_its_district_is_known(app: Flask) -> None:
    service = service_of(app)

    with pytest.raises(UnknownDistrict), service.database.transaction() as session:
        complaints.file_complaint(
            session,
            service.rules,
            statement(),
            form_id=new_id(),
            filed_by=SUPERINTENDENT,
            organization_id=new_id(),
            educator_id=EDUCATOR,
            now=service.now(),
            today=TODAY,
        )


def test_legal_screens_a_complaint_into_a_case(app: Flask) -> None:
    complaint, client = file(app), staff(app)
    path = f"/legal/complaints/{complaint.complaint_id}"

    assert client.post(f"{path}/screening/begin").status_code == 303
    assert "What the complaint says" in client.get(f"{path}/screening").text
    unclear = client.post(f"{path}/screening", data={"outcome": "open_case"})
    assert unclear.status_code == 422
    assert "Choose at least one ground" in unclear.text
    opened = client.post(f"{path}/screening", data={"outcome": "open_case", "grounds": ["b"]})

    assert opened.status_code == 303
    assert "KRS 161.120(1)(b)" in client.get(opened.location).text
    again = client.post(f"{path}/screening", data={"outcome": "open_case", "grounds": ["b"]})
    assert again.status_code == 409


def test_legal_closes_a_complaint_with_a_reason(app: Flask) -> None:
    complaint, client = file(app), staff(app)
    path = f"/legal/complaints/{complaint.complaint_id}"
    client.post(f"{path}/screening/begin")

    silent = client.post(f"{path}/screening", data={"outcome": "insufficient_evidence"})
    closed = client.post(
        f"{path}/screening", data={"outcome": "insufficient_evidence", "reason": "No witness."}
    )

    assert silent.status_code == 422
    assert closed.location == "/legal/cases"
    assert "No witness." in client.get(path).text
    assert "C-2026-0001" not in client.get("/legal/cases").text
