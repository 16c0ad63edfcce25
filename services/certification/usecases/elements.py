"""The applicant's answers, element by element; each answer may open the payment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound
from chassis.storage import audit
from services.certification.domain.answers import (
    Assessment,
    Degree,
    FitnessAnswer,
    LicenseCopy,
    refuse_future_dates,
    refuse_other_signature,
    refuse_unexplained,
    to_store,
)
from services.certification.domain.application import Application
from services.certification.domain.element import ElementKind, ElementState
from services.certification.jurisdiction import CertificationRules
from services.certification.usecases.applications import (
    get_own_application,
    open_payment_if_complete,
)
from services.certification.usecases.replicas import get_educator

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class ApplicationEditor:
    """Changes the applicant's own application within one transaction.

    Every method raises `AlreadySubmitted`, `AlreadyDecided`, `AlreadyWithdrawn` and
    `AlreadyVerified` where the answer can no longer be changed.
    """

    session: Session
    rules: CertificationRules
    application: Application
    now: datetime
    today: date

    @classmethod
    def of(
        cls,
        session: Session,
        rules: CertificationRules,
        application_id: UUID,
        educator_id: UUID | None,
        *,
        now: datetime,
        today: date,
    ) -> Self:
        """Open the educator's own application; raises `NotFound` and `NotAllowed`."""
        application = get_own_application(session, application_id, educator_id, for_update=True)
        return cls(session, rules, application, now, today)

    def declare_no_license(self) -> None:
        """Record that the applicant never held another state's license; no copy is required."""
        self._save(
            ElementKind.OUT_OF_STATE_LICENSE, ElementState.NOT_REQUIRED, {"never_held": True}
        )

    def save_license(self, issuing_state: str, copy: LicenseCopy) -> None:
        """Save a copy of another state's license."""
        answers = {"issuing_state": issuing_state, "copy": to_store(copy)}
        self._save(ElementKind.OUT_OF_STATE_LICENSE, ElementState.SUBMITTED, answers)

    def put_degree(self, degree: Degree, number: int | None = None) -> None:
        """List a degree, replacing the one at `number` (from 0) if given.

        Raises `InvalidInput` for a future date, and `NotFound`.
        """
        refuse_future_dates(degree, self.today)
        listed = self.application.element(ElementKind.DEGREES).degrees
        self._save_degrees(_with(listed, degree, number))

    def remove_degree(self, number: int) -> None:
        """Remove a degree from the list; raises `NotFound`."""
        listed = self.application.element(ElementKind.DEGREES).degrees
        self._save_degrees(_without(listed, number))

    def _save_degrees(self, degrees: Sequence[Degree]) -> None:
        """Degrees stay in progress until every institution has sent its transcript."""
        state = ElementState.NOT_STARTED
        if degrees:
            is_sent = all(degree.sent_on for degree in degrees)
            state = ElementState.SUBMITTED if is_sent else ElementState.IN_PROGRESS
        stored = [to_store(degree) for degree in degrees]
        self._save(ElementKind.DEGREES, state, {"degrees": stored})

    def put_assessment(self, assessment: Assessment, number: int | None = None) -> None:
        """List a test, replacing the one at `number` (from 0) if given.

        Raises `InvalidInput` for a future date, and `NotFound`.
        """
        refuse_future_dates(assessment, self.today)
        listed = self.application.element(ElementKind.ASSESSMENTS).assessments
        self._save_assessments(_with(listed, assessment, number))

    def remove_assessment(self, number: int) -> None:
        """Remove a test from the list; raises `NotFound`."""
        listed = self.application.element(ElementKind.ASSESSMENTS).assessments
        self._save_assessments(_without(listed, number))

    def _save_assessments(self, assessments: Sequence[Assessment]) -> None:
        state = ElementState.SUBMITTED if assessments else ElementState.NOT_STARTED
        stored = [to_store(assessment) for assessment in assessments]
        self._save(ElementKind.ASSESSMENTS, state, {"assessments": stored})

    def declare_no_assessments(self) -> None:
        """Record that no test is required, as the applicant states; an analyst checks that."""
        self._save(ElementKind.ASSESSMENTS, ElementState.SUBMITTED, {"none_required": True})

    def sign_fitness(self, answers: Mapping[str, tuple[bool, str]], signature: str) -> None:
        """Save the signed answers to the character and fitness questions.

        An answer is (is yes, explanation), by the question's key.
        Raises `InvalidInput` for a missing answer or explanation, and for a signature that is not
        the applicant's name on file.
        """
        questions = self.rules.fitness_questions
        missing = {
            question.key: [translatable("Choose yes or no.")]
            for question in questions
            if question.key not in answers
        }
        if missing:
            raise InvalidInput(missing)
        fitness_answers = [
            FitnessAnswer(question.key, question.text, *answers[question.key])
            for question in questions
        ]
        refuse_unexplained(fitness_answers)
        educator = get_educator(self.session, self.application.educator_id)
        refuse_other_signature(signature, educator.full_name)
        signed = {
            "fitness_answers": [to_store(answer) for answer in fitness_answers],
            "signature": signature,
            "signed_on": self.today.isoformat(),
        }
        self._save(ElementKind.CHARACTER_AND_FITNESS, ElementState.SUBMITTED, signed)

    def _save(self, kind: ElementKind, state: ElementState, answers: dict[str, Any]) -> None:
        before = self.application.element(kind).state
        self.application.edit(kind, state, answers, self.now)
        audit.record_entry(
            self.session,
            "element saved",
            self.application.application_id,
            before={"element": kind, "state": before},
            after={"element": kind, "state": state},
        )
        open_payment_if_complete(self.session, self.rules, self.application, self.now, self.today)


def _with(entries: list[Entry], entry: Entry, number: int | None) -> list[Entry]:
    if number is None:
        return [*entries, entry]
    _refuse_unless_listed(entries, number)
    return [*entries[:number], entry, *entries[number + 1 :]]


def _without(entries: list[Entry], number: int) -> list[Entry]:
    _refuse_unless_listed(entries, number)
    return [*entries[:number], *entries[number + 1 :]]


def _refuse_unless_listed(entries: list[Entry], number: int) -> None:
    if not 0 <= number < len(entries):
        raise NotFound(translatable("This is no longer on your list."))
