"""An educator's home page: applications with their next step, certificates, a new application."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.problems import InvalidInput
from chassis.security.access import requires
from chassis.service import current_rules, current_service
from chassis.web.forms import Form, read_form
from contracts.certification import CertificationPermission
from services.certification import queries
from services.certification.access import own_educator_id
from services.certification.domain.status import OPEN
from services.certification.jurisdiction import CertificationRules
from services.certification.pages.holdings import card_of, orders_against
from services.certification.pages.offers import fees_in_words, offers_on
from services.certification.pages.progress import closing_of, moments_of, tasks_of
from services.certification.pages.words import area_options, type_options
from services.certification.schemas import ApplyForm
from services.certification.usecases import applications

blueprint = Blueprint("home", __name__, url_prefix="/certification")
blueprint.add_app_template_filter(orders_against, "orders_against")


@blueprint.app_context_processor
def what_is_shown() -> dict[str, Any]:
    """Template functions that show applications and certificates to their educator."""
    return {
        "card_of": card_of,
        "closing_of": closing_of,
        "moments_of": moments_of,
        "orders_against": orders_against,
        "tasks_of": tasks_of,
    }


@blueprint.get("/")
@requires(CertificationPermission.APPLY)
def home() -> ResponseReturnValue:
    """The educator's applications and certificates, and what to do next."""
    educator_id = own_educator_id()
    with current_service().database.reading() as session:
        applications = queries.applications_of(session, educator_id)
        return render_template(
            "certification/home.html",
            educator=queries.find_educator(session, educator_id),
            open=[application for application in applications if application.status in OPEN],
            over=[application for application in applications if application.status not in OPEN],
            certificates=queries.certificates_of(session, educator_id),
        )


@blueprint.get("/apply")
@requires(CertificationPermission.APPLY)
def choose() -> ResponseReturnValue:
    """The certificates to apply for; programs on record come first."""
    return _choices(Form())


@blueprint.post("/apply")
@requires(CertificationPermission.APPLY)
def apply() -> ResponseReturnValue:
    """Start the application."""
    service = current_service()
    form = read_form(ApplyForm(), request.form)
    if form.is_valid:
        try:
            with service.database.transaction() as session:
                application = applications.start_application(
                    session,
                    current_rules(CertificationRules),
                    educator_id=own_educator_id(),
                    now=service.now(),
                    today=service.today(),
                    **form.values,
                )
            return redirect(f"/certification/applications/{application.application_id}", 303)
        except InvalidInput as refusal:
            form = form.refused(refusal)
    return _choices(form), 422


def _choices(form: Form) -> str:
    service, educator_id = current_service(), own_educator_id()
    with service.database.reading() as session:
        programs = queries.programs_of(session, educator_id)
        applications = queries.applications_of(session, educator_id)
    offers = offers_on(service.today())
    return render_template(
        "certification/apply.html",
        form=form,
        programs=programs,
        open=[application for application in applications if application.status in OPEN],
        offers=offers,
        fees=fees_in_words(offers),
        types=type_options(),
        areas=area_options(),
    )
