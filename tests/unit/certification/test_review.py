"""The agency: what an analyst may verify, return and decide, and what stands in the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from chassis.ids import new_id
from chassis.storage import audit
from chassis.testing import FixedClock, deliver, recorded, service_of, working
from chassis.worklist.queue import Looked, items_of
from contracts.certification import (
    ApplicationDecided,
    ApplicationOutcome,
    CertificateFact,
    CertificateIssued,
    CertificationNoticeDue,
)
from contracts.legal import HoldLifted, HoldPlaced, OrderAction
from services.certification.domain.element import ElementKind
from services.certification.domain.refusals import (
    AlreadyDecided,
    NotAllVerified,
    NotCheckedByAgency,
    NoteNeeded,
    NothingToCheck,
    StaleDecision,
)
from services.certification.domain.replicas import HoldInForce, OrderInForce
from services.certification.domain.standing import ActionBy, action_by, standing_of
from services.certification.domain.status import ApplicationStatus
from services.certification.usecases import review
from services.certification.usecases.work import APPLICATIONS
from tests.unit.certification import story

SUBMITTED = ApplicationStatus.SUBMITTED


def lifted(hold: HoldPlaced) -> HoldLifted:
    return HoldLifted(
        version=2, hold_id=hold.hold_id, educator_id=hold.educator_id, lifted_on=story.TODAY
    )


def check(app: Flask, application_id: UUID, verdict: Any, kind: ElementKind, note: str) -> None:
    with working(app) as (session, service):
        verdict(session, application_id, kind, note, now=service.now())


def test_an_approval_decides_issues_and_tells_in_one_transaction(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    story.verify_all(app, application_id)

    story.decide(app, application_id)

    [decided] = recorded(app, ApplicationDecided)
    assert (decided.outcome, decided.decided_on) == (ApplicationOutcome.APPROVED, story.TODAY)
    [issued] = recorded(app, CertificateIssued)
    assert (issued.version, issued.issued_on, issued.effective_on) == (1, story.TODAY, story.TODAY)
    assert recorded(app, CertificationNoticeDue)[-1].title["en"] == "Your application is approved"


def test_an_approval_needs_every_element_verified_or_not_required(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    check(app, application_id, review.verify_element, ElementKind.DEGREES, "")

    with pytest.raises(NotAllVerified) as refusal:
        story.decide(app, application_id)

    assert refusal.value.kinds == ("assessments", "character_and_fitness")
    assert recorded(app, ApplicationDecided, CertificateFact) == []


def test_a_rejected_element_stands_in_the_way_until_it_is_verified(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    story.verify_all(app, application_id)
    check(app, application_id, review.reject_element, ElementKind.DEGREES, "It is cut off.")
    with pytest.raises(NotAllVerified):
        story.decide(app, application_id)

    check(app, application_id, review.verify_element, ElementKind.DEGREES, "")
    story.decide(app, application_id)


def test_a_denial_tells_of_the_right_to_a_hearing_and_keeps_the_reasons_on_the_page(
    app: Flask,
) -> None:
    application_id = story.bring_to(app, ApplicationStatus.DENIED)

    notice = recorded(app, CertificationNoticeDue)[-1]
    assert "hearing" in notice.text["en"]
    assert "KRS 161.120" in notice.text["en"]
    assert "derecho a una audiencia" in notice.text["es"]
    assert "All requirements" not in str(notice.text)
    assert notice.link == f"/certification/applications/{application_id}"
    assert recorded(app, CertificateFact) == []


def test_a_second_decision_on_a_decided_application_is_refused(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.APPROVED)

    for outcome in ApplicationOutcome:
        with pytest.raises(AlreadyDecided):
            story.decide(app, application_id, outcome, seen_version=1)

    assert len(recorded(app, ApplicationDecided)) == 1
    assert len(recorded(app, CertificateIssued)) == 1


def test_of_decisions_at_the_same_moment_one_counts(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    story.verify_all(app, application_id)
    seen_version = story.application_of(app, application_id).version

    def click(_: int) -> str:
        try:
            story.decide(app, application_id, seen_version=seen_version)
        except AlreadyDecided:
            return "refused"
        return "decided"

    with ThreadPoolExecutor(4) as analysts:
        answers = sorted(analysts.map(click, range(4)))

    assert answers == ["decided", "refused", "refused", "refused"]
    assert len(recorded(app, CertificateIssued)) == 1


def test_a_decision_on_what_has_changed_since_is_refused(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    seen_version = story.application_of(app, application_id).version
    story.verify_all(app, application_id)

    with pytest.raises(StaleDecision):
        story.decide(app, application_id, seen_version=seen_version)

    assert recorded(app, ApplicationDecided) == []


@pytest.mark.parametrize("outcome", list(ApplicationOutcome))
def test_while_a_hold_is_in_force_nothing_is_decided(
    app: Flask, outcome: ApplicationOutcome
) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    story.verify_all(app, application_id)
    hold = story.hold()
    deliver(app, hold)

    with pytest.raises(HoldInForce):
        story.decide(app, application_id, outcome)

    deliver(app, lifted(hold))
    story.decide(app, application_id, outcome)


def test_a_hold_that_was_lifted_before_it_was_heard_of_does_not_bind(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    hold = story.hold()

    deliver(app, lifted(hold), hold)

    story.decide(app, application_id, ApplicationOutcome.DENIED)


def test_of_two_holds_both_must_be_lifted(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    first, second = story.hold(), story.hold()
    deliver(app, first, second, lifted(first))

    with pytest.raises(HoldInForce):
        story.decide(app, application_id, ApplicationOutcome.DENIED)


def test_a_hold_on_somebody_else_does_not_matter(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    deliver(
        app,
        HoldPlaced(
            version=1, hold_id=new_id(), educator_id=story.OTHER_EDUCATOR, placed_on=story.TODAY
        ),
    )

    story.decide(app, application_id, ApplicationOutcome.DENIED)


@pytest.mark.parametrize("effective_on", [story.TODAY, story.TODAY + timedelta(days=30)])
@pytest.mark.parametrize("action", list(OrderAction))
def test_while_an_order_binds_or_is_to_bind_no_certificate_is_issued(
    app: Flask, action: OrderAction, effective_on: date
) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    story.verify_all(app, application_id)
    deliver(app, story.order(action, effective_on))

    with pytest.raises(OrderInForce):
        story.decide(app, application_id)
    assert recorded(app, CertificateFact) == []

    story.decide(app, application_id, ApplicationOutcome.DENIED)


def test_an_order_that_is_over_stands_in_nobodys_way_nor_on_the_certificate(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    story.verify_all(app, application_id)
    deliver(
        app,
        story.order(OrderAction.SUSPENSION, date(2024, 1, 1), story.TODAY - timedelta(days=1)),
    )

    story.decide(app, application_id)

    [issued] = recorded(app, CertificateIssued)
    assert issued.restrictions == ()


def test_a_disclosure_waits_for_legal_and_is_verified_only_with_a_note(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED, conviction="A fine for trespassing in 2011.")
    application = story.application_of(app, application_id)
    fitness = application.element(ElementKind.CHARACTER_AND_FITNESS)
    assert action_by(application, fitness) is ActionBy.LEGAL
    assert standing_of(application).words == "Legal review"

    kind = ElementKind.CHARACTER_AND_FITNESS
    with pytest.raises(NoteNeeded):
        check(app, application_id, review.verify_element, kind, "")
    check(app, application_id, review.verify_element, kind, "Minor, disclosed, long ago.")

    application = story.application_of(app, application_id)
    assert standing_of(application).action_by is ActionBy.AGENCY


def test_a_rejection_says_why(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    with pytest.raises(NoteNeeded):
        check(app, application_id, review.reject_element, ElementKind.DEGREES, "")


def test_a_license_that_was_not_declared_can_be_rejected(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    kind = ElementKind.OUT_OF_STATE_LICENSE
    check(app, application_id, review.reject_element, kind, "Ohio says that you hold one.")

    assert story.application_of(app, application_id).element(kind).state == "rejected"


@pytest.mark.parametrize("kind", [ElementKind.PAYMENT, ElementKind.PROGRAM_RECOMMENDATION])
def test_payment_and_recommendation_are_not_verified_by_hand(app: Flask, kind: ElementKind) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    for verdict in (review.verify_element, review.reject_element):
        with pytest.raises(NotCheckedByAgency):
            check(app, application_id, verdict, kind, "note")


def test_what_was_not_given_cannot_be_verified(app: Flask) -> None:
    application_id = story.bring_to(app, SUBMITTED)
    with pytest.raises(NothingToCheck):
        check(app, application_id, review.verify_element, ElementKind.OUT_OF_STATE_LICENSE, "")


def test_a_return_tells_the_applicant(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.RETURNED)

    application = story.application_of(app, application_id)
    assert application.return_reasons == "The transcript is missing a page."
    assert (
        recorded(app, CertificationNoticeDue)[-1].title["en"]
        == "Your application was returned to you"
    )
    assert standing_of(application).action_by is ActionBy.APPLICANT


def test_the_queue_holds_what_is_submitted_the_longest_waiting_first(
    app: Flask, clock: FixedClock
) -> None:
    first = story.bring_to(app, SUBMITTED)
    clock.move(days=2)
    second = story.start(app, "PROV")
    story.fill_in(app, second, conviction="A fine.")
    deliver(app, story.nothing_due(second))
    story.submit(app, second)
    clock.move(days=1)

    def asked(**filters: Any) -> list[UUID]:
        looked = Looked(**filters)
        with service_of(app).database.reading() as session:
            found = items_of(session, APPLICATIONS, looked, new_id(), story.TODAY).items
        return [item.item_id for item in found]

    assert asked() == [first, second]
    assert asked(waiting_for=ActionBy.LEGAL) == [second]
    assert asked(waiting_for=ActionBy.AGENCY) == [first]
    assert asked(kind="PROF") == [first]
    assert asked(page=2) == [first, second]
    check(app, second, review.verify_element, ElementKind.CHARACTER_AND_FITNESS, "Long ago.")
    assert asked(waiting_for=ActionBy.AGENCY) == [first, second]
    story.give_back(app, first)
    assert asked() == [second]


def test_each_act_is_written_down_in_an_unbroken_trail(app: Flask) -> None:
    story.bring_to(app, ApplicationStatus.APPROVED)

    with service_of(app).database.reading() as session:
        assert audit.verify(session) > 10
