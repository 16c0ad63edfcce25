"""A preparation provider's candidates: admission, exit, and recommendation."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.problems import InvalidInput
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.forms import Form, read_form
from chassis.web.paging import page_asked_for
from contracts.certification import CertificationPermission
from services.certification import queries
from services.certification.access import PROVIDERS, own_providers
from services.certification.jurisdiction import CertificationRules
from services.certification.pages.words import (
    area_options,
    type_options,
)
from services.certification.schemas import AdmissionForm, CompletionForm
from services.certification.usecases import programs

blueprint = Blueprint("candidates", __name__, url_prefix="/certification")


@blueprint.get("/candidates")
@requires(*PROVIDERS)
def candidates() -> ResponseReturnValue:
    """The provider's candidates; recommendations due come first."""
    with current_service().database.reading() as session:
        providers = own_providers(*PROVIDERS)
        page = queries.candidates_of(session, providers, page_asked_for())
        due = queries.recommendations_due(session, providers)
    return render_template("certification/candidates.html", candidates=page, due=due)


@blueprint.get("/candidates/admit")
@requires(CertificationPermission.ADMIT)
def admission_form() -> ResponseReturnValue:
    """The form for an admission."""
    return _admission_page(Form())


@blueprint.post("/candidates/admit")
@requires(CertificationPermission.ADMIT)
def admit() -> ResponseReturnValue:
    """Record the admission."""
    service = current_service()
    form = read_form(AdmissionForm(service.place.educator_number_label), request.form)
    if form.is_valid:
        organization_id = form.values.pop("organization_id") or _admitting_providers()[0]
        get_principal().refuse_unless_at(organization_id, CertificationPermission.ADMIT)
        try:
            with service.database.transaction() as session:
                admission = programs.record_admission(
                    session,
                    current_rules(CertificationRules),
                    organization_id=organization_id,
                    today=service.today(),
                    **form.values,
                )
            return redirect(f"/certification/candidates/{admission.admission_id}", 303)
        except InvalidInput as refusal:
            form = form.refused(refusal)
    return _admission_page(form), 422


def _admitting_providers() -> tuple[UUID, ...]:
    return own_providers(CertificationPermission.ADMIT)


def _admission_page(form: Form) -> str:
    with current_service().database.reading() as session:
        providers = queries.names_of_providers(session, _admitting_providers())
    return render_template(
        "certification/admission.html",
        form=form,
        providers=providers,
        types=type_options(),
        areas=area_options(),
    )


@blueprint.get("/candidates/<uuid:admission_id>")
@requires(*PROVIDERS)
def candidate(admission_id: UUID) -> ResponseReturnValue:
    """One candidate, with the possible next steps."""
    return _candidate_page(admission_id, Form())


@blueprint.post("/candidates/<uuid:admission_id>/completion")
@requires(CertificationPermission.ADMIT)
def complete(admission_id: UUID) -> ResponseReturnValue:
    """Record the exit as completer."""
    service = current_service()
    form = read_form(CompletionForm(), request.form)
    if form.is_valid:
        try:
            with service.database.transaction() as session:
                programs.record_completion(
                    session,
                    admission_id,
                    _admitting_providers(),
                    completed_on=form.values["completed_on"],
                    today=service.today(),
                )
            return redirect(f"/certification/candidates/{admission_id}", 303)
        except InvalidInput as refusal:
            form = form.refused(refusal)
    return _candidate_page(admission_id, form), 422


@blueprint.post("/candidates/<uuid:admission_id>/recommendations/<uuid:application_id>")
@requires(CertificationPermission.RECOMMEND)
def recommend(admission_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Recommend the candidate for the certificate they applied for."""
    service = current_service()
    with service.database.transaction() as session:
        programs.recommend(
            session,
            current_rules(CertificationRules),
            admission_id,
            own_providers(CertificationPermission.RECOMMEND),
            application_id,
            now=service.now(),
            today=service.today(),
        )
    return redirect(f"/certification/candidates/{admission_id}", 303)


def _candidate_page(admission_id: UUID, form: Form) -> str:
    with current_service().database.reading() as session:
        admission = programs.get_own_admission(session, admission_id, own_providers(*PROVIDERS))
        return render_template(
            "certification/candidate.html",
            admission=admission,
            educator=queries.find_educator(session, admission.educator_id),
            due=queries.recommendations_due(session, own_providers(*PROVIDERS), admission_id),
            form=form,
        )
