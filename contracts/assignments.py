"""The facts of assignments: accepted reports, and out-of-field findings."""

from enum import StrEnum
from uuid import UUID

from contracts.event import Event, personal, public
from contracts.permission import Holder, Permission


class ReportAccepted(Event, topic="assignments.report-accepted.v1", subject="report_id"):
    """A district's assignment report was read without a fault and stored."""

    report_id: UUID = public()
    organization_id: UUID = public()
    school_year: str = public()
    organizations: int = public()
    staff: int = public()
    courses: int = public()
    assignments: int = public()


class FindingReason(StrEnum):
    """Why an assignment is not in field."""

    STAFF_NOT_MATCHED = "staff_not_matched"
    COURSE_CODE_UNKNOWN = "course_code_unknown"
    NO_CERTIFICATE = "no_certificate"
    CERTIFICATE_NOT_YET_EFFECTIVE = "certificate_not_yet_effective"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_SUSPENDED = "certificate_suspended"
    CERTIFICATE_SURRENDERED = "certificate_surrendered"
    CERTIFICATE_REVOKED = "certificate_revoked"
    WRONG_CONTENT = "wrong_content"
    WRONG_GRADE_SPAN = "wrong_grade_span"
    WRONG_POPULATION = "wrong_population"


class FindingFact(Event, subject="finding_id"):
    """A fact about an assignment that is out of field."""

    finding_id: UUID = public()
    organization_id: UUID = public()
    educator_id: UUID | None = personal(default=None)
    course_code: str = public()
    reason: FindingReason = personal()


class FindingOpened(FindingFact, topic="assignments.finding-opened.v1"):
    """An assignment was judged out of field."""


class FindingResolved(FindingFact, topic="assignments.finding-resolved.v1"):
    """An assignment is no longer out of field."""


class AssignmentsPermission(Permission):
    """What may be done in assignments."""

    REPORT = (
        "assignments.report",
        "Send one's own district's reports, and see what they say.",
        Holder.DISTRICT,
    )
    READ_ALL = "assignments.read-all", "See what every district's reports say."
