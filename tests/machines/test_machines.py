"""Lives at random never reach a state that the rules forbid; and a rule that is broken is found."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from flask import Flask

from contracts.certification import CertificateStatus, Restriction
from contracts.legal import OrderAction
from services.certification.domain.application import Application
from services.certification.domain.replicas import FinalOrder
from services.certification.domain.status import ApplicationStatus
from services.certification.usecases import certificates, review
from services.legal.domain import case
from services.legal.domain.case import Case
from services.legal.domain.order import OrderTerms
from services.legal.domain.procedure import TRANSITIONS, CaseState, Step
from services.legal.usecases import orders
from services.payments.domain import Invoice
from services.payments.usecases import invoices as payments
from tests.machines.application import ApplicationLife
from tests.machines.application_model import HELD, VERIFIED
from tests.machines.case import CaseLife
from tests.machines.certificate import REVOKED, CertificateLife
from tests.machines.life import Life, Stage, walk, walk_from
from tests.machines.payment import PaymentLife
from tests.unit.certification.story import tell_who_there_is
from tests.unit.legal import casework

# A walk takes a minute of a slow processor, which others may share.
pytestmark = [pytest.mark.machines, pytest.mark.timeout(600)]


def nobody(app: Flask) -> None:
    """Payments needs to know nobody beforehand."""


class Machine(NamedTuple):
    """A life, whom its service must know before it begins, and how far some lives must come."""

    life: type[Life]
    service: str
    settle: Callable[[Flask], None]
    reaches: Collection[str]


LIVES = {
    "application": Machine(
        ApplicationLife, "certification", tell_who_there_is, set(ApplicationStatus)
    ),
    "case": Machine(CaseLife, "legal", casework.settle, set(CaseState) - {CaseState.OPEN}),
    "certificate": Machine(
        CertificateLife, "certification", tell_who_there_is, set(CertificateStatus)
    ),
    "payment": Machine(PaymentLife, "payments", nobody, {"open", "paid"}),
}


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Stage]]:
    made = {
        name: Stage(each.service, tmp_path_factory.mktemp(name), each.settle)
        for name, each in LIVES.items()
    }
    yield made
    for stage in made.values():
        stage.close()


@pytest.mark.parametrize("name", LIVES)
def test_no_life_reaches_what_the_rules_forbid(name: str, stages: dict[str, Stage]) -> None:
    stage = stages[name]
    walk(LIVES[name].life, stage)

    assert stage.reached.issuperset(LIVES[name].reaches), "a walk that comes nowhere shows nothing"


def nothing(*args: Any, **kwargs: Any) -> None:
    """A guard that guards nothing."""


def always_whole(application: Application) -> list[Any]:
    return []


def ends_whatever_it_is(order: FinalOrder) -> Restriction:
    return Restriction(
        kind=OrderAction(order.action),
        order_id=order.order_id,
        starts_on=order.effective_on,
        ends_on=order.ended_on or order.ends_on,
    )


class Broken(NamedTuple):
    """A rule that is broken: in whose life, from where it is seen, and what stands in its place."""

    name: str
    begin: str | None
    place: object
    attribute: str
    planted: Any


BROKEN = {
    "approved with elements unverified": Broken(
        "application", "submitted", Application, "unverified", property(always_whole)
    ),
    "decided on what was not seen": Broken(
        "application", VERIFIED, Application, "refuse_unless_decidable", nothing
    ),
    "decided while held": Broken("application", HELD, review, "refuse_if_held", nothing),
    "submitted unfinished": Broken(
        "application", "draft", Application, "refuse_unless_submittable", nothing
    ),
    "a decision untold": Broken("application", "approved", review, "record", nothing),
    "paid twice": Broken("payment", None, Invoice, "refuse_if_paid", nothing),
    "a payment untold": Broken("payment", None, payments, "record", nothing),
    "an order before the decision": Broken(
        "case", "order_due", OrderTerms, "refuse_contradictions", nothing
    ),
    "put before the board too early": Broken(
        "case", "awaiting_response", Case, "_refuse_untimely", nothing
    ),
    "an order entered by a mere step": Broken("case", "order_due", case, "TAKEN_BY_ORDER", ()),
    "an order untold": Broken("case", "revoked", orders, "record", nothing),
    "a revocation that ends": Broken(
        "certificate", REVOKED, FinalOrder, "restriction", ends_whatever_it_is
    ),
    "a revocation untold": Broken("certificate", REVOKED, certificates, "record", nothing),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_found(
    broken: Broken, stages: dict[str, Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broken.place, broken.attribute, broken.planted)

    with pytest.raises(AssertionError):
        walk_from(broken.begin, LIVES[broken.name].life, stages[broken.name], lives=50)


def test_an_order_without_a_decision_of_the_board_is_found(
    stages: dict[str, Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = {**TRANSITIONS[CaseState.READY_FOR_BOARD]}
    allowed[Step.ENTER_LASTING_ORDER] = CaseState.CLOSED
    monkeypatch.setitem(TRANSITIONS, CaseState.READY_FOR_BOARD, allowed)
    monkeypatch.setattr(Case, "order_decided_on", date(2020, 1, 1))

    with pytest.raises(AssertionError, match="not refused"):
        walk_from("ready_for_board", CaseLife, stages["case"], lives=50)
