"""The applicant's forms, one per application element."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound
from chassis.security.access import requires
from chassis.service import current_rules, current_service
from chassis.web.forms import Form, read_form
from contracts.certification import CertificationPermission
from services.certification import queries
from services.certification.access import own_educator_id
from services.certification.adapters.uploads import ACCEPTED, keep_copy
from services.certification.domain.answers import Assessment, Degree
from services.certification.domain.application import Application
from services.certification.domain.element import ElementKind
from services.certification.jurisdiction import CertificationRules
from services.certification.pages.application import address_of
from services.certification.schemas import (
    AssessmentForm,
    DegreeForm,
    LicenseForm,
    fitness_schema,
)
from services.certification.usecases import applications
from services.certification.usecases.elements import ApplicationEditor

blueprint = Blueprint("elements", __name__, url_prefix="/certification")

Edit = Callable[[ApplicationEditor], None]


def _get_editable(application_id: UUID, kind: ElementKind) -> Application:
    with current_service().database.reading() as session:
        application = applications.get_own_application(session, application_id, own_educator_id())
    application.refuse_unless_editable(kind)
    return application


def _edit(application_id: UUID, edit: Edit) -> None:
    service = current_service()
    with service.database.transaction() as session:
        edit(
            ApplicationEditor.of(
                session,
                current_rules(CertificationRules),
                application_id,
                own_educator_id(),
                now=service.now(),
                today=service.today(),
            )
        )


@blueprint.get("/applications/<uuid:application_id>/license")
@requires(CertificationPermission.APPLY)
def license_form(application_id: UUID) -> ResponseReturnValue:
    """The form for another state's license."""
    return _license_page(application_id, Form())


@blueprint.post("/applications/<uuid:application_id>/license")
@requires(CertificationPermission.APPLY)
def save_license(application_id: UUID) -> ResponseReturnValue:
    """Save the copy of the license, or the statement that there never was one."""
    _get_editable(application_id, ElementKind.OUT_OF_STATE_LICENSE)
    form = read_form(LicenseForm(), request.form)
    if form.is_valid:
        try:
            _edit(application_id, _license_edit(form))
            return redirect(address_of(application_id), 303)
        except InvalidInput as refusal:
            form = form.refused(refusal)
    return _license_page(application_id, form), 422


def _license_edit(form: Form) -> Edit:
    if form.values["held"] == "no":
        return lambda editor: editor.declare_no_license()
    # The copy is stored before the transaction begins, so that no lock waits for an upload.
    copy = keep_copy(current_service().files, request.files.get("file"))
    return lambda editor: editor.save_license(form.values["issuing_state"], copy)


def _license_page(application_id: UUID, form: Form) -> str:
    return render_template(
        "certification/license.html",
        application=_get_editable(application_id, ElementKind.OUT_OF_STATE_LICENSE),
        form=form,
        accepted=ACCEPTED,
    )


@blueprint.get("/applications/<uuid:application_id>/degrees")
@requires(CertificationPermission.APPLY)
def degrees(application_id: UUID) -> ResponseReturnValue:
    """The degrees listed so far, and the form for another."""
    return _degrees_page(application_id, Form(), None)


@blueprint.post("/applications/<uuid:application_id>/degrees")
@requires(CertificationPermission.APPLY)
def add_degree(application_id: UUID) -> ResponseReturnValue:
    """List another degree."""
    return _put_degree(application_id, None)


@blueprint.get("/applications/<uuid:application_id>/degrees/<int:number>")
@requires(CertificationPermission.APPLY)
def degree(application_id: UUID, number: int) -> ResponseReturnValue:
    """The form to change a listed degree."""
    application = _get_editable(application_id, ElementKind.DEGREES)
    listed = _entry_at(application.element(ElementKind.DEGREES).degrees, number)
    return _degrees_page(application_id, Form(raw=vars(listed)), number)


@blueprint.post("/applications/<uuid:application_id>/degrees/<int:number>")
@requires(CertificationPermission.APPLY)
def change_degree(application_id: UUID, number: int) -> ResponseReturnValue:
    """Save a change to a listed degree."""
    return _put_degree(application_id, number)


@blueprint.post("/applications/<uuid:application_id>/degrees/<int:number>/remove")
@requires(CertificationPermission.APPLY)
def remove_degree(application_id: UUID, number: int) -> ResponseReturnValue:
    """Remove a degree from the list."""
    _edit(application_id, lambda editor: editor.remove_degree(number))
    return redirect(f"{address_of(application_id)}/degrees", 303)


def _put_degree(application_id: UUID, number: int | None) -> ResponseReturnValue:
    form, is_saved = _put(
        application_id,
        DegreeForm(),
        lambda editor, values: editor.put_degree(Degree(**values), number),
    )
    if is_saved:
        return redirect(f"{address_of(application_id)}/degrees", 303)
    return _degrees_page(application_id, form, number), 422


def _degrees_page(application_id: UUID, form: Form, number: int | None) -> str:
    return render_template(
        "certification/degrees.html",
        application=_get_editable(application_id, ElementKind.DEGREES),
        form=form,
        number=number,
    )


@blueprint.get("/applications/<uuid:application_id>/assessments")
@requires(CertificationPermission.APPLY)
def assessments(application_id: UUID) -> ResponseReturnValue:
    """The tests listed so far, and the form for another."""
    return _assessments_page(application_id, Form(), None)


@blueprint.post("/applications/<uuid:application_id>/assessments")
@requires(CertificationPermission.APPLY)
def add_assessment(application_id: UUID) -> ResponseReturnValue:
    """List another test."""
    return _put_assessment(application_id, None)


@blueprint.get("/applications/<uuid:application_id>/assessments/<int:number>")
@requires(CertificationPermission.APPLY)
def assessment(application_id: UUID, number: int) -> ResponseReturnValue:
    """The form to change a listed test."""
    application = _get_editable(application_id, ElementKind.ASSESSMENTS)
    listed = _entry_at(application.element(ElementKind.ASSESSMENTS).assessments, number)
    return _assessments_page(application_id, Form(raw=vars(listed)), number)


@blueprint.post("/applications/<uuid:application_id>/assessments/<int:number>")
@requires(CertificationPermission.APPLY)
def change_assessment(application_id: UUID, number: int) -> ResponseReturnValue:
    """Save a change to a listed test."""
    return _put_assessment(application_id, number)


@blueprint.post("/applications/<uuid:application_id>/assessments/<int:number>/remove")
@requires(CertificationPermission.APPLY)
def remove_assessment(application_id: UUID, number: int) -> ResponseReturnValue:
    """Remove a test from the list."""
    _edit(application_id, lambda editor: editor.remove_assessment(number))
    return redirect(f"{address_of(application_id)}/assessments", 303)


@blueprint.post("/applications/<uuid:application_id>/assessments/none")
@requires(CertificationPermission.APPLY)
def declare_no_assessments(application_id: UUID) -> ResponseReturnValue:
    """Record the statement that no test is required."""
    _edit(application_id, lambda editor: editor.declare_no_assessments())
    return redirect(address_of(application_id), 303)


def _put_assessment(application_id: UUID, number: int | None) -> ResponseReturnValue:
    form, is_saved = _put(
        application_id,
        AssessmentForm(),
        lambda editor, values: editor.put_assessment(Assessment(**values), number),
    )
    if is_saved:
        return redirect(f"{address_of(application_id)}/assessments", 303)
    return _assessments_page(application_id, form, number), 422


def _assessments_page(application_id: UUID, form: Form, number: int | None) -> str:
    return render_template(
        "certification/assessments.html",
        application=_get_editable(application_id, ElementKind.ASSESSMENTS),
        form=form,
        number=number,
    )


def _put(
    application_id: UUID,
    schema: Schema,
    edit: Callable[[ApplicationEditor, dict[str, Any]], None],
) -> tuple[Form, bool]:
    """Save the submitted form if it is valid; return it, and whether it was saved."""
    form = read_form(schema, request.form)
    if not form.is_valid:
        return form, False
    try:
        _edit(application_id, lambda editor: edit(editor, form.values))
    except InvalidInput as refusal:
        return form.refused(refusal), False
    return form, True


def _entry_at(entries: list[Any], number: int) -> Any:
    if number >= len(entries):
        raise NotFound(translatable("This is no longer on your list."))
    return entries[number]


@blueprint.get("/applications/<uuid:application_id>/fitness")
@requires(CertificationPermission.APPLY)
def fitness(application_id: UUID) -> ResponseReturnValue:
    """The character and fitness questions."""
    application = _get_editable(application_id, ElementKind.CHARACTER_AND_FITNESS)
    saved: dict[str, str] = {}
    for answer in application.element(ElementKind.CHARACTER_AND_FITNESS).fitness_answers:
        saved[answer.key] = "yes" if answer.is_yes else "no"
        saved[f"{answer.key}_explanation"] = answer.explanation
    return _fitness_page(application_id, Form(raw=saved))


@blueprint.post("/applications/<uuid:application_id>/fitness")
@requires(CertificationPermission.APPLY)
def sign_fitness(application_id: UUID) -> ResponseReturnValue:
    """Save the signed answers."""
    form, is_saved = _put(
        application_id, fitness_schema(current_rules(CertificationRules).fitness_questions), _sign
    )
    if is_saved:
        return redirect(address_of(application_id), 303)
    return _fitness_page(application_id, form), 422


def _sign(editor: ApplicationEditor, values: dict[str, Any]) -> None:
    answers = {
        question.key: (values[question.key] == "yes", values[f"{question.key}_explanation"])
        for question in current_rules(CertificationRules).fitness_questions
    }
    editor.sign_fitness(answers, values["signature"])


def _fitness_page(application_id: UUID, form: Form) -> str:
    application = _get_editable(application_id, ElementKind.CHARACTER_AND_FITNESS)
    with current_service().database.reading() as session:
        educator = queries.find_educator(session, application.educator_id)
    return render_template(
        "certification/fitness.html", application=application, form=form, educator=educator
    )
