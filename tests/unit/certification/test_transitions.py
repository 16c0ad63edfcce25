"""Every action in every state of an application: what goes through, and how the rest is refused."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from chassis.problems import RuleBroken
from chassis.testing import recorded, working
from contracts.certification import ApplicationOutcome
from services.certification.domain.element import ElementKind
from services.certification.domain.refusals import (
    AlreadyDecided,
    AlreadyRecommended,
    AlreadySubmitted,
    AlreadyWithdrawn,
    NotAllVerified,
    NotReadyToSubmit,
    NotSubmitted,
)
from services.certification.domain.status import ApplicationStatus
from services.certification.usecases import review
from tests.unit.certification import story

DRAFT, PAYMENT_DUE, READY, SUBMITTED, RETURNED, APPROVED, DENIED, WITHDRAWN = ApplicationStatus


def edit(app: Flask, application_id: UUID) -> None:
    with story.filling_in(app, application_id) as filling:
        filling.put_degree(story.DEGREE)


def recommend(app: Flask, application_id: UUID) -> None:
    story.recommend(app, story.admit(app), application_id)


def verify(app: Flask, application_id: UUID) -> None:
    with working(app) as (session, service):
        review.verify_element(session, application_id, ElementKind.DEGREES, "", now=service.now())


def reject(app: Flask, application_id: UUID) -> None:
    with working(app) as (session, service):
        review.reject_element(
            session, application_id, ElementKind.DEGREES, "It is cut off.", now=service.now()
        )


def deny(app: Flask, application_id: UUID) -> None:
    story.decide(app, application_id, ApplicationOutcome.DENIED)


Refusal = type[RuleBroken] | None
OUTCOMES: dict[Callable[[Flask, UUID], None], dict[ApplicationStatus, Refusal]] = {
    edit: {
        DRAFT: None,
        PAYMENT_DUE: None,
        READY: None,
        SUBMITTED: AlreadySubmitted,
        RETURNED: None,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    recommend: {
        DRAFT: None,
        PAYMENT_DUE: AlreadyRecommended,
        READY: AlreadyRecommended,
        SUBMITTED: AlreadySubmitted,
        RETURNED: AlreadyRecommended,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    story.submit: {
        DRAFT: NotReadyToSubmit,
        PAYMENT_DUE: NotReadyToSubmit,
        READY: None,
        SUBMITTED: AlreadySubmitted,
        RETURNED: None,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    story.withdraw: {
        DRAFT: None,
        PAYMENT_DUE: None,
        READY: None,
        SUBMITTED: AlreadySubmitted,
        RETURNED: AlreadySubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    verify: {
        DRAFT: NotSubmitted,
        PAYMENT_DUE: NotSubmitted,
        READY: NotSubmitted,
        SUBMITTED: None,
        RETURNED: NotSubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    reject: {
        DRAFT: NotSubmitted,
        PAYMENT_DUE: NotSubmitted,
        READY: NotSubmitted,
        SUBMITTED: None,
        RETURNED: NotSubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    story.give_back: {
        DRAFT: NotSubmitted,
        PAYMENT_DUE: NotSubmitted,
        READY: NotSubmitted,
        SUBMITTED: None,
        RETURNED: NotSubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    story.decide: {
        DRAFT: NotSubmitted,
        PAYMENT_DUE: NotSubmitted,
        READY: NotSubmitted,
        SUBMITTED: NotAllVerified,
        RETURNED: NotSubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
    deny: {
        DRAFT: NotSubmitted,
        PAYMENT_DUE: NotSubmitted,
        READY: NotSubmitted,
        SUBMITTED: None,
        RETURNED: NotSubmitted,
        APPROVED: AlreadyDecided,
        DENIED: AlreadyDecided,
        WITHDRAWN: AlreadyWithdrawn,
    },
}


def test_the_table_names_every_state_for_every_action() -> None:
    assert all(set(outcomes) == set(ApplicationStatus) for outcomes in OUTCOMES.values())


@pytest.mark.parametrize(
    ("action", "status", "refusal"),
    [
        pytest.param(action, status, refusal, id=f"{action.__name__} when {status}")
        for action, outcomes in OUTCOMES.items()
        for status, refusal in outcomes.items()
    ],
)
def test_an_action_is_done_or_refused_by_name_and_then_changes_nothing(
    app: Flask,
    action: Callable[[Flask, UUID], None],
    status: ApplicationStatus,
    refusal: Refusal,
) -> None:
    application_id = story.bring_to(app, status)
    before = story.application_of(app, application_id)
    told = len(recorded(app))
    if refusal is None:
        action(app, application_id)
        assert story.application_of(app, application_id).version > before.version
        return
    with pytest.raises(refusal):
        action(app, application_id)
    after = story.application_of(app, application_id)
    assert (after.version, after.status) == (before.version, status)
    assert len(recorded(app)) == told
