"""The first page of educators, providers and analysts: what is to be done next, and since when."""

from datetime import date, timedelta
from uuid import UUID

from flask import Flask

from chassis.testing import NOW, FixedClock, deliver, service_of
from services.certification import queries
from services.certification.domain.standing import ActionBy
from services.certification.domain.status import ApplicationStatus
from tests.unit.certification import story
from tests.unit.certification.story import TODAY, analyst, applicant, officer


def ages(app: Flask, days_later: float) -> list[int]:
    with service_of(app).database.reading() as session:
        return queries.queue_by_age(session, NOW + timedelta(days=days_later))


def waiting(app: Flask) -> dict[ActionBy, int]:
    with service_of(app).database.reading() as session:
        return queries.waiting_by_actor(session)


def home(app: Flask, educator_id: UUID = story.WILLA) -> str:
    return applicant(app, educator_id).get("/certification/").text


def test_the_queue_is_counted_by_age_and_each_application_once(app: Flask) -> None:
    story.bring_to(app, ApplicationStatus.SUBMITTED)

    assert ages(app, 0) == [1, 0, 0]
    assert ages(app, 7) == [1, 0, 0]
    assert ages(app, 7.01) == [0, 1, 0]
    assert ages(app, 30) == [0, 1, 0]
    assert ages(app, 30.01) == [0, 0, 1]


def test_a_disclosure_waits_for_legal_and_the_rest_for_an_analyst(app: Flask) -> None:
    story.bring_to(app, ApplicationStatus.SUBMITTED, conviction="It was long ago.")

    assert waiting(app) == {ActionBy.AGENCY: 0, ActionBy.LEGAL: 1, ActionBy.APPLICANT: 0}


def test_what_was_returned_waits_for_the_applicant_and_what_was_never_submitted_is_not_counted(
    app: Flask,
) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    assert waiting(app) == {ActionBy.AGENCY: 1, ActionBy.LEGAL: 0, ActionBy.APPLICANT: 0}

    story.give_back(app, application_id)
    assert waiting(app) == {ActionBy.AGENCY: 0, ActionBy.LEGAL: 0, ActionBy.APPLICANT: 1}


def test_a_week_is_seven_days_and_each_shows_what_came_in_and_what_was_decided(app: Flask) -> None:
    story.bring_to(app, ApplicationStatus.APPROVED)

    with service_of(app).database.reading() as session:
        today = queries.week_of_work(session, TODAY)
        six_days_later = queries.week_of_work(session, TODAY + timedelta(days=6))
        a_week_later = queries.week_of_work(session, TODAY + timedelta(days=7))

    assert [each.day for each in today] == [TODAY - timedelta(days=n) for n in range(6, -1, -1)]
    assert today[-1][1:] == (1, 1)
    assert six_days_later[0] == (TODAY, 1, 1)
    assert all(each[1:] == (0, 0) for each in a_week_later)


def test_an_analysts_queue_has_its_pictures_and_an_empty_one_has_none(
    app: Flask, clock: FixedClock
) -> None:
    assert '<svg class="trend-line"' not in analyst(app).get("/certification/queue").text

    story.bring_to(app, ApplicationStatus.SUBMITTED)
    page = analyst(app).get("/certification/queue").text
    assert "Sunday, November 22" in page
    # One bar that is not divided says nothing.
    assert "Up to 7 days" not in page

    clock.move(days=10)
    second = story.start(app, "PROV")
    story.fill_in(app, second)
    deliver(app, story.nothing_due(second))
    story.submit(app, second)
    page = analyst(app).get("/certification/queue").text
    assert "Up to 7 days" in page
    assert "7 to 30 days" in page


def test_an_educator_sees_how_far_an_application_is_and_who_has_it_since_when(app: Flask) -> None:
    story.bring_to(app, ApplicationStatus.DRAFT)

    page = home(app)
    assert "0 of 6 done" in page
    assert "Continue application" in page
    assert "November 22, 2026" in page


def test_a_fee_that_is_due_leads_to_its_invoice(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.PAYMENT_DUE)
    invoice = story.invoice_opened(application_id)
    deliver(app, invoice)

    page = home(app)
    assert f'href="/payments/invoices/{invoice.invoice_id}"' in page
    assert "Pay the fee of application" in page


def test_what_is_ready_leads_to_its_submission_and_what_is_returned_says_why(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.READY)
    assert f'href="/certification/applications/{application_id}/submit"' in home(app)

    story.submit(app, application_id)
    assert "You need not do anything now." in home(app)

    story.give_back(app, application_id)
    assert "Why: The transcript is missing a page." in home(app)


def test_a_certificate_is_brought_to_mind_half_a_year_before_its_end(
    app: Flask, clock: FixedClock
) -> None:
    story.legacy_certificate(app, expires_on=TODAY + timedelta(days=181))
    assert "expires in" not in home(app)

    clock.move(days=1)
    page = home(app)
    assert "Certificate KY-2020-0000017 expires in 180 days" in page
    assert "six semester hours of credit (16 KAR 4:060)" in page


def test_a_certificate_that_has_ended_or_ends_much_later_is_not_brought_to_mind(app: Flask) -> None:
    story.legacy_certificate(app, expires_on=TODAY - timedelta(days=1))
    story.legacy_certificate(app, "KY-2020-0000018", expires_on=date(2040, 6, 30))

    page = home(app)
    assert "KY-2020-0000018" in page
    assert "expires in" not in page


def test_an_educator_with_nothing_to_do_is_told_so(app: Flask) -> None:
    assert "You need not do anything now." in home(app, story.OTHER_EDUCATOR)


def test_a_provider_sees_for_how_many_days_a_recommendation_is_due(
    app: Flask, clock: FixedClock
) -> None:
    story.admit(app)
    assert "No recommendation is due." in officer(app).get("/certification/candidates").text

    story.start(app)
    clock.move(days=12)
    page = officer(app).get("/certification/candidates").text
    assert "One application is waiting for your recommendation." in page
    assert 'data-label="Days waiting" class="numeric">12<' in page
