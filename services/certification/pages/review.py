"""The agency's queue, and one application under review: verify, return, decide."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.forms import Form, read_form
from chassis.web.work.pages import work_pages
from chassis.web.work.panel import find_panel
from chassis.worklist.colleague import worker_of
from chassis.worklist.commands import begin_work
from contracts.certification import CertificationPermission
from services.certification import queries
from services.certification.access import REVIEWERS
from services.certification.domain.element import ElementKind
from services.certification.jurisdiction import CertificationRules
from services.certification.pages.queue import QUEUE
from services.certification.schemas import CheckForm, DecisionSchema, ReturnForm
from services.certification.usecases.review import (
    decide,
    get_application_to_review,
    reject_element,
    return_application,
    verify_element,
)

blueprint = Blueprint("review", __name__, url_prefix="/certification")


@contextmanager
def _working_on(application_id: UUID) -> Iterator[Session]:
    """A transaction in which the analyst has the application.

    Raises `NotFound`, `OwnMatter`, and `HeldByColleague` while a colleague has it.
    """
    service = current_service()
    with service.database.transaction() as session:
        get_application_to_review(session, application_id, for_update=True)
        begin_work(session, application_id, worker_of(get_principal()), service.now())
        yield session


@blueprint.get("/queue/<uuid:application_id>")
@requires(*REVIEWERS)
def review(application_id: UUID) -> ResponseReturnValue:
    """One application under review."""
    return review_page(application_id, Form())


@blueprint.post("/queue/<uuid:application_id>/elements/<kind>")
@requires(CertificationPermission.REVIEW)
def check(application_id: UUID, kind: str) -> ResponseReturnValue:
    """Verify or reject an element."""
    if kind not in list(ElementKind):
        raise NotFound(translatable("There is no such element."))
    # One page has the forms of all elements, so each note field is named for its element.
    note = request.form.get(f"{kind}_note", "")
    form = read_form(
        CheckForm(), MultiDict({"verdict": request.form.get("verdict", ""), "note": note})
    )
    if not form.is_valid:
        raise InvalidInput(form.errors)
    is_good = form.values["verdict"] == "verify"
    act = verify_element if is_good else reject_element
    service = current_service()
    with _working_on(application_id) as session:
        act(session, application_id, ElementKind(kind), form.values["note"], now=service.now())
    return redirect(f"/certification/queue/{application_id}#{kind}", 303)


@blueprint.post("/queue/<uuid:application_id>/return")
@requires(CertificationPermission.REVIEW)
def send_back(application_id: UUID) -> ResponseReturnValue:
    """Return the application to the applicant."""
    service = current_service()
    form = read_form(ReturnForm(), request.form)
    if not form.is_valid:
        return review_page(application_id, form), 422
    with _working_on(application_id) as session:
        return_application(
            session, application_id, form.values["return_reasons"], now=service.now()
        )
    return redirect("/certification/queue", 303)


@blueprint.post("/queue/<uuid:application_id>/decision")
@requires(CertificationPermission.DECIDE)
def record_decision(application_id: UUID) -> ResponseReturnValue:
    """Approve or deny; an approval issues the certificate."""
    service = current_service()
    form = read_form(DecisionSchema(), request.form)
    if not form.is_valid:
        return review_page(application_id, form), 422
    with _working_on(application_id) as session:
        decide(
            session,
            current_rules(CertificationRules),
            application_id,
            outcome=form.values["outcome"],
            reasons=form.values["reasons"],
            seen_version=form.values["version"],
            decided_by=get_principal().display_name,
            now=service.now(),
            today=service.today(),
        )
    return redirect(f"/certification/queue/{application_id}", 303)


def review_page(application_id: UUID, form: Form) -> str:
    """The page of an application under review, with what is wrong with a form of it."""
    with current_service().database.reading() as session:
        application = get_application_to_review(session, application_id)
        holds = queries.holds_on(session, [application.educator_id])
        return render_template(
            "certification/review.html",
            application=application,
            educator=queries.find_educator(session, application.educator_id),
            certificate=queries.find_certificate_of(session, application_id),
            certificates=queries.certificates_of(session, application.educator_id),
            orders=queries.orders_on(session, application.educator_id),
            is_held=application.educator_id in holds,
            held_since=holds.get(application.educator_id),
            work=find_panel(session, QUEUE, application_id),
            form=form,
        )


work = work_pages(QUEUE, review_page)
