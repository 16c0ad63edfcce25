"""HTML routes: enter a final order, track a suspension's conditions, end it."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.forms import Form, read_form
from contracts.legal import LegalPermission, OrderAction
from services.legal.access import CASE_READERS
from services.legal.domain.case import Case
from services.legal.domain.order import Condition, Order, OrderTerms
from services.legal.jurisdiction import LegalRules
from services.legal.schemas import EvidenceForm, OrderForm, RevocationForm, SuspensionForm
from services.legal.usecases import cases, orders
from services.legal.usecases.notices import public_sentences

blueprint = Blueprint("orders", __name__, url_prefix="/legal")

FORMS: Mapping[OrderAction, type[OrderForm]] = {
    OrderAction.SUSPENSION: SuspensionForm,
    OrderAction.REVOCATION: RevocationForm,
    OrderAction.SURRENDER: OrderForm,
}


@blueprint.get("/cases/<uuid:case_id>/orders/<action>")
@requires(LegalPermission.ENTER_ORDERS)
def new(case_id: UUID, action: str) -> ResponseReturnValue:
    """The form for a final order."""
    chosen, case = _get_action(action), _get_case(case_id)
    return _order_page(case, chosen, Form(raw={"grounds": case.grounds}))


@blueprint.post("/cases/<uuid:case_id>/orders/<action>")
@requires(LegalPermission.ENTER_ORDERS)
def enter(case_id: UUID, action: str) -> ResponseReturnValue:
    """Enter the final order."""
    service, chosen = current_service(), _get_action(action)
    form = read_form(FORMS[chosen](), request.form)
    if not form.errors:
        try:
            with service.database.transaction() as session:
                order = orders.enter_order(
                    session,
                    current_rules(LegalRules),
                    case_id,
                    OrderTerms(action=chosen, **form.values),
                    by=get_principal().display_name,
                    today=service.today(),
                )
            return redirect(f"/legal/orders/{order.order_id}", 303)
        except InvalidInput as refusal:
            form = form.refused(refusal)
    return _order_page(_get_case(case_id), chosen, form)


@blueprint.get("/orders/<uuid:order_id>")
@requires(*CASE_READERS)
def show(order_id: UUID) -> ResponseReturnValue:
    """A final order, its conditions, and when it may end."""
    service = current_service()
    with service.database.transaction() as session:
        order = orders.read_order(session, order_id)
    grounds = current_rules(LegalRules).grounds_on(order.entered_on)
    return render_template(
        "legal/order.html",
        order=order,
        grounds=[grounds[code] for code in order.grounds],
        public_text=public_sentences(order, current_rules(LegalRules).board_name),
        may_end=order.may_end(service.today()),
        is_over=order.is_over(service.today()),
    )


@blueprint.get("/orders/<uuid:order_id>/conditions/<uuid:condition_id>")
@requires(LegalPermission.ENTER_ORDERS)
def condition(order_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """The form for the evidence of a condition."""
    with current_service().database.reading() as session:
        order = orders.get_order(session, order_id)
    return _condition_page(order, order.get_condition(condition_id), Form())


@blueprint.post("/orders/<uuid:order_id>/conditions/<uuid:condition_id>")
@requires(LegalPermission.ENTER_ORDERS)
def fulfill(order_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """Mark a condition as fulfilled."""
    service = current_service()
    form = read_form(EvidenceForm(), request.form)
    if form.errors:
        with service.database.reading() as session:
            order = orders.get_order(session, order_id)
        return _condition_page(order, order.get_condition(condition_id), form)
    with service.database.transaction() as session:
        orders.fulfill_condition(
            session,
            order_id,
            condition_id,
            evidence=form.values["evidence"],
            by=get_principal().display_name,
            today=service.today(),
        )
    return redirect(f"/legal/orders/{order_id}", 303)


@blueprint.post("/orders/<uuid:order_id>/end")
@requires(LegalPermission.ENTER_ORDERS)
def end(order_id: UUID) -> ResponseReturnValue:
    """End a suspension that has been served and whose conditions are fulfilled."""
    service = current_service()
    with service.database.transaction() as session:
        orders.end_suspension(
            session,
            current_rules(LegalRules),
            order_id,
            by=get_principal().display_name,
            today=service.today(),
        )
    return redirect(f"/legal/orders/{order_id}", 303)


def _get_case(case_id: UUID) -> Case:
    with current_service().database.reading() as session:
        return cases.get_case(session, case_id)


def _get_action(name: str) -> OrderAction:
    try:
        return OrderAction(name)
    except ValueError:
        raise NotFound(translatable("There is no such order.")) from None


def _order_page(case: Case, action: OrderAction, form: Form) -> ResponseReturnValue:
    case.refuse_order()
    today = current_service().today()
    grounds = current_rules(LegalRules).grounds_on(today)
    page = render_template(
        "legal/new_order.html",
        case=case,
        action=action,
        form=form,
        grounds=grounds,
        longest=current_rules(LegalRules).longest_suspension(case.grounds, today),
        decided_on=case.order_decided_on,
    )
    return page, 422 if form.errors else 200


def _condition_page(order: Order, condition: Condition, form: Form) -> ResponseReturnValue:
    page = render_template("legal/condition.html", order=order, condition=condition, form=form)
    return page, 422 if form.errors else 200
