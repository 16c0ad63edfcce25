"""A candidate's preparation program, from admission to exit as a completer."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.problems import InvalidInput, RuleBroken
from chassis.storage.database import Versioned
from services.certification.domain.base import Base


class AlreadyAdmitted(RuleBroken):
    """The candidate is already in this program."""

    title = translatable("This candidate is already in the program")
    advice = translatable("Open the candidate in your list instead.")


class AlreadyCompleted(RuleBroken):
    """The program was completed already."""

    title = translatable("This candidate's exit is already recorded")
    advice = translatable("If the date is wrong, write to us.")


class NotACompleter(RuleBroken):
    """Only a completer may be recommended for this certificate."""

    title = translatable("This candidate has not completed the program")
    advice = translatable("Record the exit as completer first, then recommend.")


class ProgramDoesNotCover(RuleBroken):
    """The program leads to a different certificate or other areas than applied for."""

    title = translatable("This program does not cover the application")
    advice = translatable(
        "Recommend from the program that the candidate completed for these areas."
    )


class Recommendation(StrEnum):
    """Whom a preparation provider must recommend before a certificate may be applied for."""

    NONE = "none"
    ENROLLED = "enrolled"
    COMPLETER = "completer"


class ProgramAdmission(Versioned, Base):
    """One person in one program of one provider."""

    __tablename__ = "program_admission"

    admission_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    educator_id: Mapped[UUID] = mapped_column(index=True)
    program_name: Mapped[str] = mapped_column(String(200))
    certificate_type: Mapped[str] = mapped_column(String(20))
    authorization_codes: Mapped[list[str]] = mapped_column(JSON)
    admitted_on: Mapped[date]
    completed_on: Mapped[date | None]

    @classmethod
    def admit(
        cls,
        *,
        organization_id: UUID,
        educator_id: UUID,
        program_name: str,
        certificate_type: str,
        authorization_codes: Iterable[str],
        admitted_on: date,
        today: date,
    ) -> "ProgramAdmission":
        """A new candidate; raises `InvalidInput` for a future date."""
        if admitted_on > today:
            raise InvalidInput(
                {
                    "admitted_on": [
                        translatable("This date is in the future. Record the admission after it.")
                    ]
                }
            )
        return cls(
            admission_id=new_id(),
            version=1,
            organization_id=organization_id,
            educator_id=educator_id,
            program_name=program_name,
            certificate_type=certificate_type,
            authorization_codes=list(authorization_codes),
            admitted_on=admitted_on,
        )

    @property
    def is_completed(self) -> bool:
        """Whether the candidate left as a completer."""
        return self.completed_on is not None

    def complete(self, completed_on: date, today: date) -> None:
        """Record the exit as completer; raises `AlreadyCompleted` and `InvalidInput`."""
        if self.is_completed:
            raise AlreadyCompleted
        if completed_on < self.admitted_on:
            message = translatable(
                "Enter a date on or after the admission, {day}.", day=self.admitted_on
            )
            raise InvalidInput({"completed_on": [message]})
        if completed_on > today:
            raise InvalidInput(
                {
                    "completed_on": [
                        translatable("This date is in the future. Record the exit after it.")
                    ]
                }
            )
        self.completed_on = completed_on
        self.version += 1

    def covers(self, certificate_type: str, authorization_codes: Iterable[str]) -> bool:
        """Whether the program leads to this certificate with all these areas."""
        return self.certificate_type == certificate_type and set(authorization_codes) <= set(
            self.authorization_codes
        )

    def refuse_unless_recommendable_for(
        self,
        needed: Recommendation,
        certificate_type: str,
        authorization_codes: Iterable[str],
    ) -> None:
        """Raise `ProgramDoesNotCover` or `NotACompleter` unless this candidate may be recommended.

        Source: the preparation providers' steps in KECS (domain reference 1.5).
        """
        if not self.covers(certificate_type, authorization_codes):
            raise ProgramDoesNotCover
        if needed is Recommendation.COMPLETER and not self.is_completed:
            raise NotACompleter
