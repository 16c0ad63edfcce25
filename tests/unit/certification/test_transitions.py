"""Every action in every state of an application: what goes through, and how the rest is refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from chassis.testing import recorded, working
from contracts.certification import ApplicationOutcome
from services.certification.domain.application import Application
from services.certification.domain.element import ElementKind, ElementState
from services.certification.domain.program import Recommendation
from services.certification.domain.status import ApplicationStatus
from services.certification.usecases import review
from tests.unit.certification import story
from tests.unit.certification.transitions import (
    DENIED,
    DRAFT,
    OUTCOMES,
    PAYMENT_DUE,
    READY,
    RETURNED,
    SUBMITTED,
    WITHDRAWN,
    Action,
    Refusal,
)

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def application_in(status: ApplicationStatus) -> Application:
    """An application for a professional certificate that has come to this state."""
    application = Application.start(
        number="A-2026-000001",
        educator_id=story.WILLA,
        applicant_name=story.WILLAS_NAME,
        certificate_type="PROF",
        authorization_codes=["SEC_MATH"],
        recommendation=Recommendation.COMPLETER,
        now=NOW,
        today=story.TODAY,
    )
    for step in steps_to(status):
        step(application)
    assert application.status == status
    return application


def steps_to(status: ApplicationStatus) -> list[Callable[[Application], Any]]:
    """How an application comes to this state from its beginning."""
    steps_on: dict[ApplicationStatus, list[Callable[[Application], Any]]] = {
        PAYMENT_DUE: [fill_in, ACTS[Action.RECOMMEND], open_payment],
        READY: [lambda application: application.record_payment(ElementState.VERIFIED, NOW)],
        SUBMITTED: [ACTS[Action.SUBMIT]],
    }
    ends: dict[ApplicationStatus, list[Callable[[Application], Any]]] = {
        RETURNED: [ACTS[Action.GIVE_BACK]],
        ApplicationStatus.APPROVED: [verify_all, ACTS[Action.DECIDE]],
        DENIED: [ACTS[Action.DENY]],
    }
    if status == DRAFT:
        return []
    if status == WITHDRAWN:
        return [ACTS[Action.WITHDRAW]]
    steps: list[Callable[[Application], Any]] = []
    for through, taken in steps_on.items():
        steps += taken
        if through == status:
            return steps
    return steps + ends[status]


def fill_in(application: Application) -> None:
    application.edit(ElementKind.OUT_OF_STATE_LICENSE, ElementState.NOT_REQUIRED, {}, NOW)
    for kind in story.CHECKED[1:]:
        application.edit(kind, ElementState.SUBMITTED, {}, NOW)


def open_payment(application: Application) -> None:
    assert application.open_payment(["INITIAL"], NOW, story.TODAY)


def verify_all(application: Application) -> None:
    for element in application.unverified:
        application.verify(element.kind, "", NOW)


def decide(application: Application, outcome: ApplicationOutcome) -> None:
    application.decide(outcome, "Reasons.", "Ana Lyst", NOW, story.TODAY)


DEGREES = ElementKind.DEGREES
ACTS: dict[Action, Callable[[Application], Any]] = {
    Action.EDIT: lambda application: application.edit(DEGREES, ElementState.SUBMITTED, {}, NOW),
    Action.RECOMMEND: lambda application: application.recommend("State", NOW, story.TODAY),
    Action.SUBMIT: lambda application: application.submit(NOW, story.TODAY),
    Action.WITHDRAW: lambda application: application.withdraw(NOW),
    Action.VERIFY: lambda application: application.verify(DEGREES, "", NOW),
    Action.REJECT: lambda application: application.reject(DEGREES, "It is cut off.", NOW),
    Action.GIVE_BACK: lambda application: application.send_back("A page is missing.", NOW),
    Action.DECIDE: lambda application: decide(application, ApplicationOutcome.APPROVED),
    Action.DENY: lambda application: decide(application, ApplicationOutcome.DENIED),
}


def contents_of(application: Application) -> dict[str, Any]:
    """All that it holds, with its elements."""
    things = [application, *application.elements]
    return {
        f"{thing.__tablename__} {number}": {
            name: value
            for name, value in vars(thing).items()
            if not name.startswith("_") and name != "elements_stored"
        }
        for number, thing in enumerate(things)
    }


def test_the_table_names_every_state_for_every_action() -> None:
    assert set(OUTCOMES) == set(Action)
    assert all(set(outcomes) == set(ApplicationStatus) for outcomes in OUTCOMES.values())


@pytest.mark.parametrize(
    ("action", "status", "refusal"),
    [
        pytest.param(action, status, refusal, id=f"{action} when {status}")
        for action, outcomes in OUTCOMES.items()
        for status, refusal in outcomes.items()
    ],
)
def test_an_action_is_done_or_refused_by_name_and_then_changes_nothing(
    action: Action, status: ApplicationStatus, refusal: Refusal
) -> None:
    application = application_in(status)
    before = contents_of(application)

    if refusal is None:
        ACTS[action](application)
        assert application.version > before["application 0"]["version"]
        return
    with pytest.raises(refusal):
        ACTS[action](application)
    assert contents_of(application) == before


# The same through the use cases, on a database.


def edit(app: Flask, application_id: UUID) -> None:
    with story.filling_in(app, application_id) as filling:
        filling.put_degree(story.DEGREE)


def recommend(app: Flask, application_id: UUID) -> None:
    story.recommend(app, story.admit(app), application_id)


def verify(app: Flask, application_id: UUID) -> None:
    with working(app) as (session, service):
        review.verify_element(session, application_id, DEGREES, "", now=service.now())


def reject(app: Flask, application_id: UUID) -> None:
    with working(app) as (session, service):
        review.reject_element(session, application_id, DEGREES, "It is cut off.", now=service.now())


def deny(app: Flask, application_id: UUID) -> None:
    story.decide(app, application_id, ApplicationOutcome.DENIED)


def approve(app: Flask, application_id: UUID) -> None:
    story.verify_all(app, application_id)
    story.decide(app, application_id)


USE_CASES: dict[Action, Callable[[Flask, UUID], None]] = {
    Action.EDIT: edit,
    Action.RECOMMEND: recommend,
    Action.SUBMIT: story.submit,
    Action.WITHDRAW: story.withdraw,
    Action.VERIFY: verify,
    Action.REJECT: reject,
    Action.GIVE_BACK: story.give_back,
    Action.DECIDE: story.decide,
    Action.DENY: deny,
}


@pytest.mark.parametrize("action", Action)
def test_a_use_case_does_what_is_allowed(app: Flask, action: Action) -> None:
    acts = {**USE_CASES, Action.DECIDE: approve}
    allowed = [status for status, refusal in OUTCOMES[action].items() if refusal is None]
    application_id = story.bring_to(app, allowed[0] if allowed else SUBMITTED)
    before = story.application_of(app, application_id)

    acts[action](app, application_id)

    assert story.application_of(app, application_id).version > before.version


@pytest.mark.parametrize("action", Action)
def test_a_use_case_that_is_refused_changes_and_records_nothing(app: Flask, action: Action) -> None:
    status, refusal = next(each for each in OUTCOMES[action].items() if each[1] is not None)
    assert refusal is not None
    application_id = story.bring_to(app, status)
    before = story.application_of(app, application_id)
    recorded_before = len(recorded(app))

    with pytest.raises(refusal):
        USE_CASES[action](app, application_id)

    after = story.application_of(app, application_id)
    assert contents_of(after) == contents_of(before)
    assert len(recorded(app)) == recorded_before
