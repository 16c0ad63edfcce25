"""JSON routes: an educator's applications, the agency's queue and decisions, and certificates."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.idempotency import Answer, answer_once, needs_key
from chassis.worklist.colleague import worker_of
from chassis.worklist.commands import begin_work
from chassis.worklist.queue import Looked, items_of
from contracts.certification import CertificationPermission
from services.certification import queries
from services.certification.access import (
    READERS,
    REVIEWERS,
    own_educator_id,
    refuse_unless_application_visible,
    refuse_unless_certificate_visible,
)
from services.certification.domain.application import Application
from services.certification.domain.element import ElementKind, ElementState
from services.certification.domain.standing import (
    acting_since,
    action_by,
    standing_of,
)
from services.certification.jurisdiction import CertificationRules
from services.certification.schemas import (
    ApplicationListSchema,
    CertificateQuerySchema,
    CertificateSchema,
    DecidedSchema,
    DecisionSchema,
    QueueQuerySchema,
    QueueSchema,
    WholeApplicationSchema,
)
from services.certification.usecases import applications, certificates, review, work

blueprint = Blueprint("api", __name__, url_prefix="/certification")


@blueprint.get("/api/applications")
@requires(CertificationPermission.APPLY)
@blueprint.response(200, ApplicationListSchema)
def list_applications() -> dict[str, Any]:
    """The caller's applications, newest first."""
    with current_service().database.reading() as session:
        applications_found = queries.applications_of(session, own_educator_id())
    return {"applications": [_application(application) for application in applications_found]}


@blueprint.get("/api/applications/<uuid:application_id>")
@requires(*READERS)
@blueprint.response(200, WholeApplicationSchema)
def show_application(application_id: UUID) -> dict[str, Any]:
    """One application with every element, its state, who must act on it, and since when."""
    with current_service().database.reading() as session:
        application = applications.get_application(session, application_id)
    refuse_unless_application_visible(get_principal(), application)
    return {**_application(application), "elements": _elements(application)}


@blueprint.get("/api/queue")
@requires(*REVIEWERS)
@blueprint.arguments(QueueQuerySchema, location="query")
@blueprint.response(200, QueueSchema)
def show_queue(query: dict[str, Any]) -> dict[str, Any]:
    """The applications waiting for the agency, due first."""
    service = current_service()
    looked = Looked(
        kind=query["certificate_type"] or "",
        waiting_for=query["waiting_for"] or "",
        page=query["page"],
    )
    with service.database.reading() as session:
        page = items_of(
            session, work.APPLICATIONS, looked, get_principal().account_id, service.today()
        )
        # Past the end, a program gets an empty page; a person gets the last one.
        shown = page.items if page.number == query["page"] else []
        waiting = queries.applications_by_id(session, [item.item_id for item in shown])
    applications_shown = {application.application_id: application for application in waiting}
    return {
        "applications": [
            {
                **_application(applications_shown[item.item_id]),
                "due_on": item.due_on,
                "held_by": item.holder_name,
            }
            for item in shown
        ],
        "total": page.total,
        "pages": page.pages if page.total else 0,
    }


@blueprint.post("/api/applications/<uuid:application_id>/decision")
@requires(CertificationPermission.DECIDE)
@needs_key
@blueprint.arguments(DecisionSchema)
@blueprint.response(200, DecidedSchema)
def decide(decision: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Approve or deny; needs an Idempotency-Key."""
    service = current_service()
    with service.database.transaction() as session:

        def answer() -> Answer:
            worker = worker_of(get_principal())
            review.get_application_to_review(session, application_id, for_update=True)
            begin_work(session, application_id, worker, service.now())
            review.decide(
                session,
                current_rules(CertificationRules),
                application_id,
                outcome=decision["outcome"],
                reasons=decision["reasons"],
                seen_version=decision["version"],
                decided_by=get_principal().display_name,
                now=service.now(),
                today=service.today(),
            )
            certificate = queries.find_certificate_of(session, application_id)
            return {
                "application_id": str(application_id),
                "status": str(decision["outcome"]),
                "certificate_id": str(certificate.certificate_id) if certificate else None,
                "certificate_number": certificate.certificate_number if certificate else None,
            }, 200

        response, _ = answer_once(session, answer)
    return response


@blueprint.get("/api/certificates/<uuid:certificate_id>")
@requires(CertificationPermission.APPLY, CertificationPermission.SEE_CERTIFICATES)
@blueprint.arguments(CertificateQuerySchema, location="query")
@blueprint.response(200, CertificateSchema)
def show_certificate(query: dict[str, Any], certificate_id: UUID) -> dict[str, Any]:
    """A certificate and its status on a day."""
    service = current_service()
    with service.database.reading() as session:
        certificate = certificates.get_certificate(session, certificate_id)
    refuse_unless_certificate_visible(get_principal(), certificate)
    day = query["on"] or service.today()
    return {**vars(certificate.state()), "on": day, "status": certificate.status_on(day)}


def _application(application: Application) -> dict[str, Any]:
    standing = standing_of(application)
    return {
        "application_id": application.application_id,
        "application_number": application.application_number,
        "application_kind": application.kind,
        "certificate_type": application.certificate_type,
        "authorization_codes": application.authorization_codes,
        "applicant_name": application.applicant_name,
        "version": application.version,
        "status": application.status,
        "status_words": standing.words,
        "action_by": standing.action_by,
        "since": standing.since,
        "next_step": standing.next_step,
        "submitted_on": application.submitted_on,
        "decided_on": application.decided_on,
    }


def _elements(application: Application) -> list[dict[str, Any]]:
    return [
        {
            "kind": element.kind,
            "title": current_rules(CertificationRules).elements[ElementKind(element.kind)].title,
            "state": element.state,
            "action_by": action_by(application, element),
            "since": acting_since(application, element),
            "note": element.note if element.state == ElementState.REJECTED else None,
        }
        for element in application.elements
    ]
