"""A district, an educator, and a complaint that is taken as far as a test needs."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from chassis import testing
from chassis.ids import new_id
from chassis.testing import client_of, learn, moment, service_of, working
from contracts.identity import OrganizationChanged, PersonRecorded, Role
from contracts.legal import OrderAction
from services.legal.domain.case import Case
from services.legal.domain.complaint import Complaint, Statement
from services.legal.domain.order import OrderTerms
from services.legal.domain.procedure import BoardDecision, Step
from services.legal.domain.timeline import Vote
from services.legal.usecases import cases, complaints, orders

TODAY = date(2026, 11, 22)
SECRET = "PURPLE-ELEPHANT-CONFIDENCE"
EDUCATOR, OTHER_EDUCATOR = new_id(), new_id()
DISTRICT, OTHER_DISTRICT = new_id(), new_id()
SUPERINTENDENT = new_id()


def person(educator_id: UUID = EDUCATOR, **parts: Any) -> PersonRecorded:
    number = "201812345" if educator_id == EDUCATOR else "201899999"
    return testing.person(educator_id, **{"educator_number": number, **parts})


def district(
    organization_id: UUID = DISTRICT, name: str = "Elm County", version: int = 1
) -> OrganizationChanged:
    return testing.organization(organization_id, name, "181", version=version)


def settle(app: Flask) -> None:
    """Let legal know the people and districts that tests speak of."""
    learn(
        app,
        person(),
        person(OTHER_EDUCATOR, first_name="Wilbur"),
        district(),
        district(OTHER_DISTRICT, "Oak County"),
    )


def superintendent(
    app: Flask, organization_id: UUID = DISTRICT, educator_id: UUID | None = None
) -> FlaskClient:
    account = SUPERINTENDENT if organization_id == DISTRICT else new_id()
    roles: Mapping[Role, UUID | None] = {Role.SUPERINTENDENT: organization_id}
    return client_of(app, roles, account_id=account, educator_id=educator_id)


def staff(app: Flask) -> FlaskClient:
    return client_of(app, {Role.LEGAL: None})


def statement(**parts: Any) -> Statement:
    return Statement(
        **{
            "position": "Mathematics teacher, Elm High School",
            "facts": f"On that day the educator said {SECRET} to the class.",
            "occurred_on": date(2026, 11, 3),
            "learned_on": date(2026, 11, 5),
            "suspected_grounds": ["c"],
            "signature": "Beauregard Sample",
            **parts,
        }
    )


def complaint_form(**parts: Any) -> dict[str, Any]:
    return {
        "form_id": str(new_id()),
        "organization_id": str(DISTRICT),
        "position": "Mathematics teacher",
        "facts": f"The educator said {SECRET} to the class.",
        "occurred_on_month": "11",
        "occurred_on_day": "3",
        "occurred_on_year": "2026",
        "learned_on_month": "11",
        "learned_on_day": "5",
        "learned_on_year": "2026",
        "grounds": ["c"],
        "is_true": "true",
        "signature": "Beauregard Sample",
        **parts,
    }


def day_in(name: str, day: date) -> dict[str, str]:
    """The three inputs of a date."""
    return {
        f"{name}_month": str(day.month),
        f"{name}_day": str(day.day),
        f"{name}_year": str(day.year),
    }


def file(app: Flask, **parts: Any) -> Complaint:
    with working(app) as (session, service):
        return complaints.file_complaint(
            session,
            service.rules,
            statement(**parts),
            form_id=new_id(),
            filed_by=SUPERINTENDENT,
            organization_id=DISTRICT,
            educator_id=EDUCATOR,
            **moment(service),
        )


def begin_screening(app: Flask, complaint: Complaint) -> None:
    with working(app) as (session, _):
        complaints.begin_screening(session, complaint.complaint_id)


def open_case(app: Flask, grounds: Sequence[str] = ("c",)) -> Case:
    complaint = file(app)
    begin_screening(app, complaint)
    with working(app) as (session, service):
        return complaints.open_case(
            session,
            service.rules,
            complaint.complaint_id,
            grounds=grounds,
            by="Lavinia Counsel",
            today=service.today(),
        )


def take(app: Flask, case: Case, step: Step, on: date | None = None) -> Case:
    with working(app) as (session, service):
        return cases.take_step(
            session,
            service.rules,
            case.case_id,
            step,
            on=on or service.today(),
            by="Lavinia Counsel",
            today=service.today(),
        )


def decide(app: Flask, case: Case, decision: BoardDecision, on: date | None = None) -> Case:
    with working(app) as (session, service):
        return cases.record_decision(
            session,
            service.rules,
            case.case_id,
            decision,
            on=on or service.today(),
            vote=Vote(7, 2),
            by="Lavinia Counsel",
            today=service.today(),
        )


def decided_case(app: Flask, grounds: Sequence[str] = ("c",)) -> Case:
    """A case in which the board has accepted an agreed order today."""
    case = open_case(app, grounds)
    for step in (Step.NOTIFY_EDUCATOR, Step.RECORD_REBUTTAL, Step.PUT_BEFORE_BOARD):
        take(app, case, step)
    decide(app, case, BoardDecision.REFER_TO_HEARING)
    take(app, case, Step.PROPOSE_AGREED_ORDER)
    return decide(app, case, BoardDecision.ACCEPT_AGREED_ORDER)


def enter(app: Flask, case: Case, action: OrderAction, **parts: Any) -> Any:
    service = service_of(app)
    terms: dict[str, Any] = {
        "action": action,
        "effective_on": service.today(),
        "grounds": case.grounds,
        **parts,
    }
    if action is OrderAction.SUSPENSION and "last_day" not in terms:
        terms["last_day"] = service.today() + timedelta(days=30)
    with working(app) as (session, _):
        return orders.enter_order(
            session,
            service.rules,
            case.case_id,
            OrderTerms(**terms),
            by="Lavinia Counsel",
            today=service.today(),
        )


def fulfill(app: Flask, order: Any, *positions: int) -> None:
    service = service_of(app)
    for condition in order.conditions:
        if condition.position in positions:
            with service.database.transaction() as session:
                orders.fulfill_condition(
                    session,
                    order.order_id,
                    condition.condition_id,
                    evidence="A certificate of completion is in the file.",
                    by="Lavinia Counsel",
                    today=service.today(),
                )


def run_day(app: Flask) -> list[str]:
    """Do the day's work, as the worker does."""
    service = service_of(app)
    with app.app_context():
        return service.schedule.run(service.database, service.today(), service.now())
