"""The people of the tests, and the steps by which an application comes to be decided."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from chassis import testing
from chassis.ids import new_id
from chassis.testing import client_of, deliver, learn, moment, recorded, service_of, working
from contracts.certification import ApplicationOutcome, ApplicationPaymentOpened
from contracts.identity import OrganizationChanged, OrganizationKind, PersonRecorded, Role
from contracts.legal import HoldPlaced, OrderAction, OrderEnded, OrderEntered
from contracts.payments import InvoiceLine, InvoiceOpened, NothingDue, PaymentSettled
from services.certification.domain.answers import Assessment, Degree
from services.certification.domain.application import Application
from services.certification.domain.certificate import Certificate
from services.certification.domain.element import ElementKind
from services.certification.domain.status import ApplicationStatus
from services.certification.usecases import applications, certificates, elements, programs, review

TODAY = date(2026, 11, 22)
DUE_ON = date(2026, 12, 22)
WILLA, OTHER_EDUCATOR = new_id(), new_id()
PROVIDER, OTHER_PROVIDER = new_id(), new_id()
WILLAS_NUMBER = "201184562"
WILLAS_NAME = "Wilhelmina Rose Testworthy"
DEGREE = Degree(
    institution="Example State University",
    degree="Bachelor of Science in Mathematics",
    conferred_on=date(2026, 5, 9),
    name_on_transcript="Wilhelmina R. Testworthy",
    sent_on=date(2026, 6, 1),
)
TEST = Assessment(
    test_code="5165", title="Praxis Mathematics", score="172", taken_on=date(2026, 4, 18)
)
CHECKED = (
    ElementKind.OUT_OF_STATE_LICENSE,
    ElementKind.DEGREES,
    ElementKind.ASSESSMENTS,
    ElementKind.CHARACTER_AND_FITNESS,
)


def person(
    educator_id: UUID = WILLA, educator_number: str = WILLAS_NUMBER, **parts: Any
) -> PersonRecorded:
    return testing.person(educator_id, educator_number, **{"middle_name": "Rose", **parts})


def provider(organization_id: UUID, name: str, version: int = 1) -> OrganizationChanged:
    kind = OrganizationKind.PREPARATION_PROVIDER
    return testing.organization(organization_id, name, "900", kind=kind, version=version)


def tell_who_there_is(app: Flask) -> None:
    learn(
        app,
        person(),
        person(OTHER_EDUCATOR, "201999999", last_name="Otherly"),
        provider(PROVIDER, "Example State University"),
        provider(OTHER_PROVIDER, "Another College"),
    )


def applicant(app: Flask, educator_id: UUID = WILLA) -> FlaskClient:
    return client_of(app, {Role.EDUCATOR: None}, educator_id=educator_id)


def officer(app: Flask, organization_id: UUID = PROVIDER) -> FlaskClient:
    return client_of(app, {Role.PROVIDER_OFFICER: organization_id})


def analyst(app: Flask) -> FlaskClient:
    return client_of(app, {Role.ANALYST: None})


def application_of(app: Flask, application_id: UUID) -> Application:
    with service_of(app).database.reading() as session:
        return applications.get_application(session, application_id)


def admit(
    app: Flask,
    *,
    certificate_type: str = "PROF",
    codes: tuple[str, ...] = ("SEC_MATH", "MS_MATH"),
    admitted_on: date = date(2024, 8, 15),
    completed_on: date | None = date(2026, 5, 9),
    organization_id: UUID = PROVIDER,
) -> UUID:
    with working(app) as (session, service):
        admission = programs.record_admission(
            session,
            service.rules,
            organization_id=organization_id,
            educator_number=WILLAS_NUMBER,
            last_name="Testworthy",
            program_name="Secondary Mathematics",
            certificate_type=certificate_type,
            authorization_codes=codes,
            admitted_on=admitted_on,
            today=service.today(),
        )
        if completed_on:
            admission.complete(completed_on, service.today())
    return admission.admission_id


def start(
    app: Flask, certificate_type: str = "PROF", codes: tuple[str, ...] = ("SEC_MATH",)
) -> UUID:
    with working(app) as (session, service):
        return applications.start_application(
            session,
            service.rules,
            educator_id=WILLA,
            certificate_type=certificate_type,
            authorization_codes=codes,
            **moment(service),
        ).application_id


@contextmanager
def filling_in(
    app: Flask, application_id: UUID, educator_id: UUID = WILLA
) -> Iterator[elements.ApplicationEditor]:
    with working(app) as (session, service):
        yield elements.ApplicationEditor.of(
            session, service.rules, application_id, educator_id, **moment(service)
        )


def fitness_answers(app: Flask, **yes: str) -> dict[str, tuple[bool, str]]:
    """No to every question, but for those that are named with an explanation."""
    questions = service_of(app).rules.fitness_questions
    return {each.key: (each.key in yes, yes.get(each.key, "")) for each in questions}


def fill_in(app: Flask, application_id: UUID, **yes: str) -> None:
    with filling_in(app, application_id) as filling:
        filling.declare_no_license()
        filling.put_degree(DEGREE)
        filling.put_assessment(TEST)
        filling.sign_fitness(fitness_answers(app, **yes), WILLAS_NAME)


def recommend(app: Flask, admission_id: UUID, application_id: UUID) -> None:
    with working(app) as (session, service):
        programs.recommend(
            session, service.rules, admission_id, [PROVIDER], application_id, **moment(service)
        )


def invoice_opened(application_id: UUID, invoice_id: UUID | None = None) -> InvoiceOpened:
    return InvoiceOpened(
        version=1,
        invoice_id=invoice_id or new_id(),
        invoice_number="INV-100001",
        application_id=application_id,
        educator_id=WILLA,
        amount_cents=8500,
        currency="USD",
        lines=(InvoiceLine(item="INITIAL", title="Initial certification", amount_cents=8500),),
    )


def payment_settled(invoice: InvoiceOpened) -> PaymentSettled:
    return PaymentSettled(
        **{**vars(invoice), "version": 2}, receipt_number="R-100001", settled_on=TODAY
    )


def nothing_due(application_id: UUID) -> NothingDue:
    return NothingDue(version=1, application_id=application_id, educator_id=WILLA)


def pay(app: Flask, application_id: UUID) -> None:
    invoice = invoice_opened(application_id)
    deliver(app, invoice, payment_settled(invoice))


def submit(app: Flask, application_id: UUID) -> None:
    with working(app) as (session, service):
        applications.submit_application(
            session, application_id, WILLA, due_on=DUE_ON, **moment(service)
        )


def verify_all(app: Flask, application_id: UUID, note: str = "") -> None:
    with working(app) as (session, service):
        for kind in CHECKED:
            application = applications.get_application(session, application_id)
            if not application.element(kind).is_settled:
                review.verify_element(session, application_id, kind, note, now=service.now())


def decide(
    app: Flask,
    application_id: UUID,
    outcome: ApplicationOutcome = ApplicationOutcome.APPROVED,
    seen_version: int | None = None,
) -> None:
    newest = application_of(app, application_id).version
    with working(app) as (session, service):
        review.decide(
            session,
            service.rules,
            application_id,
            outcome=outcome,
            reasons="All requirements are met.",
            seen_version=newest if seen_version is None else seen_version,
            decided_by="Ana Lyst",
            **moment(service),
        )


def give_back(app: Flask, application_id: UUID) -> None:
    with working(app) as (session, service):
        review.return_application(
            session, application_id, "The transcript is missing a page.", now=service.now()
        )


def withdraw(app: Flask, application_id: UUID) -> None:
    with working(app) as (session, service):
        applications.withdraw_application(session, application_id, WILLA, now=service.now())


def bring_to(app: Flask, status: ApplicationStatus, **yes: str) -> UUID:
    """An application for a professional certificate that has come to this state."""
    admission_id = admit(app)
    application_id = start(app)
    if status is ApplicationStatus.WITHDRAWN:
        withdraw(app, application_id)
    if status in (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN):
        return application_id
    fill_in(app, application_id, **yes)
    recommend(app, admission_id, application_id)
    assert recorded(app, ApplicationPaymentOpened)
    if status is ApplicationStatus.PAYMENT_DUE:
        return application_id
    pay(app, application_id)
    if status is ApplicationStatus.READY:
        return application_id
    submit(app, application_id)
    if status is ApplicationStatus.RETURNED:
        give_back(app, application_id)
    if status is ApplicationStatus.APPROVED:
        verify_all(app, application_id)
        decide(app, application_id)
    if status is ApplicationStatus.DENIED:
        decide(app, application_id, ApplicationOutcome.DENIED)
    assert application_of(app, application_id).status == status
    return application_id


def legacy_certificate(
    app: Flask,
    number: str = "KY-2020-0000017",
    issued_on: date = date(2024, 7, 1),
    expires_on: date | None = None,
) -> Certificate:
    with working(app) as (session, service):
        return certificates.record_legacy_certificate(
            session,
            service.rules,
            educator_id=WILLA,
            certificate_number=number,
            certificate_type="PROF",
            authorization_codes=["SEC_MATH"],
            issued_on=issued_on,
            expires_on=expires_on,
            rank="III",
        )


def certificate_of(app: Flask, certificate_id: UUID) -> Certificate:
    with service_of(app).database.reading() as session:
        return certificates.get_certificate(session, certificate_id)


def order(
    action: OrderAction = OrderAction.REVOCATION,
    effective_on: date = TODAY,
    ends_on: date | None = None,
    order_id: UUID | None = None,
) -> OrderEntered:
    return OrderEntered(
        version=1,
        order_id=order_id or new_id(),
        order_number="2026-0042",
        educator_id=WILLA,
        action=action,
        effective_on=effective_on,
        ends_on=ends_on,
        has_conditions=ends_on is None,
    )


def ended(entered: OrderEntered, ended_on: date) -> OrderEnded:
    return OrderEnded(**{**vars(entered), "version": entered.version + 1}, ended_on=ended_on)


def hold() -> HoldPlaced:
    return HoldPlaced(version=1, hold_id=new_id(), educator_id=WILLA, placed_on=TODAY)
