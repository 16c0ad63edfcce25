"""The pages: who sees what, what a form answers, and the whole way of an application by browser."""

import re
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from lxml import html
from pypdf import PdfReader
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from chassis.ids import new_id
from chassis.testing import client_of, deliver, recorded, service_of
from contracts.certification import (
    ApplicationDecided,
    ApplicationPaymentOpened,
    ApplicationSubmitted,
    CertificateIssued,
)
from contracts.identity import Role
from services.certification.domain.status import ApplicationStatus
from tests.unit.certification import story
from tests.unit.certification.story import analyst, applicant, officer

PDF = b"%PDF-1.7 a copy of a license"
DEGREE_FORM = {
    "institution": "Example State University",
    "degree": "Bachelor of Science in Mathematics",
    "conferred_on_month": "5",
    "conferred_on_day": "9",
    "conferred_on_year": "2026",
    "name_on_transcript": "Wilhelmina R. Testworthy",
    "sent_on_month": "6",
    "sent_on_day": "1",
    "sent_on_year": "2026",
}
TEST_FORM = {
    "test_code": "5165",
    "title": "Praxis Mathematics",
    "score": "172",
    "taken_on_month": "4",
    "taken_on_day": "18",
    "taken_on_year": "2026",
}
ADMISSION_FORM = {
    "educator_number": story.WILLAS_NUMBER,
    "last_name": "Testworthy",
    "program_name": "Secondary Mathematics",
    "certificate_type": "PROF",
    "authorization_codes": ["SEC_MATH"],
    "admitted_on_month": "8",
    "admitted_on_day": "15",
    "admitted_on_year": "2024",
}
COMPLETION_FORM = {
    "completed_on_month": "5",
    "completed_on_day": "9",
    "completed_on_year": "2026",
}


def at(application_id: UUID, part: str = "") -> str:
    return f"/certification/applications/{application_id}{part}"


def fitness_form(app: Flask, signature: str = story.WILLAS_NAME) -> dict[str, str]:
    return {**dict.fromkeys(story.fitness_answers(app), "no"), "signature": signature}


def test_an_educator_goes_the_whole_way_from_admission_to_certificate(app: Flask) -> None:
    willa, otto, ana = applicant(app), officer(app), analyst(app)
    candidate = otto.post("/certification/candidates/admit", data=ADMISSION_FORM).location
    assert otto.post(f"{candidate}/completion", data=COMPLETION_FORM).status_code == 303

    assert "From your programs on record" in willa.get("/certification/apply").text
    applied = {"certificate_type": "PROF", "authorization_codes": ["SEC_MATH"]}
    here = willa.post("/certification/apply", data=applied).location
    application_id = UUID(here.rsplit("/", 1)[1])
    for part, form in (
        ("/license", {"held": "no"}),
        ("/degrees", DEGREE_FORM),
        ("/assessments", TEST_FORM),
        ("/fitness", fitness_form(app)),
    ):
        assert willa.get(here + part).status_code == 200
        assert willa.post(here + part, data=form).status_code == 303
    assert "Waiting for your provider" in willa.get(here).text

    due = otto.get(candidate).text
    assert "A recommendation is due" in due
    recommended = otto.post(f"{candidate}/recommendations/{application_id}")
    assert recommended.status_code == 303
    assert len(recorded(app, ApplicationPaymentOpened)) == 1

    invoice = story.invoice_opened(application_id)
    deliver(app, invoice)
    assert f"/payments/invoices/{invoice.invoice_id}" in willa.get(here).text
    deliver(app, story.payment_settled(invoice))
    assert "Check and submit" in willa.get(here).text
    assert willa.get(f"{here}/submit").status_code == 200
    assert willa.post(f"{here}/submit", data={"confirmed": "yes"}).status_code == 303

    assert "A-100001" in ana.get("/certification/queue").text
    review = f"/certification/queue/{application_id}"
    for kind in ("degrees", "assessments", "character_and_fitness"):
        checked = ana.post(f"{review}/elements/{kind}", data={"verdict": "verify"})
        assert checked.status_code == 303
    decision = {
        "outcome": "approved",
        "reasons": "All requirements are met.",
        "version": str(story.application_of(app, application_id).version),
    }
    assert ana.post(f"{review}/decision", data=decision).status_code == 303

    [issued] = recorded(app, CertificateIssued)
    assert issued.certificate_number in willa.get("/certification/").text
    assert "All requirements are met." in willa.get(here).text


def test_the_application_page_shows_every_element_who_must_act_and_since_when(app: Flask) -> None:
    application_id = story.start(app)

    page = applicant(app).get(at(application_id)).text

    tasks = html.fromstring(page).find_class("task")
    titles = [task.find_class("task-title")[0].text_content() for task in tasks]
    assert titles == [wording.title for wording in service_of(app).rules.elements.values()]
    assert [set(task.classes) & {"task-to_do", "task-waiting", "task-later"} for task in tasks] == [
        *[{"task-to_do"}] * 3,
        {"task-waiting"},
        {"task-to_do"},
        {"task-later"},
    ]
    assert "Your preparation provider, since November 22, 2026" in page


def test_nobody_but_the_applicant_reads_or_changes_an_application_on_its_pages(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.READY)
    stranger = applicant(app, story.OTHER_EDUCATOR)
    reads = ["", "/license", "/degrees", "/degrees/0", "/assessments", "/fitness", "/submit"]
    writes = {
        "/license": {"held": "no"},
        "/degrees": DEGREE_FORM,
        "/degrees/0": DEGREE_FORM,
        "/degrees/0/remove": {},
        "/assessments": TEST_FORM,
        "/assessments/none": {},
        "/fitness": fitness_form(app),
        "/submit": {"confirmed": "yes"},
        "/withdraw": {},
    }
    version = story.application_of(app, application_id).version

    assert {stranger.get(at(application_id, part)).status_code for part in reads} == {403}
    answers = {
        stranger.post(at(application_id, part), data=form).status_code
        for part, form in writes.items()
    }
    assert answers == {403}
    assert applicant(app).get(at(new_id())).status_code == 404
    for other in (officer(app), analyst(app)):
        assert other.get(at(application_id)).status_code == 403
    assert story.application_of(app, application_id).version == version


@pytest.mark.parametrize(
    "path", ["/certification/queue", "/certification/candidates", "/certification/"]
)
def test_each_role_sees_its_own_start_only(app: Flask, path: str) -> None:
    clients = {
        "/certification/queue": analyst(app),
        "/certification/candidates": officer(app),
        "/certification/": applicant(app),
    }
    answers = {own: client.get(path).status_code for own, client in clients.items()}

    assert answers == {own: 200 if own == path else 403 for own in clients}
    assert client_of(app).get(path).status_code == 303


def test_an_account_that_is_nobodys_has_no_home_here(app: Flask) -> None:
    assert client_of(app, {Role.EDUCATOR: None}).get("/certification/").status_code == 403


def test_an_officer_of_another_provider_sees_and_does_nothing(app: Flask) -> None:
    admission_id = story.admit(app, completed_on=None)
    application_id = story.start(app)
    here = f"/certification/candidates/{admission_id}"
    other = officer(app, story.OTHER_PROVIDER)

    assert "Testworthy" not in other.get("/certification/candidates").text
    assert other.get(here).status_code == 403
    assert other.post(f"{here}/completion", data=COMPLETION_FORM).status_code == 403
    assert other.post(f"{here}/recommendations/{application_id}").status_code == 403
    foreign = {**ADMISSION_FORM, "organization_id": str(story.PROVIDER)}
    assert other.post("/certification/candidates/admit", data=foreign).status_code == 403


def test_an_admission_that_does_not_match_answers_clearly_and_keeps_what_was_typed(
    app: Flask,
) -> None:
    form = {**ADMISSION_FORM, "last_name": "Mistyped"}

    page = officer(app).post("/certification/candidates/admit", data=form)

    assert page.status_code == 422
    assert "No educator has this number and last name" in page.text
    assert 'value="Mistyped"' in page.text
    assert "2024" in page.text


def test_an_empty_admission_is_told_what_is_missing_in_the_order_of_the_form(app: Flask) -> None:
    page = officer(app).post("/certification/candidates/admit", data={}).text

    named = re.findall(r'<li><a href="#(\w+)">([^<]+)</a>', page)
    assert [name for name, _ in named] == [
        "educator_number",
        "last_name",
        "program_name",
        "admitted_on",
        "certificate_type",
        "authorization_codes",
    ]
    assert dict(named)["educator_number"] == "Enter the EPSB ID."
    assert dict(named)["authorization_codes"] == "Choose at least one area."


def test_the_admission_asks_for_the_provider_only_where_there_are_several(app: Flask) -> None:
    one = officer(app).get("/certification/candidates/admit")

    assert 'name="organization_id"' not in one.text
    assert (
        client_of(app, {Role.PROVIDER_OFFICER: None}).get("/certification/candidates").status_code
        == 403
    )


def test_a_second_click_on_submit_leads_to_the_same_page_and_submits_once(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.READY)
    willa = applicant(app)
    answers = [
        willa.post(at(application_id, "/submit"), data={"confirmed": "yes"}) for _ in range(2)
    ]

    assert [each.status_code for each in answers] == [303, 303]
    assert {each.location for each in answers} == {at(application_id)}
    assert len(recorded(app, ApplicationSubmitted)) == 1


def test_submitting_needs_the_applicants_word(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.READY)

    page = applicant(app).post(at(application_id, "/submit"), data={})

    assert page.status_code == 422
    assert "Confirm that everything is true" in page.text
    assert recorded(app, ApplicationSubmitted) == []


def test_submitting_too_early_says_what_is_missing(app: Flask) -> None:
    application_id = story.start(app)
    willa = applicant(app)

    for page in (
        willa.get(at(application_id, "/submit")),
        willa.post(at(application_id, "/submit"), data={"confirmed": "yes"}),
    ):
        assert page.status_code == 409
        assert "degrees" in page.text


def test_a_copy_of_a_license_is_kept_and_given_to_applicant_and_analyst_only(app: Flask) -> None:
    application_id = story.start(app)
    willa = applicant(app)
    form = {"held": "yes", "issuing_state": "Ohio", "file": (BytesIO(PDF), "Ohio license.pdf")}

    answer = willa.post(at(application_id, "/license"), data=form)

    assert answer.status_code == 303
    copy = at(application_id, "/license/copy")
    for reader in (willa, analyst(app)):
        given = reader.get(copy, buffered=True)
        assert (given.data, given.mimetype) == (PDF, "application/pdf")
        assert given.headers["Content-Disposition"].startswith("attachment")
    assert applicant(app, story.OTHER_EDUCATOR).get(copy).status_code == 403


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "Choose the file"),
        ((b"", "empty.pdf"), "The file is empty"),
        ((b"MZ a program", "license.exe"), "Choose a PDF, PNG or JPEG file"),
        ((b"MZ a program", "license.pdf"), "not what its name says"),
        ((PDF, "license.png"), "not what its name says"),
        ((PDF + b"0" * 20 * 1024 * 1024, "large.pdf"), "at most 20 MB"),
    ],
)
def test_a_file_that_is_no_copy_is_refused_in_plain_words(
    app: Flask, file: tuple[bytes, str] | None, words: str
) -> None:
    application_id = story.start(app)
    form: dict[str, object] = {"held": "yes", "issuing_state": "Ohio"}
    if file:
        form["file"] = FileStorage(BytesIO(file[0]), file[1])

    # Encoded here, because the test client leaves the file open in which it keeps a large body.
    boundary, body = encode_multipart(form)
    page = applicant(app).post(
        at(application_id, "/license"),
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )

    assert page.status_code == 422
    assert words in page.text
    assert story.application_of(app, application_id).version == 1


def test_a_license_names_the_state_that_issued_it(app: Flask) -> None:
    application_id = story.start(app)

    page = applicant(app).post(at(application_id, "/license"), data={"held": "yes"})

    assert page.status_code == 422
    assert "Enter the state that issued it" in page.text


def test_a_degree_is_changed_and_removed_on_its_page(app: Flask) -> None:
    application_id = story.start(app)
    willa = applicant(app)
    willa.post(at(application_id, "/degrees"), data=DEGREE_FORM)

    assert (
        'value="Bachelor of Science in Mathematics"'
        in willa.get(at(application_id, "/degrees/0")).text
    )
    changed = {**DEGREE_FORM, "degree": "Master of Arts", "sent_on_year": ""}
    page = willa.post(at(application_id, "/degrees/0"), data=changed)
    assert page.status_code == 422
    assert "Enter the year too" in page.text
    changed = {name: text for name, text in changed.items() if not name.startswith("sent_on")}
    assert willa.post(at(application_id, "/degrees/0"), data=changed).status_code == 303
    assert "A transcript is missing" in willa.get(at(application_id, "/degrees")).text
    assert willa.get(at(application_id, "/degrees/1")).status_code == 404
    assert willa.post(at(application_id, "/degrees/0/remove")).status_code == 303
    assert "Master of Arts" not in willa.get(at(application_id, "/degrees")).text


def test_a_test_is_changed_and_removed_on_its_page_or_none_is_required(app: Flask) -> None:
    application_id = story.start(app)
    willa = applicant(app)
    willa.post(at(application_id, "/assessments"), data=TEST_FORM)

    assert 'value="172"' in willa.get(at(application_id, "/assessments/0")).text
    changed = {**TEST_FORM, "score": "181"}
    assert willa.post(at(application_id, "/assessments/0"), data=changed).status_code == 303
    assert "181" in willa.get(at(application_id, "/assessments")).text
    assert willa.post(at(application_id, "/assessments/0/remove")).status_code == 303
    assert willa.post(at(application_id, "/assessments/none")).status_code == 303
    assert "no test is required" in willa.get(at(application_id, "/assessments")).text


def test_the_fitness_form_says_what_is_missing_and_shows_what_was_answered(app: Flask) -> None:
    application_id = story.start(app)
    willa = applicant(app)
    unexplained = {**fitness_form(app), "conviction": "yes"}

    page = willa.post(at(application_id, "/fitness"), data=unexplained)
    assert page.status_code == 422
    assert "You answered yes. Explain what happened" in page.text
    page = willa.post(at(application_id, "/fitness"), data=fitness_form(app, "Willa T."))
    assert page.status_code == 422
    assert f"Type your name as we have it on file: {story.WILLAS_NAME}" in page.text
    page = willa.post(at(application_id, "/fitness"), data={})
    assert page.text.count("Choose yes or no.") >= 6

    explained = {**unexplained, "conviction_explanation": "A fine for trespassing in 2011."}
    assert willa.post(at(application_id, "/fitness"), data=explained).status_code == 303
    assert "A fine for trespassing in 2011." in willa.get(at(application_id, "/fitness")).text


def test_applying_without_a_choice_says_what_to_choose(app: Flask) -> None:
    willa = applicant(app)

    empty = willa.post("/certification/apply", data={}).text
    assert "Choose a certificate" in empty
    assert "Choose at least one area." in empty
    page = willa.post("/certification/apply", data={"certificate_type": "PROF"})
    assert page.status_code == 422
    assert "Choose at least one area" in page.text
    assert willa.get("/certification/apply").status_code == 200


def test_a_second_application_for_the_same_certificate_is_refused_on_a_page(app: Flask) -> None:
    application_id = story.start(app)
    form = {"certificate_type": "PROF", "authorization_codes": ["SEC_MATH"]}

    page = applicant(app).post("/certification/apply", data=form)

    assert page.status_code == 409
    assert "already applied" in page.text
    assert html.fromstring(page.text).xpath(f"//main//a[@href='{at(application_id)}']")


def test_fee_and_time_stand_before_the_first_question(app: Flask) -> None:
    main = html.fromstring(applicant(app).get("/certification/apply").text).xpath("//main")[0]

    (box,) = main.find_class("price-and-time")
    assert "$85.00" in box.text_content()
    first_form = main.xpath(".//form")[0]
    assert [*main.iter()].index(box) < [*main.iter()].index(first_form)


def test_who_has_an_open_application_is_led_to_it_before_applying_again(app: Flask) -> None:
    application_id = story.start(app)

    main = html.fromstring(applicant(app).get("/certification/apply").text).xpath("//main")[0]

    assert main.xpath(f".//a[@href='{at(application_id)}']")


def test_a_withdrawn_application_says_so(app: Flask) -> None:
    application_id = story.start(app)
    willa = applicant(app)

    assert willa.post(at(application_id, "/withdraw")).status_code == 303
    assert "Withdrawn" in willa.get(at(application_id)).text
    assert willa.get(at(application_id, "/degrees")).status_code == 409


def decision(app: Flask, application_id: UUID, **more: str) -> dict[str, str]:
    version = story.application_of(app, application_id).version
    return {"outcome": "denied", "reasons": "Not met.", "version": str(version), **more}


def test_a_stale_decision_is_refused_on_a_page_that_says_so(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    seen = decision(app, application_id)
    story.verify_all(app, application_id)

    page = analyst(app).post(f"/certification/queue/{application_id}/decision", data=seen)

    assert page.status_code == 409
    assert "has changed since you opened it" in page.text
    assert recorded(app, ApplicationDecided) == []


def test_a_second_decision_is_refused_on_a_page_that_says_so(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    seen, ana = decision(app, application_id), analyst(app)
    here = f"/certification/queue/{application_id}"
    assert ana.post(f"{here}/decision", data=seen).status_code == 303

    page = ana.post(f"{here}/decision", data=seen)

    assert page.status_code == 409
    assert "already decided" in page.text
    assert "Not met." in ana.get(here).text


def test_a_decision_needs_an_outcome_and_reasons(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    incomplete = decision(app, application_id, reasons=" ", outcome="")

    page = analyst(app).post(f"/certification/queue/{application_id}/decision", data=incomplete)

    assert page.status_code == 422
    assert "Choose a decision" in page.text
    assert "Enter the reasons" in page.text


def test_a_hold_is_shown_to_the_agency_and_never_to_the_applicant(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    deliver(app, story.hold())
    ana, willa = analyst(app), applicant(app)
    here = f"/certification/queue/{application_id}"

    assert "On hold" in ana.get("/certification/queue").text
    assert "Legal has placed a hold" in ana.get(here).text
    refused = ana.post(f"{here}/decision", data=decision(app, application_id))
    assert (refused.status_code, "hold" in refused.text) == (409, True)
    for page in (willa.get(at(application_id)), willa.get("/certification/")):
        assert "hold " not in page.text.lower().replace("you hold", "")


def test_a_hold_after_the_decision_is_not_said_to_stop_it(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.APPROVED)
    deliver(app, story.hold())

    page = analyst(app).get(f"/certification/queue/{application_id}").text

    assert "Legal has placed a hold" in page
    assert "Nothing can be decided" not in page


def test_an_order_is_shown_to_the_agency_that_decides(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    deliver(app, story.order())

    page = analyst(app).get(f"/certification/queue/{application_id}").text

    assert "Order 2026-0042 is in force against this educator" in page


def test_a_returned_application_shows_why(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    here = f"/certification/queue/{application_id}"
    ana = analyst(app)
    rejected = {"verdict": "reject", "degrees_note": "The second page is missing."}

    assert ana.post(f"{here}/elements/degrees", data=rejected).status_code == 303
    assert ana.post(f"{here}/return", data={}).status_code == 422
    returned = {"return_reasons": "Send the whole transcript."}
    assert ana.post(f"{here}/return", data=returned).status_code == 303

    page = applicant(app).get(at(application_id)).text
    assert "Send the whole transcript." in page
    assert "The second page is missing." in page


def test_an_analysts_note_on_a_disclosure_stays_with_the_agency(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED, conviction="A fine.")
    here = f"/certification/queue/{application_id}"
    ana = analyst(app)
    checked = f"{here}/elements/character_and_fitness"

    assert ana.post(checked, data={"verdict": "verify"}).status_code == 409
    note = {"verdict": "verify", "character_and_fitness_note": "Seen with counsel."}
    assert ana.post(checked, data=note).status_code == 303

    assert "Seen with counsel." in ana.get(here).text
    assert "Seen with counsel." not in applicant(app).get(at(application_id)).text


def test_a_verdict_on_what_there_is_not_is_refused(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    here = f"/certification/queue/{application_id}/elements"
    ana = analyst(app)

    assert ana.post(f"{here}/hat_size", data={"verdict": "verify"}).status_code == 404
    assert ana.post(f"{here}/degrees", data={"verdict": "praise"}).status_code == 422


@pytest.mark.parametrize("asked", ["", "?waiting_for=legal", "?waiting_for=x&page=no&page=0"])
def test_the_queue_answers_whatever_is_asked(app: Flask, asked: str) -> None:
    assert analyst(app).get(f"/certification/queue{asked}").status_code == 200


def test_a_denial_shows_reasons_and_the_right_to_a_hearing(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.DENIED)

    page = applicant(app).get(at(application_id)).text

    assert "All requirements are met." in page
    assert "right to a hearing on this decision (KRS 161.120)" in page


def test_the_pdf_is_for_holder_and_agency_and_each_copy_is_listed(app: Flask) -> None:
    certificate = story.legacy_certificate(app)
    here = f"/certification/certificates/{certificate.certificate_id}"
    willa, ana = applicant(app), analyst(app)

    for client in (willa, ana):
        given = client.get(f"{here}/certificate.pdf")
        assert (given.status_code, given.mimetype) == (200, "application/pdf")
        words = PdfReader(BytesIO(given.data)).pages[0].extract_text()
        assert "/lookup/verify/KY-2020-0000017" in words.replace("\n", "")
        assert story.WILLAS_NAME in words
    stranger = applicant(app, story.OTHER_EDUCATOR)
    assert stranger.get(here).status_code == 403
    assert stranger.get(f"{here}/certificate.pdf").status_code == 403
    assert officer(app).get(f"{here}/certificate.pdf").status_code == 403

    page = willa.get(here).text
    assert page.count("Test Person (holder)") == 1
    assert page.count("Test Person (agency)") == 1


def test_a_revoked_certificate_gives_no_pdf_but_says_why(app: Flask) -> None:
    certificate = story.legacy_certificate(app)
    deliver(app, story.order())
    here = f"/certification/certificates/{certificate.certificate_id}"
    willa = applicant(app)

    page = willa.get(f"{here}/certificate.pdf")
    assert page.status_code == 409
    assert "has been revoked since November 22, 2026" in page.text
    shown = willa.get(here).text
    assert "This certificate was revoked" in shown
    assert "Download as PDF" not in shown
    assert "No copy has been issued yet" in shown
    assert "Revoked" in willa.get("/certification/").text


def test_a_home_says_how_to_renew_what_was_not_taken_away(app: Flask) -> None:
    story.legacy_certificate(app)
    willa = applicant(app)

    assert "Show three years of successful" in willa.get("/certification/").text
    deliver(app, story.order())
    assert "Show three years of successful" not in willa.get("/certification/").text


def test_a_name_that_cannot_be_printed_is_answered_clearly(app: Flask) -> None:
    deliver(app, story.person(version=2, last_name="山田"))
    certificate = story.legacy_certificate(app)

    page = applicant(app).get(
        f"/certification/certificates/{certificate.certificate_id}/certificate.pdf"
    )

    assert page.status_code == 500
    assert "Your certificate is still valid" in page.text


def test_a_home_with_nothing_on_it_says_where_to_start(app: Flask) -> None:
    page = applicant(app).get("/certification/").text

    assert "You hold no certificate yet" in page
    assert 'href="/certification/apply"' in page
    assert story.WILLAS_NUMBER in page
