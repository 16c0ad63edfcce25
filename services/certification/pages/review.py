"""The agency's queue, and one application under review: verify, return, decide."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from chassis.i18n.language import format_weekday
from chassis.i18n.language import gettext as _
from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.charts import Bar, BarChart, bar_chart
from chassis.web.forms import Form, read_form
from chassis.web.paging import page_asked_for
from contracts.certification import CertificationPermission
from services.certification import queries
from services.certification.access import REVIEWERS
from services.certification.domain.element import ElementKind
from services.certification.domain.standing import ActionBy
from services.certification.jurisdiction import CertificationRules
from services.certification.pages.words import (
    actor_words,
    type_options,
)
from services.certification.schemas import CheckForm, DecisionSchema, ReturnForm
from services.certification.usecases.review import (
    decide,
    get_application_to_review,
    reject_element,
    return_application,
    verify_element,
)

blueprint = Blueprint("review", __name__, url_prefix="/certification")


@blueprint.get("/queue")
@requires(*REVIEWERS)
def queue() -> ResponseReturnValue:
    """The applications waiting for the agency, longest wait first."""
    waiting_for = request.args.get("waiting_for", "")
    certificate_type = request.args.get("certificate_type", "")
    with current_service().database.reading() as session:
        page = queries.queue(
            session,
            get_principal().educator_id,
            waiting_for=ActionBy(waiting_for) if waiting_for in ("agency", "legal") else None,
            certificate_type=certificate_type or None,
            page=page_asked_for(),
        )
        holds = queries.holds_on(session, [application.educator_id for application in page.items])
        charts = _charts(session)
    return render_template(
        "certification/queue.html",
        page=page,
        holds=holds,
        filters={"waiting_for": waiting_for, "certificate_type": certificate_type},
        types=type_options(),
        charts=charts,
    )


def _charts(session: Session) -> list[BarChart]:
    """Charts: the age of the queue, who must act, and the last week's work."""
    service = current_service()
    young, older, oldest = queries.queue_by_age(session, service.now())
    week, month = queries.UP_TO_DAYS
    waiting = queries.waiting_by_actor(session)
    week_of_work = queries.week_of_work(session, service.today())
    return [
        bar_chart(
            "ages",
            translatable("How long submitted applications have been waiting"),
            (translatable("Waiting"), translatable("Applications")),
            (
                Bar(translatable("Up to {count} days", count=week), young),
                Bar(
                    translatable("{first} to {last} days", first=week, last=month),
                    older,
                    kind="warning",
                ),
                Bar(translatable("More than {count} days", count=month), oldest, kind="error"),
            ),
        ),
        bar_chart(
            "actors",
            translatable("Who must act"),
            (translatable("Who"), translatable("Applications")),
            [
                Bar(actor_words(actor, _("The applicant (returned)")), count)
                for actor, count in waiting.items()
            ],
        ),
        bar_chart(
            "submitted",
            translatable("Submitted in the last seven days"),
            (translatable("Day"), translatable("Submitted")),
            [Bar(format_weekday(work.day), work.submitted) for work in week_of_work],
        ),
        bar_chart(
            "decided",
            translatable("Decided in the last seven days"),
            (translatable("Day"), translatable("Decided")),
            [Bar(format_weekday(work.day), work.decided) for work in week_of_work],
        ),
    ]


@blueprint.get("/queue/<uuid:application_id>")
@requires(*REVIEWERS)
def review(application_id: UUID) -> ResponseReturnValue:
    """One application under review."""
    return _review_page(application_id, Form())


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
    with service.database.transaction() as session:
        act(session, application_id, ElementKind(kind), form.values["note"], now=service.now())
    return redirect(f"/certification/queue/{application_id}#{kind}", 303)


@blueprint.post("/queue/<uuid:application_id>/return")
@requires(CertificationPermission.REVIEW)
def send_back(application_id: UUID) -> ResponseReturnValue:
    """Return the application to the applicant."""
    service = current_service()
    form = read_form(ReturnForm(), request.form)
    if not form.is_valid:
        return _review_page(application_id, form), 422
    with service.database.transaction() as session:
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
        return _review_page(application_id, form), 422
    with service.database.transaction() as session:
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


def _review_page(application_id: UUID, form: Form) -> str:
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
            form=form,
        )
