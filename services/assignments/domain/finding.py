"""A finding: an assignment out of field for one reason, from its opening to its resolution."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import Translatable, translatable
from chassis.ids import new_id
from chassis.problems import RuleBroken
from chassis.storage.database import Versioned
from chassis.storage.types import Instant, TranslatableText
from contracts.assignments import FindingOpened, FindingReason, FindingResolved
from services.assignments.domain.judging import Judgment
from services.assignments.domain.tables import Base


class AlreadyResolved(RuleBroken):
    """A finding is resolved once."""

    title = translatable("This finding is already resolved")


class Resolution(StrEnum):
    """How a finding ended."""

    IN_FIELD = "in_field"
    OTHER_REASON = "other_reason"
    ASSIGNMENT_ENDED = "assignment_ended"


class ReasonText(NamedTuple):
    """A reason's title and next step, worded for districts."""

    title: str
    next_step: str


MUST_LEAVE = (
    FindingReason.CERTIFICATE_REVOKED,
    FindingReason.CERTIFICATE_SURRENDERED,
    FindingReason.CERTIFICATE_SUSPENDED,
)
"""The reasons for which a teacher must leave the class at once, the gravest first."""

BY_GRAVITY = (
    *MUST_LEAVE,
    FindingReason.NO_CERTIFICATE,
    FindingReason.CERTIFICATE_EXPIRED,
    FindingReason.CERTIFICATE_NOT_YET_EFFECTIVE,
    FindingReason.WRONG_CONTENT,
    FindingReason.WRONG_GRADE_SPAN,
    FindingReason.WRONG_POPULATION,
    FindingReason.STAFF_NOT_MATCHED,
    FindingReason.COURSE_CODE_UNKNOWN,
)
"""All reasons, the gravest first."""

REASONS: dict[FindingReason, ReasonText] = {
    FindingReason.STAFF_NOT_MATCHED: ReasonText(
        translatable("Teacher not matched"),
        translatable(
            "Enter the teacher's educator number in your student information system, "
            "then send the report again."
        ),
    ),
    FindingReason.COURSE_CODE_UNKNOWN: ReasonText(
        translatable("Course not recognized"),
        translatable("Link the course to a current state course code, then send the report again."),
    ),
    FindingReason.NO_CERTIFICATE: ReasonText(
        translatable("No certificate"),
        translatable(
            "Assign a teacher whose certificate covers the class, or have the "
            "teacher apply for one."
        ),
    ),
    FindingReason.CERTIFICATE_NOT_YET_EFFECTIVE: ReasonText(
        translatable("Certificate not yet in effect"),
        translatable(
            "Assign a teacher whose certificate covers the class until then; this "
            "finding closes automatically on that day."
        ),
    ),
    FindingReason.CERTIFICATE_EXPIRED: ReasonText(
        translatable("Certificate expired"),
        translatable(
            "Have the teacher apply for renewal, or assign a teacher whose "
            "certificate covers the class."
        ),
    ),
    FindingReason.CERTIFICATE_SUSPENDED: ReasonText(
        translatable("Certificate suspended"),
        translatable(
            "Remove the teacher from the class now. Assign a teacher whose certificate "
            "covers the class."
        ),
    ),
    FindingReason.CERTIFICATE_SURRENDERED: ReasonText(
        translatable("Certificate surrendered"),
        translatable(
            "Remove the teacher from the class now. Assign a teacher whose certificate "
            "covers the class."
        ),
    ),
    FindingReason.CERTIFICATE_REVOKED: ReasonText(
        translatable("Certificate revoked"),
        translatable(
            "Remove the teacher from the class now. Assign a teacher whose certificate "
            "covers the class."
        ),
    ),
    FindingReason.WRONG_CONTENT: ReasonText(
        translatable("Wrong content area"),
        translatable(
            "Check the course's code. Assign a teacher whose certificate covers "
            "the class, or have the teacher add the area."
        ),
    ),
    FindingReason.WRONG_GRADE_SPAN: ReasonText(
        translatable("Wrong grade span"),
        translatable(
            "Check the class's grades. Assign a teacher whose certificate covers "
            "the class, or have the teacher extend the certificate."
        ),
    ),
    FindingReason.WRONG_POPULATION: ReasonText(
        translatable("Wrong population"),
        translatable(
            "Check the course's code. Assign a teacher whose certificate covers "
            "the class and these students."
        ),
    ),
}


ANOTHER_SENDER = ReasonText(
    translatable(
        "The newest report about this class was sent by its teacher. A report that you sent "
        "yourself cannot settle a finding about you."
    ),
    translatable("Have another person of the district send the report."),
)
"""What is said of a finding that its own subject's report would have settled."""


class Finding(Versioned, Base):
    """An assignment that is out of field for a reason; a new reason opens a new finding.

    With `awaits_another_sender`, what is said about the class rests on its teacher's word alone,
    and only a report that somebody else sends can settle the finding.
    """

    __tablename__ = "finding"

    finding_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organization_id: Mapped[UUID]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.assignment_id"))
    educator_id: Mapped[UUID | None]
    course_code: Mapped[str]
    reason: Mapped[FindingReason] = mapped_column(String(40))
    explanation: Mapped[Translatable] = mapped_column(TranslatableText)
    certificate_id: Mapped[UUID | None]
    certificate_number: Mapped[str | None]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    resolution: Mapped[Resolution | None] = mapped_column(String(20))
    awaits_another_sender: Mapped[bool] = mapped_column(default=False)

    @property
    def next_step(self) -> str:
        """What the district has to do next."""
        reason = REASONS[FindingReason(self.reason)]
        return (ANOTHER_SENDER if self.awaits_another_sender else reason).next_step

    @classmethod
    def open(
        cls,
        judgment: Judgment,
        *,
        organization_id: UUID,
        assignment_id: UUID,
        educator_id: UUID | None,
        course_code: str,
        awaits_another_sender: bool,
        now: datetime,
    ) -> tuple[dict[str, Any], FindingOpened]:
        """A new finding for an assignment that was judged out of field, and its event.

        The finding is returned as column values, because findings are stored in bulk.
        """
        assert judgment.reason is not None
        finding_id = new_id()
        opened = FindingOpened(
            version=1,
            finding_id=finding_id,
            organization_id=organization_id,
            educator_id=educator_id,
            course_code=course_code,
            reason=judgment.reason,
        )
        values = {
            "finding_id": finding_id,
            "version": 1,
            "organization_id": organization_id,
            "assignment_id": assignment_id,
            "educator_id": educator_id,
            "course_code": course_code,
            "reason": judgment.reason,
            "explanation": judgment.explanation,
            "certificate_id": judgment.certificate_id,
            "certificate_number": judgment.certificate_number,
            "opened_at": now,
            "awaits_another_sender": awaits_another_sender,
        }
        return values, opened

    def is_of(self, judgment: Judgment, educator_id: UUID | None, course_code: str) -> bool:
        """Whether the judgment repeats this finding, even if the explanation differs."""
        return (self.reason, self.educator_id, self.course_code) == (
            judgment.reason,
            educator_id,
            course_code,
        )

    def explain(self, judgment: Judgment) -> None:
        """Update the explanation of the same reason."""
        self.explanation = judgment.explanation
        self.certificate_id = judgment.certificate_id
        self.certificate_number = judgment.certificate_number

    def opened(self) -> FindingOpened:
        """The event that the assignment is out of field."""
        return FindingOpened(**self._facts())

    def resolve(self, resolution: Resolution, now: datetime) -> FindingResolved:
        """End the finding; raises `AlreadyResolved`."""
        if self.resolved_at is not None:
            raise AlreadyResolved
        self.resolved_at, self.resolution = now, resolution
        self.version += 1
        return FindingResolved(**self._facts())

    def _facts(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "finding_id": self.finding_id,
            "organization_id": self.organization_id,
            "educator_id": self.educator_id,
            "course_code": self.course_code,
            "reason": FindingReason(self.reason),
        }


# One open finding for each assignment, even under concurrent judging.
Index(
    "uq_finding_open",
    Finding.assignment_id,
    unique=True,
    postgresql_where=Finding.resolved_at.is_(None),
    sqlite_where=Finding.resolved_at.is_(None),
)
Index("ix_finding_of_organization", Finding.organization_id, Finding.resolved_at)
