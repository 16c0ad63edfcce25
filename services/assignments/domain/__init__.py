"""What is reported, what is known of educators and certificates, and what follows from both."""

from services.assignments.domain.clearance import Clearance
from services.assignments.domain.finding import REASONS, AlreadyResolved, Finding, Resolution
from services.assignments.domain.judging import HeldCertificate, Judgment, Teaching, judge
from services.assignments.domain.known import Certificate, Educator, Organization, name_key
from services.assignments.domain.report import (
    Assignment,
    Course,
    Report,
    School,
    StaffMember,
    StaffNumber,
)
from services.assignments.domain.submission import (
    ABANDONED_AFTER,
    ON_THE_WAY,
    Stage,
    Submission,
)
from services.assignments.domain.tables import Base, table_of

__all__ = [
    "ABANDONED_AFTER",
    "ON_THE_WAY",
    "REASONS",
    "AlreadyResolved",
    "Assignment",
    "Base",
    "Certificate",
    "Clearance",
    "Course",
    "Educator",
    "Finding",
    "HeldCertificate",
    "Judgment",
    "Organization",
    "Report",
    "Resolution",
    "School",
    "StaffMember",
    "StaffNumber",
    "Stage",
    "Submission",
    "Teaching",
    "judge",
    "name_key",
    "table_of",
]
