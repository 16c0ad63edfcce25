"""JSON routes: send and read a report, read findings and a teacher's assignments."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.idempotency import Answer, answer_once, needs_key
from contracts.assignments import AssignmentsPermission
from services.assignments.access import (
    READERS,
    find_district,
    get_sender_district,
    refuse_unless_readable,
)
from services.assignments.domain.faults import ReportRefused
from services.assignments.domain.report import Report
from services.assignments.jurisdiction import AssignmentRules
from services.assignments.queries.findings import open_findings
from services.assignments.queries.staff import JudgedAssignment, get_staff_of, staff_sheet
from services.assignments.schemas import (
    DistrictQuerySchema,
    FindingListSchema,
    FindingQuerySchema,
    ReportFileSchema,
    ReportSchema,
    StaffSheetSchema,
)
from services.assignments.usecases import reports
from services.assignments.usecases.receiving import receive, take

blueprint = Blueprint("api", __name__, url_prefix="/assignments")


class ReportNotAccepted(InvalidInput):
    """A report has faults; nothing in it was stored."""

    title = translatable("The report was not accepted")
    advice = translatable(
        "Correct each fault in your system, then export the report and send it again."
    )


class DistrictNeeded(InvalidInput):
    """A person who may read every district must name one."""

    title = translatable("Name a district")


@blueprint.post("/api/reports")
@requires(AssignmentsPermission.REPORT)
@needs_key
@blueprint.arguments(ReportFileSchema, location="files", as_kwargs=True)
@blueprint.arguments(DistrictQuerySchema, location="query", as_kwargs=True)
@blueprint.response(201, ReportSchema)
def send_report(file: Any, district: UUID | None) -> dict[str, Any]:
    """Send a report; needs an Idempotency-Key."""
    service, principal = current_service(), get_principal()
    organization_id = get_sender_district(principal, district)
    try:
        received = receive(
            service.files, file.stream, file.filename or "the file", current_rules(AssignmentRules)
        )
        with service.database.transaction() as session:

            def accept() -> Answer:
                report = take(session, service, organization_id, received, principal.display_name)
                body: dict[str, Any] = ReportSchema().dump(report)
                return body, 201

            content = f"{organization_id} {received.file_digest}".encode()
            response, _ = answer_once(session, accept, content)
    except ReportRefused as refused:
        faults = [asdict(fault) for fault in refused.faults]
        raise ReportNotAccepted(
            {"faults": faults, "more": refused.more},
            translatable(
                "{count} faults were found, and nothing was stored.",
                count=f"{len(faults) + refused.more:,}",
            ),
        ) from refused
    return dict(ReportSchema().load(response))


@blueprint.get("/api/reports/<uuid:report_id>")
@requires(*READERS)
@blueprint.response(200, ReportSchema)
def show_report(report_id: UUID) -> Report:
    """One accepted report."""
    with current_service().database.reading() as session:
        report = reports.get_report(session, report_id)
    refuse_unless_readable(get_principal(), report.organization_id)
    return report


@blueprint.get("/api/findings")
@requires(*READERS)
@blueprint.arguments(FindingQuerySchema, location="query", as_kwargs=True)
@blueprint.response(200, FindingListSchema)
def list_findings(district: UUID | None, school: UUID | None, **filters: Any) -> dict[str, Any]:
    """The open findings of the caller's district; for an analyst, of any district or of all."""
    organization_id = find_district(get_principal(), district)
    with current_service().database.reading() as session:
        page = open_findings(session, organization_id, school_id=school, **filters)
    findings = [
        {
            **vars(finding),
            "next_step": finding.next_step,
            "teacher": staff,
            "course": course,
            "school": row_school,
            "assignment": assignment,
        }
        for finding, assignment, staff, course, row_school in page.items
    ]
    return {"findings": findings, "total": page.total, "page": page.number, "pages": page.pages}


@blueprint.get("/api/staff/<path:source_id>")
@requires(*READERS)
@blueprint.arguments(DistrictQuerySchema, location="query", as_kwargs=True)
@blueprint.response(200, StaffSheetSchema)
def show_staff(source_id: str, district: UUID | None) -> dict[str, Any]:
    """A teacher, by the id in the district's own system, with assignments judged as of today."""
    service = current_service()
    organization_id = find_district(get_principal(), district)
    if organization_id is None:
        raise DistrictNeeded({"district": ["Give the district's organization id."]})
    with service.database.reading() as session:
        staff = get_staff_of(session, organization_id, source_id)
        sheet = staff_sheet(
            session, current_rules(AssignmentRules).standard, staff, service.today()
        )
    return {
        "teacher": staff,
        "candidates": sheet.candidates,
        "assignments": [_judged(assignment) for assignment in sheet.assignments],
    }


def _judged(judged: JudgedAssignment) -> dict[str, Any]:
    return {
        **vars(judged.assignment),
        **vars(judged.judgment),
        "in_field": judged.judgment.in_field,
        "awaits_another_sender": judged.awaits_another_sender,
        "course": judged.course,
        "school": judged.school,
    }
