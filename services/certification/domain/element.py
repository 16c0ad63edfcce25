"""The elements of an application: the answers and state of each."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.types import Instant
from services.certification.domain.answers import Assessment, Degree, FitnessAnswer, LicenseCopy
from services.certification.domain.base import Base


class ElementKind(StrEnum):
    """The elements of an application, in display order."""

    OUT_OF_STATE_LICENSE = "out_of_state_license"
    DEGREES = "degrees"
    ASSESSMENTS = "assessments"
    PROGRAM_RECOMMENDATION = "program_recommendation"
    CHARACTER_AND_FITNESS = "character_and_fitness"
    PAYMENT = "payment"


class ElementState(StrEnum):
    """An element's progress."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REJECTED = "rejected"
    NOT_REQUIRED = "not_required"


CHECKED_BY_AGENCY = frozenset(
    {
        ElementKind.OUT_OF_STATE_LICENSE,
        ElementKind.DEGREES,
        ElementKind.ASSESSMENTS,
        ElementKind.CHARACTER_AND_FITNESS,
    }
)
"""Elements that the applicant submits and an analyst verifies or rejects."""


class Element(Base):
    """One element of one application; `note` is written by the analyst."""

    __tablename__ = "application_element"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("application.application_id"), primary_key=True
    )
    kind: Mapped[ElementKind] = mapped_column(String(30), primary_key=True)
    state: Mapped[ElementState] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(Instant)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def begin(cls, kind: ElementKind, now: datetime, *, is_needed: bool) -> "Element":
        """A new element: not started, or not required."""
        state = ElementState.NOT_STARTED if is_needed else ElementState.NOT_REQUIRED
        return cls(kind=kind, state=state, since=now, answers={})

    @property
    def is_settled(self) -> bool:
        """Whether it is verified or not required."""
        return self.state in (ElementState.VERIFIED, ElementState.NOT_REQUIRED)

    @property
    def is_done(self) -> bool:
        """Whether the applicant, provider or payment has done its part."""
        return self.is_settled or self.state == ElementState.SUBMITTED

    @property
    def is_checked_by_agency(self) -> bool:
        """Whether an analyst verifies or rejects it."""
        return self.kind in CHECKED_BY_AGENCY

    @property
    def degrees(self) -> list[Degree]:
        """The degrees listed."""
        return [Degree.read(stored) for stored in self.answers.get("degrees", [])]

    @property
    def assessments(self) -> list[Assessment]:
        """The tests listed."""
        return [Assessment.read(stored) for stored in self.answers.get("assessments", [])]

    @property
    def fitness_answers(self) -> list[FitnessAnswer]:
        """The character and fitness questions, as asked and answered."""
        return [FitnessAnswer(**stored) for stored in self.answers.get("fitness_answers", [])]

    @property
    def license_copy(self) -> LicenseCopy | None:
        """The uploaded copy of another state's license."""
        stored = self.answers.get("copy")
        return LicenseCopy(**stored) if stored else None

    @property
    def discloses(self) -> bool:
        """Whether a character and fitness question was answered yes."""
        return any(answer.is_yes for answer in self.fitness_answers)

    def put(
        self, state: ElementState, now: datetime, answers: Mapping[str, Any] | None = None
    ) -> None:
        """Set the state; `since` changes only when the state does."""
        if state != self.state:
            self.state, self.since = state, now
        if answers is not None:
            self.answers = dict(answers)
