"""JSON routes: cases and final orders for the agency's legal staff, complaints from districts."""

from typing import Any
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from chassis.ids import new_id
from chassis.problems import InvalidInput
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.idempotency import Answer, answer_once, needs_key
from contracts.legal import LegalPermission
from services.legal import queries
from services.legal.access import CASE_READERS
from services.legal.domain.case import Case
from services.legal.domain.order import OrderTerms
from services.legal.jurisdiction import LegalRules
from services.legal.schemas import (
    CaseFileSchema,
    CaseListSchema,
    ComplaintInSchema,
    ComplaintOutSchema,
    OrderInSchema,
    OrderOutSchema,
)
from services.legal.usecases import cases, complaints, orders, people

blueprint = Blueprint("api", __name__, url_prefix="/legal")


@blueprint.get("/api/cases")
@requires(*CASE_READERS)
@blueprint.response(200, CaseListSchema)
def list_cases() -> dict[str, Any]:
    """The open cases, by deadline."""
    with current_service().database.reading() as session:
        return {"cases": list(queries.cases_by_clock(session, get_principal().educator_id))}


@blueprint.get("/api/cases/<uuid:case_id>")
@requires(*CASE_READERS)
@blueprint.response(200, CaseFileSchema)
def show_case(case_id: UUID) -> Case:
    """One case and its timeline; the reading is recorded."""
    with current_service().database.transaction() as session:
        return cases.read_case(session, case_id)


@blueprint.post("/api/cases/<uuid:case_id>/orders")
@requires(LegalPermission.ENTER_ORDERS)
@needs_key
@blueprint.arguments(OrderInSchema)
@blueprint.response(201, OrderOutSchema)
def enter_order(values: dict[str, Any], case_id: UUID) -> ResponseReturnValue:
    """Enter the board's final order; needs an Idempotency-Key."""
    service = current_service()
    with service.database.transaction() as session:

        def answer() -> Answer:
            order = orders.enter_order(
                session,
                current_rules(LegalRules),
                case_id,
                OrderTerms(**values),
                by=get_principal().display_name,
                today=service.today(),
            )
            return OrderOutSchema().dump(order), 201

        response, status = answer_once(session, answer)
    return jsonify(response), status


@blueprint.post("/api/complaints")
@requires(LegalPermission.COMPLAIN)
@needs_key
@blueprint.arguments(ComplaintInSchema)
@blueprint.response(201, ComplaintOutSchema)
def file_complaint(values: dict[str, Any]) -> ResponseReturnValue:
    """File a complaint without documents; needs an Idempotency-Key."""
    service, principal = current_service(), get_principal()
    principal.refuse_unless_at(values["organization_id"], LegalPermission.COMPLAIN)
    with service.database.transaction() as session:

        def answer() -> Answer:
            educator = people.find_by_number(session, values["educator_number"])
            if educator is None:
                raise InvalidInput({"educator_number": ["No educator has this number."]})
            complaint = complaints.file_complaint(
                session,
                current_rules(LegalRules),
                values["statement"],
                form_id=new_id(),
                filed_by=principal.account_id,
                organization_id=values["organization_id"],
                educator_id=educator.educator_id,
                now=service.now(),
                today=service.today(),
            )
            return ComplaintOutSchema().dump(complaint), 201

        response, status = answer_once(session, answer)
    return jsonify(response), status
