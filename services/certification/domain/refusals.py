"""Why an action on an application is refused."""

from collections.abc import Iterable
from uuid import UUID

from chassis.i18n.text import Translatable, translatable
from chassis.problems import RuleBroken
from services.certification.domain.element import ElementKind


class AlreadyApplied(RuleBroken):
    """One open application per educator and type of certificate."""

    title = translatable("You have already applied for this certificate")
    advice = translatable("Continue your open application, or withdraw it first.")

    go_to = translatable("See your applications"), "/certification/"

    @classmethod
    def as_one_is_open(cls, application_id: UUID, number: str) -> "AlreadyApplied":
        """The refusal that leads to the open application."""
        refusal = cls(translatable("Your application {number} for it is open.", number=number))
        path = f"/certification/applications/{application_id}"
        refusal.go_to = translatable("Continue application {number}", number=number), path
        return refusal


class NotSubmitted(RuleBroken):
    """The application is with the applicant, so the agency cannot act on it."""

    title = translatable("This application is not with the agency")
    advice = translatable("It can be reviewed and decided once the applicant submits it.")


class AlreadySubmitted(RuleBroken):
    """The application is with the agency, so the applicant cannot change it."""

    title = translatable("This application is already submitted")
    advice = translatable("You need not do anything. If something has changed, write to us.")


class AlreadyDecided(RuleBroken):
    """An application is decided once."""

    title = translatable("This application is already decided")
    advice = translatable("The decision stands. Open the application to read it.")


class AlreadyWithdrawn(RuleBroken):
    """The applicant withdrew the application."""

    title = translatable("This application was withdrawn")
    advice = translatable("Start a new application instead.")


class StaleDecision(RuleBroken):
    """The application has changed since the analyst opened it."""

    title = translatable("The application has changed since you opened it")
    advice = translatable(
        "Nothing was decided. Open the application again, look at what changed, then decide."
    )


class AlreadyVerified(RuleBroken):
    """A verified element can no longer be changed."""

    title = translatable("We have already verified this")
    advice = translatable("If it is wrong, write to us.")


class AlreadyRecommended(RuleBroken):
    """A recommendation is given once, and only where one is needed."""

    title = translatable("This application needs no recommendation from you")
    advice = translatable("It was already recommended, or its certificate needs no recommendation.")


class NotCheckedByAgency(RuleBroken):
    """Analysts do not check recommendations and payments."""

    title = translatable("Analysts do not verify this element")
    advice = translatable("The preparation provider or the payment completes it.")


class NothingToCheck(RuleBroken):
    """The applicant has submitted nothing to verify or reject."""

    title = translatable("There is nothing here to verify or reject")
    advice = translatable("Return the application to the applicant if something is missing.")


class NoteNeeded(RuleBroken):
    """Rejecting an element, or accepting a disclosure, needs a note that says why."""

    title = translatable("Write a note that says why")
    advice = translatable("Go back and fill in the note.")


class NotReadyToSubmit(RuleBroken):
    """Every element, including the payment, must be done before submission."""

    title = translatable("This application is not ready to be submitted")
    advice = translatable("Open your application to see what is missing and who must act.")

    def __init__(self, kinds: Iterable[ElementKind]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(translatable("Not done yet: {elements}.", elements=_names(self.kinds)))


class NotAllVerified(RuleBroken):
    """Every element must be verified or not required before approval."""

    title = translatable("Not every element is verified")
    advice = translatable(
        "Verify or reject each element first; return the application if something is missing."
    )

    def __init__(self, kinds: Iterable[ElementKind]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(translatable("Not verified yet: {elements}.", elements=_names(self.kinds)))


_ELEMENTS = {
    ElementKind.OUT_OF_STATE_LICENSE: translatable("out-of-state license"),
    ElementKind.DEGREES: translatable("degrees"),
    ElementKind.ASSESSMENTS: translatable("assessments"),
    ElementKind.PROGRAM_RECOMMENDATION: translatable("program recommendation"),
    ElementKind.CHARACTER_AND_FITNESS: translatable("character and fitness"),
    ElementKind.PAYMENT: translatable("payment"),
}


def _names(kinds: Iterable[ElementKind]) -> tuple[Translatable, ...]:
    return tuple(_ELEMENTS[ElementKind(kind)] for kind in kinds)
