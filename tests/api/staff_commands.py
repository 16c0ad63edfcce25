"""Every command of the agency, a district or a provider, sent as it would be carried out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from chassis.jurisdiction import load_grants
from chassis.security.access import find_access
from chassis.testing import FixedClock, prepare, service_of, working
from chassis.testing import test_settings as settings_of
from contracts.identity import Role
from contracts.legal import OrderAction
from services.certification import app as certification
from services.certification.domain.status import ApplicationStatus
from services.identity import app as identity
from services.identity.domain.person import Person
from services.identity.usecases import accounts, holders, organizations, persons
from services.legal import app as legal
from services.legal.domain.procedure import BoardDecision, Step
from tests.states import STATES, state_folder
from tests.unit.certification import desk, story
from tests.unit.certification.test_pages import ADMISSION_FORM, COMPLETION_FORM
from tests.unit.identity.office import HEADER, PASSWORD, WILHELMINA
from tests.unit.legal import casework
from tests.unit.legal.casework import day_in

STAFF: Mapping[Role, UUID | None] = {
    **{role: None for role in Role if role is not Role.EDUCATOR},
    Role.SUPERINTENDENT: casework.DISTRICT,
    Role.PROVIDER_OFFICER: story.PROVIDER,
}
"""One account that holds every role that can be granted."""

REPORT = (
    "a report is about all of a district's staff; what it says of its sender's own classes settles "
    "no finding about them, as tests/unit/assignments/test_own_findings.py shows"
)
QUEUE = "/certification/queue"
ABOUT_NO_PERSON = {
    f"POST {QUEUE}/next": "it gives nothing that is about who asks",
    f"POST {QUEUE}/bulk": "it shows what would change, and changes nothing",
    f"POST {QUEUE}/bulk/<uuid:bulk_id>/undo": "it takes back one act of one's own",
    f"POST {QUEUE}/views": "it keeps a view of one's own",
    f"POST {QUEUE}/views/<uuid:view_id>/delete": "it deletes a view of one's own",
    "POST /assignments/reports/new": REPORT,
    "POST /assignments/api/reports": REPORT,
    "POST /identity/organizations/providers/new": "it adds an organization",
    "POST /legal/complaints/new": "it searches, and changes nothing",
}
"""The commands that nobody is the subject of, and why."""


@dataclass(frozen=True)
class Command:
    """A request that is carried out when sent now, and the educator or account it is about."""

    path: str
    about: UUID
    form: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Way:
    """A way to give a command; `ready` takes a service to where it can be given."""

    route: str
    ready: Callable[[Flask], Command]

    def __str__(self) -> str:
        return f"{self.route.removeprefix('POST ')} ({self.ready.__name__})"


WAYS: list[Way] = []


def acts_of_staff() -> frozenset[str]:
    """The acts that any state lets a role do that can be granted."""
    grants = [load_grants(state_folder(code)) for code in STATES]
    return frozenset().union(*(each.of(role) for each in grants for role in STAFF))


def staff_commands(app: Flask) -> Iterator[str]:
    """The routes that change something by an act of staff in any state."""
    of_staff = acts_of_staff()
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            access = find_access(app.view_functions[rule.endpoint], method)
            if access and of_staff & set(access.permissions):
                yield f"{method} {rule.rule}"


def open_service(name: str, folder: Path) -> Flask:
    """The service with the people and places that its commands are about."""
    create_app, settle = {
        "certification": (certification.create_app, story.tell_who_there_is),
        "identity": (identity.create_app, _settle_identity),
        "legal": (legal.create_app, casework.settle),
    }[name]
    app = create_app(settings_of(name, folder), FixedClock())
    prepare(app)
    settle(app)
    return app


def _way(route: str) -> Callable[[Callable[[Flask], Command]], Callable[[Flask], Command]]:
    def register(ready: Callable[[Flask], Command]) -> Callable[[Flask], Command]:
        WAYS.append(Way(f"POST {route}", ready))
        return ready

    return register


@_way("/certification/candidates/admit")
def admit(app: Flask) -> Command:
    return Command("/certification/candidates/admit", story.WILLA, ADMISSION_FORM)


@_way("/certification/candidates/<uuid:admission_id>/completion")
def record_completion(app: Flask) -> Command:
    admission_id = story.admit(app, completed_on=None)
    path = f"/certification/candidates/{admission_id}/completion"
    return Command(path, story.WILLA, COMPLETION_FORM)


@_way(
    "/certification/candidates/<uuid:admission_id>/recommendations/<uuid:application_id>",
)
def recommend(app: Flask) -> Command:
    admission_id, application_id = story.admit(app), story.start(app)
    path = f"/certification/candidates/{admission_id}/recommendations/{application_id}"
    return Command(path, story.WILLA)


def _check(app: Flask, **form: str) -> Command:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    return Command(f"/certification/queue/{application_id}/elements/degrees", story.WILLA, form)


@_way("/certification/queue/<uuid:application_id>/elements/<kind>")
def verify(app: Flask) -> Command:
    return _check(app, verdict="verify")


@_way("/certification/queue/<uuid:application_id>/elements/<kind>")
def reject(app: Flask) -> Command:
    return _check(app, verdict="reject", degrees_note="The transcript is cut off.")


@_way("/certification/queue/<uuid:application_id>/return")
def return_application(app: Flask) -> Command:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    reasons = {"return_reasons": "A page of the transcript is missing."}
    return Command(f"/certification/queue/{application_id}/return", story.WILLA, reasons)


def _waiting(app: Flask, act: str, **form: object) -> Command:
    item_id = desk.wait(app, story.WILLAS_NAME, person_id=story.WILLA)
    return Command(f"{QUEUE}/{item_id}/{act}", story.WILLA, form)


ASIDE = {**desk.three_inputs(story.TODAY + timedelta(days=1)), "why": "The registrar is closed."}


@_way(f"{QUEUE}/<uuid:item_id>/holder")
def take_over(app: Flask) -> Command:
    return _waiting(app, "holder", holder="me")


@_way(f"{QUEUE}/<uuid:item_id>/holder")
def give_back(app: Flask) -> Command:
    command = take_over(app)
    assert story.analyst(app).post(command.path, data=command.form).status_code == 303
    return replace(command, form={"holder": "nobody"})


@_way(f"{QUEUE}/<uuid:item_id>/aside")
def set_aside(app: Flask) -> Command:
    return _waiting(app, "aside", **ASIDE)


@_way(f"{QUEUE}/<uuid:item_id>/back")
def bring_back(app: Flask) -> Command:
    command = set_aside(app)
    assert story.analyst(app).post(command.path, data=command.form).status_code == 303
    return Command(command.path.replace("/aside", "/back"), story.WILLA)


@_way(f"{QUEUE}/<uuid:item_id>/notes")
def write_note(app: Flask) -> Command:
    return _waiting(app, "notes", note="Called the registrar.")


@_way(f"{QUEUE}/bulk/done")
def set_many_aside(app: Flask) -> Command:
    item_ids = [desk.wait(app), desk.wait(app, person_id=story.WILLA)]
    form = {"items": desk.chosen(app, *item_ids), "act": "set_aside", **ASIDE}
    return Command(f"{QUEUE}/bulk/done", story.WILLA, form)


def _decision(app: Flask, outcome: str) -> tuple[UUID, dict[str, Any]]:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    story.verify_all(app, application_id)
    version = story.application_of(app, application_id).version
    return application_id, {"outcome": outcome, "reasons": "As the rules say.", "version": version}


@_way("/certification/queue/<uuid:application_id>/decision")
def approve(app: Flask) -> Command:
    application_id, decision = _decision(app, "approved")
    return Command(f"/certification/queue/{application_id}/decision", story.WILLA, decision)


@_way("/certification/queue/<uuid:application_id>/decision")
def deny(app: Flask) -> Command:
    application_id, decision = _decision(app, "denied")
    return Command(f"/certification/queue/{application_id}/decision", story.WILLA, decision)


@_way("/certification/api/applications/<uuid:application_id>/decision")
def approve_by_program(app: Flask) -> Command:
    application_id, decision = _decision(app, "approved")
    path = f"/certification/api/applications/{application_id}/decision"
    return Command(path, story.WILLA, document=decision)


def _settle_identity(app: Flask) -> None:
    """An analyst's account, and a person on file."""
    with working(app) as (session, service):
        agency = organizations.ensure_agency(session, service.rules, "The agency")
        account = accounts.create_staff_account(
            session,
            service.rules,
            username="analyst",
            email="analyst@agency.example",
            password=PASSWORD,
            display_name="Ana Lyst",
            now=service.now(),
        )
        session.flush()
        holders.say_holder(session, account.account_id, None, service.now())
        accounts.grant_role(
            session, account.account_id, Role.ANALYST, agency.organization_id, service.now()
        )
        file = service.settings.var / "persons.csv"
        file.write_text(HEADER + WILHELMINA, encoding="utf-8")
        vault = app.extensions["identity"].vault
        persons.import_persons(session, vault, file, service.today(), service.now())


def _analyst(app: Flask) -> tuple[UUID, UUID]:
    """The analyst's account, and the agency."""
    with service_of(app).database.reading() as session:
        account = accounts.get_account_by_username(session, "analyst")
        return account.account_id, account.roles[0].organization_id


@_way("/identity/accounts/<uuid:account_id>/roles")
def grant_role(app: Flask) -> Command:
    account_id, _ = _analyst(app)
    return Command(f"/identity/accounts/{account_id}/roles", account_id, {"role": "legal"})


@_way("/identity/accounts/<uuid:account_id>/holder")
def say_that_an_account_has_no_record(app: Flask) -> Command:
    account_id, _ = _analyst(app)
    return Command(f"/identity/accounts/{account_id}/holder", account_id, {"holder": "no_record"})


@_way("/identity/accounts/<uuid:account_id>/holder")
def say_that_an_account_is_of_a_record(app: Flask) -> Command:
    account_id, _ = _analyst(app)
    with service_of(app).database.reading() as session:
        person = session.scalars(select(Person)).one()
    form = {
        "holder": "record",
        "educator_number": person.educator_number,
        "same_person": "true",
    }
    return Command(f"/identity/accounts/{account_id}/holder", person.educator_id, form)


@_way("/identity/accounts/<uuid:account_id>/roles/<role>/<uuid:organization_id>/withdraw")
def withdraw_role(app: Flask) -> Command:
    account_id, agency_id = _analyst(app)
    path = f"/identity/accounts/{account_id}/roles/analyst/{agency_id}/withdraw"
    return Command(path, account_id)


@_way("/identity/persons/<uuid:educator_id>/ssn")
def show_ssn(app: Flask) -> Command:
    with service_of(app).database.reading() as session:
        educator_id = session.scalars(select(Person.educator_id)).one()
    return Command(f"/identity/persons/{educator_id}/ssn", educator_id, {"reason": "A call."})


@_way("/legal/complaints/new/<uuid:educator_id>")
def file_complaint(app: Flask) -> Command:
    path = f"/legal/complaints/new/{casework.EDUCATOR}"
    return Command(path, casework.EDUCATOR, casework.complaint_form())


@_way("/legal/api/complaints")
def file_complaint_by_program(app: Flask) -> Command:
    document = {
        "organization_id": str(casework.DISTRICT),
        "educator_number": "201812345",
        "position": "Mathematics teacher",
        "facts": "What happened.",
        "occurred_on": "2026-11-03",
        "learned_on": "2026-11-05",
        "grounds": ["c"],
        "signature": "Beauregard Sample",
        "is_true": True,
    }
    return Command("/legal/api/complaints", casework.EDUCATOR, document=document)


@_way("/legal/complaints/<uuid:complaint_id>/screening/begin")
def begin_screening(app: Flask) -> Command:
    path = f"/legal/complaints/{casework.file(app).complaint_id}/screening/begin"
    return Command(path, casework.EDUCATOR)


def _screen(app: Flask, **form: Any) -> Command:
    complaint = casework.file(app)
    casework.begin_screening(app, complaint)
    path = f"/legal/complaints/{complaint.complaint_id}/screening"
    return Command(path, casework.EDUCATOR, form)


@_way("/legal/complaints/<uuid:complaint_id>/screening")
def close_complaint(app: Flask) -> Command:
    return _screen(app, outcome="insufficient_evidence", reason="Nobody saw it.")


@_way("/legal/complaints/<uuid:complaint_id>/screening")
def open_case(app: Flask) -> Command:
    return _screen(app, outcome="open_case", grounds=["c"])


@_way("/legal/cases/<uuid:case_id>/steps/<step>")
def take_step(app: Flask) -> Command:
    path = f"/legal/cases/{casework.open_case(app).case_id}/steps/notify_educator"
    return Command(path, casework.EDUCATOR)


@_way("/legal/cases/<uuid:case_id>/decision")
def record_decision(app: Flask) -> Command:
    case = casework.open_case(app)
    for step in (Step.NOTIFY_EDUCATOR, Step.RECORD_REBUTTAL, Step.PUT_BEFORE_BOARD):
        casework.take(app, case, step)
    form = {
        "decision": str(BoardDecision.DISMISS),
        "votes_for": "7",
        "votes_against": "0",
        **day_in("on", casework.TODAY),
    }
    return Command(f"/legal/cases/{case.case_id}/decision", casework.EDUCATOR, form)


@_way("/legal/cases/<uuid:case_id>/hold/place")
def place_hold(app: Flask) -> Command:
    path = f"/legal/cases/{casework.open_case(app).case_id}/hold/place"
    return Command(path, casework.EDUCATOR, {"reason": "Abuse is alleged."})


@_way("/legal/cases/<uuid:case_id>/hold/lift")
def lift_hold(app: Flask) -> Command:
    case_id = casework.open_case(app).case_id
    reason = {"reason": "The allegation was withdrawn."}
    placed = casework.staff(app).post(f"/legal/cases/{case_id}/hold/place", data=reason)
    assert placed.status_code == 303
    return Command(f"/legal/cases/{case_id}/hold/lift", casework.EDUCATOR, reason)


@_way("/legal/cases/<uuid:case_id>/orders/<action>")
def enter_order(app: Flask) -> Command:
    path = f"/legal/cases/{casework.decided_case(app).case_id}/orders/surrender"
    form = {"grounds": ["c"], **day_in("effective_on", casework.TODAY)}
    return Command(path, casework.EDUCATOR, form)


@_way("/legal/api/cases/<uuid:case_id>/orders")
def enter_order_by_program(app: Flask) -> Command:
    path = f"/legal/api/cases/{casework.decided_case(app).case_id}/orders"
    document = {"action": "surrender", "effective_on": str(casework.TODAY), "grounds": ["c"]}
    return Command(path, casework.EDUCATOR, document=document)


@_way("/legal/orders/<uuid:order_id>/conditions/<uuid:condition_id>")
def fulfill_condition(app: Flask) -> Command:
    order = casework.enter(
        app, casework.decided_case(app), OrderAction.SUSPENSION, conditions=["Training"]
    )
    path = f"/legal/orders/{order.order_id}/conditions/{order.conditions[0].condition_id}"
    return Command(path, casework.EDUCATOR, {"evidence": "A certificate of completion."})


@_way("/legal/orders/<uuid:order_id>/end")
def end_suspension(app: Flask) -> Command:
    # Without conditions a suspension ends by itself; with them, once its last day has come.
    order = casework.enter(
        app,
        casework.decided_case(app),
        OrderAction.SUSPENSION,
        conditions=["Training"],
        last_day=casework.TODAY,
    )
    casework.fulfill(app, order, 1)
    return Command(f"/legal/orders/{order.order_id}/end", casework.EDUCATOR)
