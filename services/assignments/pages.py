"""HTML routes: a district's reports, findings, teachers and courses, and the state's view."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from chassis.i18n.language import gettext as _
from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.charts import Bar, StackedBar
from chassis.web.forms import Form, read_form
from contracts.assignments import AssignmentsPermission, FindingReason
from services.assignments.access import (
    READERS,
    find_district,
    get_sender_district,
    refuse_unless_readable,
)
from services.assignments.domain.faults import ReportRefused
from services.assignments.domain.finding import ANOTHER_SENDER, MUST_LEAVE, REASONS
from services.assignments.domain.replicas import Organization
from services.assignments.formats.flat_columns import COLUMNS, TEMPLATE
from services.assignments.jurisdiction import AssignmentRules
from services.assignments.queries import districts
from services.assignments.queries.courses import courses_of
from services.assignments.queries.findings import (
    classes_to_leave,
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
    """A class's grades in words."""
    if assignment.lowest_grade is None or assignment.highest_grade is None:
        return _("ungraded")
    standard = current_rules(AssignmentRules).standard
    return _(standard.grade_span(assignment.lowest_grade, assignment.highest_grade))


@blueprint.app_context_processor
def shared() -> dict[str, Any]:
    """Template variables of all pages: the reasons' texts, and the district parameter of links."""
    return {"reasons": REASONS, "another_sender": ANOTHER_SENDER, "named": _named}


def _named(district: Organization) -> dict[str, UUID]:
    """The link parameters for a district: none for the reader's own."""
    own = get_principal().organizations(AssignmentsPermission.REPORT)[:1]
    return {} if own == (district.organization_id,) else {"district": district.organization_id}


@blueprint.get("/")
@requires(*READERS)
def home() -> ResponseReturnValue:
    """The district's home, or for an analyst the findings of every district."""
    service, principal = current_service(), get_principal()
    district_id = find_district(principal, _read(DistrictQuerySchema())["district"])
    with service.database.reading() as session:
        if district_id is None:
            return _state_page(session)
        calendar = current_rules(AssignmentRules).calendar
        by_reason = findings_by_reason(session, district_id)
        assignments = districts.count_assignments(session, district_id)
        return render_template(
            "assignments/home.html",
            district=districts.get_district(session, district_id),
            others=districts.districts_named(
                session, set(principal.organizations(AssignmentsPermission.REPORT)) - {district_id}
            ),
            reports=districts.reports_of(session, district_id),
            submissions=submissions.unfinished_submissions(session, district_id),
            assignments=assignments,
            findings=by_reason,
            to_leave=classes_to_leave(session, district_id),
            chart=_whole(assignments, by_reason),
            ending=certificates_ending(session, district_id, service.today()),
            school_year=calendar.school_year_of(service.today()),
            next_deadline=calendar.next_deadline(service.today()),
            missed_deadline=calendar.first_deadline_missed(service.today()),
            may_send=district_id in principal.organizations(AssignmentsPermission.REPORT),
        )


def _whole(assignments: int, by_reason: Mapping[FindingReason, int]) -> StackedBar:
    """How a district's assignments are divided, the gravest last."""
    must_leave = sum(by_reason.get(reason, 0) for reason in MUST_LEAVE)
    to_resolve = sum(by_reason.values())
    return StackedBar(
        "assignments",
        translatable("Assignments"),
        (translatable("State"), translatable("Assignments")),
        (
            Bar(translatable("in field"), assignments - to_resolve),
            Bar(translatable("to resolve"), to_resolve - must_leave, kind="warning"),
            Bar(translatable("whose teacher must leave the class"), must_leave, kind="error"),
        ),
    )


def _state_page(session: Session) -> str:
    """Every district: who is late comes first, then who has the largest share to resolve."""
    today = current_service().today()
    calendar = current_rules(AssignmentRules).calendar
    missed = calendar.first_deadline_missed(today)
    school_year = calendar.school_year_of(today)
    rows = districts.findings_by_district(session)
    late = {
        row.Organization.organization_id
        for row in rows
        if missed and (row.school_year is None or row.school_year < school_year)
    }
    return render_template(
        "assignments/state.html",
        rows=sorted(rows, key=lambda row: row.Organization.organization_id not in late),
        late=late,
        missed=missed,
        to_leave=classes_to_leave(session, None),
    )


@blueprint.get("/reports/new")
@requires(AssignmentsPermission.REPORT)
def new_report() -> ResponseReturnValue:
    """The form to send a report."""
    return _report_form(_sender_district())


@blueprint.get("/reports/assignments.csv")
@requires(AssignmentsPermission.REPORT)
def report_template() -> ResponseReturnValue:
    """The flat assignment file with a header only, to fill in."""
    return send_file(
        BytesIO(TEMPLATE), "text/csv", as_attachment=True, download_name="assignments.csv"
    )


@blueprint.post("/reports/new")
@requires(AssignmentsPermission.REPORT)
def send_report() -> ResponseReturnValue:
    """Store the file and redirect to the page that shows its progress."""
    service, district_id = current_service(), _sender_district()
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _report_form(
            district_id, Form().with_error("file", translatable("Choose the zip or CSV file."))
        )
    try:
        stored = service.files.keep(upload.stream)
    except InvalidInput as problem:
        return _report_form(district_id, Form(errors=dict(problem.errors)))
    with service.database.transaction() as session:
        submission = submissions.submit(
            session,
            organization_id=reports.get_reporting_district(session, district_id).organization_id,
            file_name=upload.filename,
            file_digest=stored.digest,
            sent_by=get_principal().display_name,
            now=service.now(),
        )
    return redirect(url_for("pages.submission", submission_id=submission.submission_id), 303)


@blueprint.get("/submissions/<uuid:submission_id>")
@requires(*READERS)
def submission(submission_id: UUID) -> ResponseReturnValue:
    """A submission's progress; at the end, the report or its faults."""
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
    """One accepted report: its contents and the findings."""
    with current_service().database.reading() as session:
        accepted = reports.get_report(session, report_id)
        refuse_unless_readable(get_principal(), accepted.organization_id)
        return render_template(
            "assignments/report.html",
            report=accepted,
            district=districts.get_district(session, accepted.organization_id),
            newest=districts.reports_of(session, accepted.organization_id, most=1)[0],
            assignments=districts.count_assignments(session, accepted.organization_id),
            findings=findings_by_reason(session, accepted.organization_id),
        )


@blueprint.get("/findings")
@requires(*READERS)
def findings() -> ResponseReturnValue:
    """A district's open findings, newest first."""
    filters = _read(FindingQuerySchema())
    district_id = find_district(get_principal(), filters["district"])
    if district_id is None:
        return redirect(url_for("pages.home"), 303)
    with current_service().database.reading() as session:
        page = open_findings(
            session,
            district_id,
            reason=filters["reason"],
            school_id=filters["school"],
            page=filters["page"],
        )
        return render_template(
            "assignments/findings.html",
            district=districts.get_district(session, district_id),
            page=page,
            filters=filters,
            by_reason=findings_by_reason(session, district_id),
            schools=schools_with_findings(session, district_id),
            candidates=candidates_for(session, [row.StaffMember for row in page.items]),
        )


@blueprint.get("/staff/<uuid:staff_id>")
@requires(*READERS)
def staff(staff_id: UUID) -> ResponseReturnValue:
    """A teacher and their assignments, judged as of today."""
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
    """A district's courses, and what each requires of its teachers."""
    service, query = current_service(), _read(PageQuerySchema())
    district_id = find_district(get_principal(), query["district"])
    if district_id is None:
        return redirect(url_for("pages.home"), 303)
    standard, today = current_rules(AssignmentRules).standard, service.today()
    with service.database.reading() as session:
        page = courses_of(session, district_id, query["page"])
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
    """The query parameters; raises `NotFound` for invalid ones."""
    form = read_form(schema, request.args)
    if not form.is_valid:
        raise NotFound(translatable("This address contains a value that is not valid."))
    return form.values
