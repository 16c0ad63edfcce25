"""Each service with a few things in it, somebody who may ask everything, and values that fit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from chassis.ids import new_id
from chassis.testing import FixedClock, bearer, deliver, learn, prepare, recorded, service_of
from chassis.testing import test_settings as settings_of
from contracts.certification import ApplicationPaymentOpened
from contracts.identity import Role
from contracts.payments import InvoiceOpened
from services.certification.domain.status import ApplicationStatus
from services.payments.adapters.processors.processor import Checkout
from services.payments.usecases import invoices as payments
from tests.unit.assignments import world as districts
from tests.unit.certification import story
from tests.unit.legal import casework
from tests.unit.lookup import facts

ACCOUNT, EDUCATOR = new_id(), new_id()


@dataclass(frozen=True)
class World:
    """What a program meets; `known` are values of parameters and of members of bodies, by name."""

    app: Flask
    roles: Mapping[Role, UUID | None] = field(default_factory=dict)
    educator_id: UUID | None = None
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def authorization(self) -> str:
        """The header of the person who may ask everything."""
        return bearer(self.app.name, self.roles, account_id=ACCOUNT, educator_id=self.educator_id)


_worlds: dict[str, Callable[[Flask], World]] = {}


def make(service: str, folder: Path) -> World:
    """The service on a fresh database, with its world in it."""
    app = import_module(f"services.{service}.app").create_app(
        settings_of(service, folder), FixedClock()
    )
    prepare(app)
    return _worlds.get(service, World)(app)


def _of(service: str) -> Callable[[Callable[[Flask], World]], Callable[[Flask], World]]:
    """Make the decorated function the world of a service; without one it is as after migration."""

    def register(world: Callable[[Flask], World]) -> Callable[[Flask], World]:
        _worlds[service] = world
        return world

    return register


@_of("certification")
def _certification(app: Flask) -> World:
    story.tell_who_there_is(app)
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    story.verify_all(app, application_id)
    certificate = story.legacy_certificate(app)
    return World(
        app,
        {Role.EDUCATOR: None, Role.ANALYST: None},
        story.OTHER_EDUCATOR,  # nobody decides their own application
        {
            "application_id": str(application_id),
            "certificate_id": str(certificate.certificate_id),
            "outcome": "approved",
            "reasons": "All requirements are met.",
            "version": story.application_of(app, application_id).version,
        },
    )


@_of("payments")
def _payments(app: Flask) -> World:
    opened = ApplicationPaymentOpened(
        version=4,
        application_id=new_id(),
        educator_id=EDUCATOR,
        application_kind="initial",
        certificate_type="PROF",
        fee_items=("INITIAL",),
        opened_on=story.TODAY,
        applicant_name="Wilhelmina Testworthy",
    )
    deliver(app, opened)
    invoice_id = recorded(app, InvoiceOpened)[0].invoice_id
    with service_of(app).database.transaction() as session:
        checkout = Checkout("co_1", "http://127.0.0.1:8081/pay/co_1")
        payments.send_to_checkout(session, invoice_id, checkout)
    return World(app, {Role.EDUCATOR: None}, EDUCATOR, {"invoice_id": str(invoice_id)})


@_of("legal")
def _legal(app: Flask) -> World:
    casework.settle(app)
    case = casework.decided_case(app)
    return World(
        app,
        {Role.LEGAL: None, Role.SUPERINTENDENT: casework.DISTRICT},
        known={
            "case_id": str(case.case_id),
            "action": "suspension",
            "effective_on": "2026-11-22",
            "last_day": "2026-12-22",
            "conditions": ["Training."],
            "is_permanent": False,
            "earliest_reapplication_on": None,
            "grounds": ["c"],
            "organization_id": str(casework.DISTRICT),
            "educator_number": "201812345",
            "position": "Mathematics teacher",
            "facts": "What happened.",
            "occurred_on": "2026-11-03",
            "learned_on": "2026-11-05",
            "signature": "Beauregard Sample",
            "is_true": True,
        },
    )


@_of("assignments")
def _assignments(app: Flask) -> World:
    learn(app, districts.TINY, districts.OTHER, districts.person(), districts.issued())
    report_id = districts.accept(app, districts.two_classes())
    return World(
        app,
        {Role.ASSIGNMENT_COORDINATOR: districts.TINY_COUNTY, Role.ANALYST: None},
        known={
            "report_id": str(report_id),
            "source_id": "teacher",
            "district": str(districts.TINY_COUNTY),
        },
    )


@_of("lookup")
def _lookup(app: Flask) -> World:
    deliver(app, facts.issued(), facts.held_by("Charles Babbage", 7, certificate_number="7"))
    facts.tell_caught_up(app)
    return World(app, known={"number": "7", "name": "Lovelace"})
