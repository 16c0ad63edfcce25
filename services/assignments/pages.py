"""HTML routes: a district's reports, findings, teachers and courses, and the state's view."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from chassis.i18n.language import gettext as _
from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.charts import Bar, bar_chart
from chassis.web.forms import Form, read_form
from contracts.identity import Role
from services.assignments.access import (
    READERS,
    SENDERS,
    find_district,
    get_sender_district,
    refuse_unless_readable,
)
from services.assignments.domain.faults import ReportRefused
from services.assignments.domain.finding import REASONS
from services.assignments.domain.judging import grade_span
from services.assignments.domain.known import Organization
from services.assignments.formats.flat_columns import COLUMNS, TEMPLATE
from services.assignments.jurisdiction import AssignmentRules
from services.assignments.queries import districts
from services.assignments.queries.courses import courses_of
from services.assignments.queries.findings import (
    findings_by_reason,
    open_findings,
    schools_with_findings,
)
from services.assignments.queries.staff import (
    candidates_for,
    certificates_ending,
    get_staff,
    staff_sheet,
)
from services.assignments.schemas import DistrictQuerySchema, FindingQuerySchema, PageQuerySchema
from services.assignments.usecases import reports, submissions

blueprint = Blueprint("pages", __name__, url_prefix="/assignments")


@blueprint.app_template_filter("grades")
def grades(assignment: Any) -> str:
    """The grades of a class in words."""
    if assignment.lowest_grade is None or assignment.highest_grade is None:
        return _("ungraded")
    return _(grade_span(assignment.lowest_grade, assignment.highest_grade))


@blueprint.app_context_processor
def shared() -> dict[str, Any]:
    """What all pages of a district share: the reasons in words, and how links name the district."""
    return {"reasons": REASONS, "named": _named}


def _named(district: Organization) -> dict[str, UUID]:
    """What an address must say for the reader to come to this district: nothing for their own."""
    own = get_principal().organizations(*SENDERS)[:1]
    return {} if own == (district.organization_id,) else {"district": district.organization_id}


@blueprint.get("/")
@requires(*READERS)
def home() -> ResponseReturnValue:
    """The district's home, or for an analyst the findings of every district."""
    service, principal = current_service(), get_principal()
    district_id = find_district(principal, _read(DistrictQuerySchema())["district"])
    with service.database.reading() as session:
        if district_id is None:
            rows = districts.findings_by_district(session)
            return render_template("assignments/state.html", rows=rows)
        calendar = current_rules(AssignmentRules).calendar
        by_reason = findings_by_reason(session, district_id)
        return render_template(
            "assignments/home.html",
            district=districts.get_district(session, district_id),
            others=districts.districts_named(
                session, set(principal.organizations(*SENDERS)) - {district_id}
            ),
            reports=districts.reports_of(session, district_id),
            submissions=submissions.unfinished_submissions(session, district_id),
            assignments=districts.count_assignments(session, district_id),
            findings=by_reason,
            chart=bar_chart(
                "reasons",
                translatable("Why assignments are out of field"),
                (translatable("Reason"), translatable("Assignments")),
                [Bar(REASONS[reason].title, count) for reason, count in by_reason.items()],
            ),
            ending=certificates_ending(session, district_id, service.today()),
            school_year=calendar.school_year_of(service.today()),
            next_deadline=calendar.next_deadline(service.today()),
            missed_deadline=calendar.first_deadline_missed(service.today()),
            may_send=district_id in principal.organizations(*SENDERS),
        )


@blueprint.get("/reports/new")
@requires(Role.SUPERINTENDENT, Role.ASSIGNMENT_COORDINATOR)
def new_report() -> ResponseReturnValue:
    """The form to send a report."""
    return _report_form(_sender_district())


@blueprint.get("/reports/assignments.csv")
@requires(Role.SUPERINTENDENT, Role.ASSIGNMENT_COORDINATOR)
def report_template() -> ResponseReturnValue:
    """The flat assignment file without any row, to be filled in."""
    return send_file(
        BytesIO(TEMPLATE), "text/csv", as_attachment=True, download_name="assignments.csv"
    )


@blueprint.post("/reports/new")
@requires(Role.SUPERINTENDENT, Role.ASSIGNMENT_COORDINATOR)
def send_report() -> ResponseReturnValue:
    """Keep the file and lead to where one sees what becomes of it."""
    service, district_id = current_service(), _sender_district()
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _report_form(
            district_id, Form().with_error("file", translatable("Choose the zip or CSV file."))
        )
    try:
        kept = service.files.keep(upload.stream)
    except InvalidInput as problem:
        return _report_form(district_id, Form(errors=dict(problem.errors)))
    with service.database.transaction() as session:
        submission = submissions.submit(
            session,
            organization_id=reports.get_reporting_district(session, district_id).organization_id,
            file_name=upload.filename,
            file_digest=kept.digest,
            sent_by=get_principal().display_name,
            now=service.now(),
        )
    return redirect(url_for("pages.submission", submission_id=submission.submission_id), 303)


@blueprint.get("/submissions/<uuid:submission_id>")
@requires(*READERS)
def submission(submission_id: UUID) -> ResponseReturnValue:
    """How far a sent file has come; at the end the report, or each fault."""
    with current_service().database.reading() as session:
        sent = submissions.get_submission(session, submission_id)
        refuse_unless_readable(get_principal(), sent.organization_id)
        district = districts.get_district(session, sent.organization_id)
    if sent.report_id is not None:
        return redirect(url_for("pages.report", report_id=sent.report_id), 303)
    if sent.is_on_its_way:
        return render_template("assignments/submission.html", submission=sent, district=district)
    return _report_form(sent.organization_id, None, sent.refusal, sent.file_name)


def _sender_district() -> UUID:
    return get_sender_district(get_principal(), _read(DistrictQuerySchema())["district"])


def _report_form(
    district_id: UUID,
    form: Form | None = None,
    refused: ReportRefused | None = None,
    file_name: str = "",
) -> ResponseReturnValue:
    with current_service().database.reading() as session:
        district = districts.get_district(session, district_id)
    page = render_template(
        "assignments/new_report.html",
        district=district,
        form=form or Form(),
        refused=refused,
        file_name=file_name,
        columns=COLUMNS,
        populations=current_rules(AssignmentRules).standard.populations,
    )
    return page, 422 if form else 200


@blueprint.get("/reports/<uuid:report_id>")
@requires(*READERS)
def report(report_id: UUID) -> ResponseReturnValue:
    """One accepted report: what it held, and what came of it."""
    with current_service().database.reading() as session:
        shown = reports.get_report(session, report_id)
        refuse_unless_readable(get_principal(), shown.organization_id)
        return render_template(
            "assignments/report.html",
            report=shown,
            district=districts.get_district(session, shown.organization_id),
            newest=districts.reports_of(session, shown.organization_id, most=1)[0],
            assignments=districts.count_assignments(session, shown.organization_id),
            findings=findings_by_reason(session, shown.organization_id),
        )


@blueprint.get("/findings")
@requires(*READERS)
def findings() -> ResponseReturnValue:
    """A district's findings to resolve, newest first."""
    wanted = _read(FindingQuerySchema())
    district_id = find_district(get_principal(), wanted["district"])
    if district_id is None:
        return redirect(url_for("pages.home"), 303)
    with current_service().database.reading() as session:
        page = open_findings(
            session,
            district_id,
            reason=wanted["reason"],
            school_id=wanted["school"],
            page=wanted["page"],
        )
        return render_template(
            "assignments/findings.html",
            district=districts.get_district(session, district_id),
            page=page,
            wanted=wanted,
            by_reason=findings_by_reason(session, district_id),
            schools=schools_with_findings(session, district_id),
            candidates=candidates_for(session, [row.StaffMember for row in page.items]),
        )


@blueprint.get("/staff/<uuid:staff_id>")
@requires(*READERS)
def staff(staff_id: UUID) -> ResponseReturnValue:
    """A teacher and all that they are assigned to, judged as of today."""
    service = current_service()
    with service.database.reading() as session:
        teacher = get_staff(session, staff_id)
        refuse_unless_readable(get_principal(), teacher.organization_id)
        return render_template(
            "assignments/staff.html",
            sheet=staff_sheet(
                session, current_rules(AssignmentRules).standard, teacher, service.today()
            ),
            district=districts.get_district(session, teacher.organization_id),
        )


@blueprint.get("/courses")
@requires(*READERS)
def courses() -> ResponseReturnValue:
    """A district's courses, and what each asks of its teachers."""
    service, wanted = current_service(), _read(PageQuerySchema())
    district_id = find_district(get_principal(), wanted["district"])
    if district_id is None:
        return redirect(url_for("pages.home"), 303)
    standard, today = current_rules(AssignmentRules).standard, service.today()
    with service.database.reading() as session:
        page = courses_of(session, district_id, wanted["page"])
        return render_template(
            "assignments/courses.html",
            district=districts.get_district(session, district_id),
            page=page,
            requirements={
                row.Course.course_id: standard.find_requirement(
                    row.Course.codes, row.Course.subjects, today, row.Course.population
                )
                for row in page.items
            },
        )


def _read(schema: DistrictQuerySchema) -> dict[str, Any]:
    """What the address asks for; raises `NotFound` for what cannot be."""
    form = read_form(schema, request.args)
    if not form.is_valid:
        raise NotFound(translatable("This address asks for something that cannot be."))
    return form.values
