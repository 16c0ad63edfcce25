"""An applicant's application: its elements, submission and withdrawal."""

from contextlib import suppress
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from chassis.i18n.text import translatable
from chassis.problems import NotFound
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.forms import Form, read_form
from contracts.certification import CertificationPermission
from services.certification import queries
from services.certification.access import (
    READERS,
    own_educator_id,
    refuse_unless_application_visible,
)
from services.certification.domain.element import ElementKind
from services.certification.domain.refusals import AlreadySubmitted
from services.certification.jurisdiction import CertificationRules
from services.certification.schemas import SubmitForm
from services.certification.usecases import applications

blueprint = Blueprint("application", __name__, url_prefix="/certification")


def address_of(application_id: UUID) -> str:
    """The path of the applicant's page for an application."""
    return f"/certification/applications/{application_id}"


@blueprint.get("/applications/<uuid:application_id>")
@requires(CertificationPermission.APPLY)
def application(application_id: UUID) -> ResponseReturnValue:
    """Every element of the application: its state, who must act, and since when."""
    with current_service().database.reading() as session:
        return render_template(
            "certification/application.html",
            application=applications.get_own_application(
                session, application_id, own_educator_id()
            ),
            certificate=queries.find_certificate_of(session, application_id),
        )


@blueprint.get("/applications/<uuid:application_id>/submit")
@requires(CertificationPermission.APPLY)
def confirm_submission(application_id: UUID) -> ResponseReturnValue:
    """Review everything before submitting."""
    return _confirmation(application_id, Form())


@blueprint.post("/applications/<uuid:application_id>/submit")
@requires(CertificationPermission.APPLY)
def submit(application_id: UUID) -> ResponseReturnValue:
    """Submit the application; a second click leads to the same page."""
    service, rules = current_service(), current_rules(CertificationRules)
    form = read_form(SubmitForm(), request.form)
    if not form.is_valid:
        return _confirmation(application_id, form), 422
    with suppress(AlreadySubmitted), service.database.transaction() as session:
        applications.submit_application(
            session,
            application_id,
            own_educator_id(),
            due_on=rules.service_level.due_on(service.place, service.today()),
            now=service.now(),
            today=service.today(),
        )
    return redirect(address_of(application_id), 303)


def _confirmation(application_id: UUID, form: Form) -> str:
    with current_service().database.reading() as session:
        own = applications.get_own_application(session, application_id, own_educator_id())
    own.refuse_unless_submittable()
    return render_template("certification/submit.html", application=own, form=form)


@blueprint.post("/applications/<uuid:application_id>/withdraw")
@requires(CertificationPermission.APPLY)
def withdraw(application_id: UUID) -> ResponseReturnValue:
    """Withdraw the application."""
    service = current_service()
    with service.database.transaction() as session:
        applications.withdraw_application(
            session, application_id, own_educator_id(), now=service.now()
        )
    return redirect(address_of(application_id), 303)


@blueprint.get("/applications/<uuid:application_id>/license/copy")
@requires(*READERS)
def license_copy(application_id: UUID) -> Response:
    """The uploaded copy of another state's license, for the applicant and the agency."""
    service = current_service()
    with service.database.reading() as session:
        shown = applications.get_application(session, application_id)
    refuse_unless_application_visible(get_principal(), shown)
    copy = shown.element(ElementKind.OUT_OF_STATE_LICENSE).license_copy
    if copy is None:
        raise NotFound(translatable("No copy of a license was uploaded."))
    return send_file(
        service.files.path_of(copy.digest),
        mimetype=copy.media_type,
        as_attachment=True,
        download_name=copy.file_name,
    )
