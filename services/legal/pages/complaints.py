"""HTML routes: a superintendent files a complaint and follows it; legal's staff screen it."""

from pathlib import PurePath
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.problems import InvalidInput, NotFound
from chassis.security.access import requires
from chassis.security.own_matter import refuse_own_matter
from chassis.security.principal import Principal, get_principal
from chassis.service import current_rules, current_service
from chassis.web.forms import Form, read_form
from contracts.legal import LegalPermission
from services.legal import queries
from services.legal.access import CASE_READERS
from services.legal.domain.complaint import Complaint, Evidence
from services.legal.domain.people import Educator
from services.legal.jurisdiction import LegalRules
from services.legal.pages.words import progress
from services.legal.schemas import ComplaintForm, EducatorSearchForm, ScreeningForm
from services.legal.usecases import complaints, people

blueprint = Blueprint("complaints", __name__, url_prefix="/legal/complaints")


@blueprint.get("")
@requires(LegalPermission.COMPLAIN)
def index() -> ResponseReturnValue:
    """The district's complaints, newest first."""
    principal = get_principal()
    with current_service().database.reading() as session:
        rows = queries.complaints_of(
            session, principal.organizations(LegalPermission.COMPLAIN), principal.educator_id
        )
    return render_template(
        "legal/complaints.html",
        complaints=[(complaint, progress(complaint, case)) for complaint, case in rows],
        rules=current_rules(LegalRules),
    )


@blueprint.get("/new")
@requires(LegalPermission.COMPLAIN)
def new() -> ResponseReturnValue:
    """Start a complaint: find the educator."""
    return render_template(
        "legal/find_educator.html", form=Form(), educators=None, rules=current_rules(LegalRules)
    )


@blueprint.post("/new")
@requires(LegalPermission.COMPLAIN)
def find() -> ResponseReturnValue:
    """Educators by number or name; a POST keeps names out of URLs."""
    form = read_form(EducatorSearchForm(), request.form)
    educators = None if form.errors else _find_educators(**form.values)
    page = render_template(
        "legal/find_educator.html",
        form=form,
        educators=educators,
        rules=current_rules(LegalRules),
    )
    return page, 422 if form.errors else 200


@blueprint.get("/new/<uuid:educator_id>")
@requires(LegalPermission.COMPLAIN)
def describe(educator_id: UUID) -> ResponseReturnValue:
    """Continue a complaint: describe what happened."""
    return _complaint_page(educator_id, Form(raw={"form_id": str(new_id())}))


@blueprint.post("/new/<uuid:educator_id>")
@requires(LegalPermission.COMPLAIN)
def file(educator_id: UUID) -> ResponseReturnValue:
    """File the complaint; the same form sent twice leads to the same receipt."""
    service, principal = current_service(), get_principal()
    form = read_form(ComplaintForm(), request.form)
    if form.errors:
        return _complaint_page(educator_id, form)
    principal.refuse_unless_at(form.values["organization_id"], LegalPermission.COMPLAIN)
    try:
        evidence = _keep_documents()
        with service.database.transaction() as session:
            complaint = complaints.file_complaint(
                session,
                current_rules(LegalRules),
                **form.values,
                filed_by=principal.account_id,
                educator_id=educator_id,
                evidence=evidence,
                now=service.now(),
                today=service.today(),
            )
    except InvalidInput as refusal:
        return _complaint_page(educator_id, form.refused(refusal))
    return redirect(f"/legal/complaints/{complaint.complaint_id}/received", 303)


@blueprint.get("/<uuid:complaint_id>/received")
@requires(LegalPermission.COMPLAIN)
def received(complaint_id: UUID) -> ResponseReturnValue:
    """The receipt."""
    with current_service().database.reading() as session:
        complaint = complaints.get_complaint(session, complaint_id)
    refuse_unless_visible(get_principal(), complaint)
    return render_template(
        "legal/received.html", complaint=complaint, rules=current_rules(LegalRules)
    )


@blueprint.get("/<uuid:complaint_id>")
@requires(LegalPermission.COMPLAIN, *CASE_READERS)
def show(complaint_id: UUID) -> ResponseReturnValue:
    """The whole complaint, and the next steps for legal's staff."""
    principal = get_principal()
    with current_service().database.transaction() as session:
        complaint = complaints.read_complaint(session, complaint_id)
        refuse_unless_visible(principal, complaint)
        case = queries.find_case_of(session, complaint_id)
    grounds = current_rules(LegalRules).grounds_on(complaint.received_on)
    return render_template(
        "legal/complaint.html",
        complaint=complaint,
        case=case,
        progress=progress(complaint, case),
        grounds=[grounds[code] for code in complaint.suspected_grounds],
        is_staff=principal.may(LegalPermission.HANDLE_CASES),
        rules=current_rules(LegalRules),
    )


@blueprint.get("/<uuid:complaint_id>/documents/<uuid:document_id>")
@requires(LegalPermission.COMPLAIN, *CASE_READERS)
def document(complaint_id: UUID, document_id: UUID) -> Response:
    """One document of a complaint, always a download, never rendered on this site."""
    service = current_service()
    with service.database.transaction() as session:
        complaint = complaints.get_complaint(session, complaint_id)
        refuse_unless_visible(get_principal(), complaint)
        stored = complaints.read_document(session, complaint, document_id)
    return send_file(
        service.files.path_of(stored.digest),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=stored.name,
        max_age=0,
    )


@blueprint.post("/<uuid:complaint_id>/screening/begin")
@requires(LegalPermission.HANDLE_CASES)
def begin_screening(complaint_id: UUID) -> ResponseReturnValue:
    """Start screening the complaint."""
    with current_service().database.transaction() as session:
        complaints.begin_screening(session, complaint_id)
    return redirect(f"/legal/complaints/{complaint_id}/screening", 303)


@blueprint.get("/<uuid:complaint_id>/screening")
@requires(LegalPermission.HANDLE_CASES)
def screening(complaint_id: UUID) -> ResponseReturnValue:
    """The form to decide on the complaint."""
    with current_service().database.transaction() as session:
        complaint = complaints.read_complaint(session, complaint_id)
    return _screening_page(complaint, Form(raw={"grounds": complaint.suspected_grounds}))


@blueprint.post("/<uuid:complaint_id>/screening")
@requires(LegalPermission.HANDLE_CASES)
def screen(complaint_id: UUID) -> ResponseReturnValue:
    """Open a case on the complaint, or close it."""
    service = current_service()
    form = read_form(ScreeningForm(), request.form)
    if not form.errors:
        try:
            with service.database.transaction() as session:
                return redirect(_screen(session, complaint_id, form), 303)
        except InvalidInput as refusal:
            form = form.refused(refusal)
    with service.database.transaction() as session:
        complaint = complaints.read_complaint(session, complaint_id)
    return _screening_page(complaint, form)


def refuse_unless_visible(principal: Principal, complaint: Complaint) -> None:
    """Raise `NotFound` unless the person is on legal's staff or acts for the district."""
    of_district = complaint.organization_id in principal.organizations(LegalPermission.COMPLAIN)
    if not of_district and not principal.may(*CASE_READERS):
        raise NotFound(translatable("There is no such complaint."))


def _screen(session: Session, complaint_id: UUID, form: Form) -> str:
    today = current_service().today()
    if form.values["outcome"] == "insufficient_evidence":
        complaints.close_complaint(session, complaint_id, reason=form.values["reason"], today=today)
        return "/legal/cases"
    case = complaints.open_case(
        session,
        current_rules(LegalRules),
        complaint_id,
        grounds=form.values["grounds"],
        by=get_principal().display_name,
        today=today,
    )
    return f"/legal/cases/{case.case_id}"


def _find_educators(
    educator_number: str = "", last_name: str = "", first_name: str = ""
) -> list[Educator]:
    with current_service().database.reading() as session:
        if educator_number:
            educator = people.find_by_number(session, educator_number)
            return [educator] if educator else []
        return list(people.find_by_name(session, last_name, first_name))


def _keep_documents() -> list[Evidence]:
    files = current_service().files
    evidence = []
    for upload in request.files.getlist("documents"):
        if not upload.filename:
            continue
        name = PurePath(upload.filename).name[:200]
        try:
            stored = files.keep(upload.stream)
        except InvalidInput as refusal:
            messages = [
                translatable("{name}: {problem}", name=name, problem=text)
                for text in refusal.errors["file"]
            ]
            raise InvalidInput({"documents": messages}) from refusal
        evidence.append(Evidence(name, stored.digest, stored.size))
    return evidence


def _complaint_page(educator_id: UUID, form: Form) -> ResponseReturnValue:
    service, principal = current_service(), get_principal()
    refuse_own_matter(educator_id)
    if form.errors and any(upload.filename for upload in request.files.getlist("documents")):
        form = form.with_error(
            "documents", translatable("Choose the documents again; the browser did not keep them.")
        )
    with service.database.reading() as session:
        educator = people.get_educator(session, educator_id)
        districts = [
            people.get_organization(session, organization_id)
            for organization_id in principal.organizations(LegalPermission.COMPLAIN)
        ]
    page = render_template(
        "legal/new_complaint.html",
        form=form,
        educator=educator,
        districts=districts,
        grounds=current_rules(LegalRules).grounds_on(service.today()),
        rules=current_rules(LegalRules),
    )
    return page, 422 if form.errors else 200


def _screening_page(complaint: Complaint, form: Form) -> ResponseReturnValue:
    page = render_template(
        "legal/screening.html",
        form=form,
        complaint=complaint,
        grounds=current_rules(LegalRules).grounds_on(current_service().today()),
    )
    return page, 422 if form.errors else 200
