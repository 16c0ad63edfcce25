"""Selects that show: a district's findings, staff, courses and reports, and the state's view."""

from services.assignments.queries.courses import courses_of
from services.assignments.queries.districts import (
    announcements,
    count_assignments,
    districts_named,
    findings_by_district,
    get_district,
    reports_of,
)
from services.assignments.queries.findings import (
    findings_by_reason,
    open_findings,
    schools_with_findings,
)
from services.assignments.queries.page import Page
from services.assignments.queries.staff import (
    ENDS_SOON,
    EndingCertificate,
    JudgedAssignment,
    StaffSheet,
    candidates_for,
    certificates_ending,
    get_staff,
    get_staff_of,
    staff_sheet,
)

__all__ = [
    "ENDS_SOON",
    "EndingCertificate",
    "JudgedAssignment",
    "Page",
    "StaffSheet",
    "announcements",
    "candidates_for",
    "certificates_ending",
    "count_assignments",
    "courses_of",
    "districts_named",
    "findings_by_district",
    "findings_by_reason",
    "get_district",
    "get_staff",
    "get_staff_of",
    "open_findings",
    "reports_of",
    "schools_with_findings",
    "staff_sheet",
]
