"""An applicant's way: elements filled in, payment opened once, the fee settled, submitted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from chassis.ids import new_id
from chassis.messaging.inbox import Verdict
from chassis.problems import InvalidInput, NotAllowed, NotFound
from chassis.testing import FixedClock, deliver, moment, recorded, working
from contracts.certification import (
    ApplicationDecided,
    ApplicationPaymentOpened,
    ApplicationSubmitted,
    CertificateFact,
    CertificationNoticeDue,
)
from services.certification.domain.answers import LicenseCopy
from services.certification.domain.element import ElementKind, ElementState
from services.certification.domain.refusals import (
    AlreadyApplied,
    AlreadySubmitted,
    AlreadyVerified,
    NotReadyToSubmit,
)
from services.certification.domain.replicas import EducatorUnknown
from services.certification.domain.standing import ActionBy, action_by, standing_of
from services.certification.domain.status import ApplicationStatus
from services.certification.jurisdiction import UnknownAuthorization, UnknownCertificateType
from services.certification.usecases import applications, elements, review
from tests.unit.certification import story

COPY = LicenseCopy(digest="0" * 64, file_name="ohio.pdf", media_type="application/pdf")


def states_of(app: Flask, application_id: UUID) -> dict[str, str]:
    application = story.application_of(app, application_id)
    return {str(each.kind): str(each.state) for each in application.elements}


def who_must_act(app: Flask, application_id: UUID) -> dict[str, str]:
    application = story.application_of(app, application_id)
    return {str(each.kind): action_by(application, each) for each in application.elements}


def state_of(app: Flask, application_id: UUID, kind: ElementKind) -> str:
    return str(story.application_of(app, application_id).element(kind).state)


def test_a_new_application_has_every_element_and_says_who_must_act(app: Flask) -> None:
    application_id = story.start(app)

    assert set(states_of(app, application_id).values()) == {"not_started"}
    assert who_must_act(app, application_id) == {
        "out_of_state_license": ActionBy.APPLICANT,
        "degrees": ActionBy.APPLICANT,
        "assessments": ActionBy.APPLICANT,
        "program_recommendation": ActionBy.PROVIDER,
        "character_and_fitness": ActionBy.APPLICANT,
        "payment": ActionBy.NONE,
    }


def test_a_type_that_needs_no_recommendation_waits_for_no_provider(app: Flask) -> None:
    application_id = story.start(app, "PROV")

    assert states_of(app, application_id)["program_recommendation"] == "not_required"


def test_one_application_of_a_type_may_be_open_at_a_time(app: Flask) -> None:
    application_id = story.start(app)

    with pytest.raises(AlreadyApplied):
        story.start(app)

    story.start(app, "PROV")
    story.withdraw(app, application_id)
    story.start(app)


def test_applying_for_what_there_is_not_is_refused(app: Flask) -> None:
    with pytest.raises(UnknownCertificateType):
        story.start(app, "NO_SUCH_TYPE")
    with pytest.raises(UnknownAuthorization):
        story.start(app, "PROF", ("NO_SUCH_AREA",))
    with pytest.raises(InvalidInput):
        story.start(app, "PROF", ())
    with working(app) as (_, service):
        every_code = tuple(service.rules.areas)
    with pytest.raises(InvalidInput):
        story.start(app, "PROF", every_code)


def test_an_educator_of_whom_identity_has_not_told_cannot_apply_yet(app: Flask) -> None:
    with pytest.raises(EducatorUnknown), working(app) as (session, service):
        applications.start_application(
            session,
            service.rules,
            educator_id=new_id(),
            certificate_type="PROF",
            authorization_codes=["SEC_MATH"],
            **moment(service),
        )


def test_the_provider_is_told_that_its_candidate_waits_for_a_recommendation(app: Flask) -> None:
    story.admit(app)
    story.admit(app, certificate_type="TPROV")

    story.start(app)

    [notice] = recorded(app, CertificationNoticeDue)
    assert notice.recipient.organization_id == story.PROVIDER
    assert notice.recipient.role == "provider_officer"


def test_who_never_held_another_states_license_need_not_send_one(app: Flask) -> None:
    application_id = story.start(app)
    with story.filling_in(app, application_id) as filling:
        filling.declare_no_license()

    assert state_of(app, application_id, ElementKind.OUT_OF_STATE_LICENSE) == "not_required"


def test_a_copy_of_another_states_license_waits_to_be_verified(app: Flask) -> None:
    application_id = story.start(app)
    with story.filling_in(app, application_id) as filling:
        filling.save_license("Ohio", COPY)

    element = story.application_of(app, application_id).element(ElementKind.OUT_OF_STATE_LICENSE)
    assert (element.state, element.license_copy) == (ElementState.SUBMITTED, COPY)


def test_degrees_are_in_progress_until_every_transcript_was_sent(app: Flask) -> None:
    application_id = story.start(app)
    unsent = replace(story.DEGREE, sent_on=None)
    seen = []
    acts: list[Callable[[elements.ApplicationEditor], None]] = [
        lambda filling: filling.put_degree(story.DEGREE),
        lambda filling: filling.put_degree(unsent),
        lambda filling: filling.put_degree(story.DEGREE, 1),
        lambda filling: filling.remove_degree(1),
        lambda filling: filling.remove_degree(0),
    ]
    for act in acts:
        with story.filling_in(app, application_id) as filling:
            act(filling)
        seen.append(state_of(app, application_id, ElementKind.DEGREES))

    assert seen == ["submitted", "in_progress", "submitted", "submitted", "not_started"]


def test_tests_are_listed_changed_and_removed(app: Flask) -> None:
    application_id = story.start(app)
    second = replace(story.TEST, test_code="5624", title="Praxis PLT")
    with story.filling_in(app, application_id) as filling:
        filling.put_assessment(story.TEST)
        filling.put_assessment(story.TEST)
        filling.put_assessment(second, 0)
        filling.remove_assessment(1)

    element = story.application_of(app, application_id).element(ElementKind.ASSESSMENTS)
    assert (element.state, element.assessments) == (ElementState.SUBMITTED, [second])


def test_that_no_test_is_required_is_for_the_agency_to_check(app: Flask) -> None:
    application_id = story.start(app)
    with story.filling_in(app, application_id) as filling:
        filling.declare_no_assessments()

    assert state_of(app, application_id, ElementKind.ASSESSMENTS) == "submitted"


def test_what_is_not_listed_can_be_neither_changed_nor_removed(app: Flask) -> None:
    application_id = story.start(app)
    with story.filling_in(app, application_id) as filling:
        with pytest.raises(NotFound):
            filling.remove_degree(0)
        with pytest.raises(NotFound):
            filling.put_assessment(story.TEST, 0)


def test_a_day_that_has_not_come_is_refused_by_its_field(app: Flask) -> None:
    application_id = story.start(app)
    tomorrow = story.TODAY + timedelta(days=1)
    with story.filling_in(app, application_id) as filling:
        with pytest.raises(InvalidInput) as refusal:
            filling.put_degree(replace(story.DEGREE, conferred_on=tomorrow, sent_on=tomorrow))
        assert set(refusal.value.errors) == {"conferred_on", "sent_on"}
        with pytest.raises(InvalidInput):
            filling.put_assessment(replace(story.TEST, taken_on=tomorrow))
        filling.put_assessment(replace(story.TEST, taken_on=story.TODAY))


def test_every_question_of_fitness_must_be_answered_and_each_yes_explained(app: Flask) -> None:
    application_id = story.start(app)
    answers = story.fitness_answers(app)
    with story.filling_in(app, application_id) as filling:
        with pytest.raises(InvalidInput) as refusal:
            filling.sign_fitness({}, story.WILLAS_NAME)
        assert set(refusal.value.errors) == set(answers)
        with pytest.raises(InvalidInput) as refusal:
            filling.sign_fitness({**answers, "conviction": (True, "")}, story.WILLAS_NAME)
        assert set(refusal.value.errors) == {"conviction_explanation"}


@pytest.mark.parametrize(
    "signature", ["wilhelmina rose testworthy", "  WILHELMINA  Rose Testworthy"]
)
def test_a_signature_is_the_name_on_file_in_letters_of_any_size(app: Flask, signature: str) -> None:
    application_id = story.start(app)
    with story.filling_in(app, application_id) as filling:
        filling.sign_fitness(story.fitness_answers(app), signature)

    element = story.application_of(app, application_id).element(ElementKind.CHARACTER_AND_FITNESS)
    assert element.answers["signed_on"] == "2026-11-22"


@pytest.mark.parametrize(
    ("on_file", "signature"),
    [
        (("Niamh", "O'Carrollan"), "Niamh O\u2019Carrollan"),
        (("Mary-Ann", "Lee"), "Mary\u2011Ann Lee"),
        (("José", "Peñálver"), "Jose Penalver"),
        (("Wendell", "Ashgrove Jr."), "Wendell Ashgrove, Jr"),
    ],
)
def test_a_signature_may_have_other_signs_than_the_name_on_file(
    app: Flask, on_file: tuple[str, str], signature: str
) -> None:
    first, last = on_file
    deliver(app, story.person(version=2, first_name=first, middle_name=None, last_name=last))
    application_id = story.start(app)
    with story.filling_in(app, application_id) as filling:
        filling.sign_fitness(story.fitness_answers(app), signature)
        with pytest.raises(InvalidInput):
            filling.sign_fitness(story.fitness_answers(app), f"Nora {last}")


@pytest.mark.parametrize(
    "signature",
    [
        "Willa Testworthy",
        "",
        "Wilhelmina Testworthy",
        "Wilhelmina Rose Testworthy (not me, signed by my mother)",
        'Wilhelmina Rose "I disagree" Testworthy',
    ],
)
def test_another_signature_than_the_name_on_file_is_refused(app: Flask, signature: str) -> None:
    application_id = story.start(app)
    with story.filling_in(app, application_id) as filling, pytest.raises(InvalidInput) as refusal:
        filling.sign_fitness(story.fitness_answers(app), signature)
    assert set(refusal.value.errors) == {"signature"}


def test_payment_opens_only_after_the_recommendation_and_only_once(app: Flask) -> None:
    admission_id = story.admit(app)
    application_id = story.start(app)
    story.fill_in(app, application_id)
    assert recorded(app, ApplicationPaymentOpened) == []

    story.recommend(app, admission_id, application_id)
    with story.filling_in(app, application_id) as filling:
        filling.declare_no_license()

    [opened] = recorded(app, ApplicationPaymentOpened)
    assert (opened.fee_items, opened.opened_on) == (("INITIAL",), story.TODAY)
    assert opened.applicant_name == story.WILLAS_NAME


def test_payment_opens_with_the_applicants_last_element_when_recommended_before(
    app: Flask,
) -> None:
    admission_id = story.admit(app)
    application_id = story.start(app)
    story.recommend(app, admission_id, application_id)
    assert recorded(app, ApplicationPaymentOpened) == []

    story.fill_in(app, application_id)

    assert len(recorded(app, ApplicationPaymentOpened)) == 1


def test_payment_does_not_open_while_a_transcript_was_not_sent(app: Flask) -> None:
    admission_id = story.admit(app)
    application_id = story.start(app)
    story.fill_in(app, application_id)
    with story.filling_in(app, application_id) as filling:
        filling.put_degree(replace(story.DEGREE, sent_on=None), 0)
    story.recommend(app, admission_id, application_id)

    assert recorded(app, ApplicationPaymentOpened) == []


def test_an_invoice_leads_the_applicant_to_the_fee_and_payment_to_submission(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.PAYMENT_DUE)
    assert who_must_act(app, application_id)["payment"] == ActionBy.PAYMENTS
    invoice = story.invoice_opened(application_id)

    deliver(app, invoice)
    application = story.application_of(app, application_id)
    assert application.invoice_id == invoice.invoice_id
    assert standing_of(application).words == "Payment due"
    assert who_must_act(app, application_id)["payment"] == ActionBy.APPLICANT

    deliver(app, story.payment_settled(invoice))
    application = story.application_of(app, application_id)
    assert application.status == ApplicationStatus.READY
    assert states_of(app, application_id)["payment"] == "verified"


def test_payments_facts_may_come_in_any_order_and_again(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.PAYMENT_DUE)
    invoice = story.invoice_opened(application_id)
    settled = story.payment_settled(invoice)

    deliver(app, settled)
    version = story.application_of(app, application_id).version
    deliver(app, invoice, settled, story.nothing_due(application_id))

    application = story.application_of(app, application_id)
    assert (application.status, application.version) == (ApplicationStatus.READY, version)
    assert (
        len(
            [
                each
                for each in recorded(app, CertificationNoticeDue)
                if "ready to submit" in each.title["en"]
            ]
        )
        == 1
    )


def test_where_nothing_is_due_nobody_is_reminded_of_a_payment(app: Flask) -> None:
    application_id = story.start(app, "PROV")
    story.fill_in(app, application_id)
    [opened] = recorded(app, ApplicationPaymentOpened)
    assert opened.fee_items == ("ONE_YEAR",)

    deliver(app, story.nothing_due(application_id))

    assert states_of(app, application_id)["payment"] == "not_required"
    assert story.application_of(app, application_id).status == ApplicationStatus.READY
    words = " ".join(
        f"{each.title} {each.text}" for each in recorded(app, CertificationNoticeDue)
    ).lower()
    assert "submit" in words
    assert not {"pay", "paid", "payment", "fee"} & set(words.replace(".", " ").split())


@pytest.mark.parametrize("status", list(ApplicationStatus))
def test_a_payment_never_decides_in_whatever_state_it_comes(
    app: Flask, status: ApplicationStatus
) -> None:
    application_id = story.bring_to(app, status)
    decided = len(recorded(app, ApplicationDecided, CertificateFact, ApplicationSubmitted))

    invoice = story.invoice_opened(application_id)
    outcomes = deliver(app, invoice, story.payment_settled(invoice))

    assert {each.verdict for each in outcomes} == {Verdict.HANDLED}
    now = story.application_of(app, application_id).status
    expected = {ApplicationStatus.PAYMENT_DUE: ApplicationStatus.READY}.get(status, status)
    assert now == expected
    assert len(recorded(app, ApplicationDecided, CertificateFact, ApplicationSubmitted)) == decided


def test_a_payment_for_an_application_that_is_not_known_here_is_passed_over(app: Flask) -> None:
    invoice = story.invoice_opened(new_id())

    outcomes = deliver(
        app, invoice, story.payment_settled(invoice), story.nothing_due(invoice.application_id)
    )

    assert {each.verdict for each in outcomes} == {Verdict.HANDLED}


def test_submitting_too_early_names_what_is_missing(app: Flask) -> None:
    application_id = story.start(app)
    with story.filling_in(app, application_id) as filling:
        filling.declare_no_license()

    with pytest.raises(NotReadyToSubmit) as refusal:
        story.submit(app, application_id)

    assert refusal.value.kinds == (
        "degrees",
        "assessments",
        "program_recommendation",
        "character_and_fitness",
        "payment",
    )
    assert "character and fitness" in refusal.value.detail


def test_what_is_undone_after_payment_keeps_the_application_from_being_submitted(
    app: Flask,
) -> None:
    application_id = story.bring_to(app, ApplicationStatus.READY)
    with story.filling_in(app, application_id) as filling:
        filling.remove_degree(0)

    with pytest.raises(NotReadyToSubmit):
        story.submit(app, application_id)
    assert standing_of(story.application_of(app, application_id)).words == "Waiting for you"


def test_a_double_click_on_submit_submits_once(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.READY)
    story.submit(app, application_id)

    with pytest.raises(AlreadySubmitted):
        story.submit(app, application_id)

    [submitted] = recorded(app, ApplicationSubmitted)
    assert submitted.submitted_on == story.TODAY


def test_a_returned_application_is_corrected_and_submitted_again(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    with working(app) as (session, service):
        review.verify_element(
            session, application_id, ElementKind.ASSESSMENTS, "", now=service.now()
        )
        review.reject_element(
            session, application_id, ElementKind.DEGREES, "A page is missing.", now=service.now()
        )
    story.give_back(app, application_id)
    with pytest.raises(NotReadyToSubmit):
        story.submit(app, application_id)

    with story.filling_in(app, application_id) as filling:
        with pytest.raises(AlreadyVerified):
            filling.put_assessment(story.TEST)
        filling.put_degree(story.DEGREE, 0)
    story.submit(app, application_id)

    first, second = recorded(app, ApplicationSubmitted)
    assert second.version > first.version
    assert len(recorded(app, ApplicationPaymentOpened)) == 1


def test_since_when_an_element_waits_is_kept(app: Flask, clock: FixedClock) -> None:
    application_id = story.start(app)
    started = clock.now()
    clock.move(days=3)
    with story.filling_in(app, application_id) as filling:
        filling.declare_no_assessments()

    application = story.application_of(app, application_id)
    assert application.element(ElementKind.DEGREES).since == started
    assert application.element(ElementKind.ASSESSMENTS).since == clock.now()


def test_an_educator_cannot_touch_anothers_application(app: Flask) -> None:
    application_id = story.start(app)

    with pytest.raises(NotAllowed), story.filling_in(app, application_id, story.OTHER_EDUCATOR):
        pass
    with pytest.raises(NotFound), story.filling_in(app, new_id()):
        pass
    with working(app) as (session, service):
        with pytest.raises(NotAllowed):
            applications.submit_application(
                session,
                application_id,
                story.OTHER_EDUCATOR,
                due_on=story.DUE_ON,
                **moment(service),
            )
        with pytest.raises(NotAllowed):
            applications.withdraw_application(
                session, application_id, story.OTHER_EDUCATOR, now=service.now()
            )


def test_a_fee_item_is_that_of_the_type_in_force_today(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.PAYMENT_DUE)

    [opened] = recorded(app, ApplicationPaymentOpened)
    assert opened.application_id == application_id
    assert opened.version == story.application_of(app, application_id).version
    assert opened.opened_on == date(2026, 11, 22)
