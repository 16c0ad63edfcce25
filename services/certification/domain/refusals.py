"""Why something cannot be done to an application as it stands."""

from collections.abc import Iterable

from chassis.i18n.text import Translatable, translatable
from chassis.problems import RuleBroken
from services.certification.domain.element import ElementKind


class AlreadyApplied(RuleBroken):
    """One open application per educator and type of certificate."""

    title = translatable("You have already applied for this certificate")
    advice = translatable("Go on with your open application, or withdraw it first.")


class NotSubmitted(RuleBroken):
    """The application is with the applicant, so that the agency cannot act on it."""

    title = translatable("This application is not with the agency")
    advice = translatable("It can be reviewed and decided once the applicant submits it.")


class AlreadySubmitted(RuleBroken):
    """The application is with the agency, so that the applicant cannot change it."""

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
    """The application has changed since the person who decides looked at it."""

    title = translatable("The application has changed since you opened it")
    advice = translatable(
        "Nothing was decided. Open the application again, look at what changed, then decide."
    )


class AlreadyVerified(RuleBroken):
    """What the agency verified is not changed any more."""

    title = translatable("We have already verified this")
    advice = translatable("If it is wrong, write to us.")


class AlreadyRecommended(RuleBroken):
    """A recommendation is given once, and only where one is needed."""

    title = translatable("This application needs no recommendation from you")
    advice = translatable("It was recommended already, or its certificate needs no recommendation.")


class NotCheckedByAgency(RuleBroken):
    """A recommendation and a payment speak for themselves."""

    title = translatable("This element is not verified by hand")
    advice = translatable("It is settled by your preparation provider, or by the payment.")


class NothingToCheck(RuleBroken):
    """The applicant has given nothing that could be verified or rejected."""

    title = translatable("There is nothing here to verify or reject")
    advice = translatable("Return the application to the applicant if something is missing.")


class NoteNeeded(RuleBroken):
    """A rejection, and a disclosure that is accepted, need a note that says why."""

    title = translatable("Write a note that says why")
    advice = translatable("Go back and fill in the note.")


class NotReadyToSubmit(RuleBroken):
    """An application is submitted when every element is done, the payment too."""

    title = translatable("This application is not ready to be submitted")
    advice = translatable("Open your application to see what waits for whom.")

    def __init__(self, kinds: Iterable[ElementKind]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(translatable("Not done yet: {elements}.", elements=_names(self.kinds)))


class NotAllVerified(RuleBroken):
    """An application is approved when every element is verified or not required."""

    title = translatable("Not every element is verified")
    advice = translatable(
        "Verify or reject each element first; return the application if something is missing."
    )

    def __init__(self, kinds: Iterable[ElementKind]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(translatable("Not verified yet: {elements}.", elements=_names(self.kinds)))


_ELEMENTS = {
    ElementKind.OUT_OF_STATE_LICENSE: translatable("out of state license"),
    ElementKind.DEGREES: translatable("degrees"),
    ElementKind.ASSESSMENTS: translatable("assessments"),
    ElementKind.PROGRAM_RECOMMENDATION: translatable("program recommendation"),
    ElementKind.CHARACTER_AND_FITNESS: translatable("character and fitness"),
    ElementKind.PAYMENT: translatable("payment"),
}


def _names(kinds: Iterable[ElementKind]) -> tuple[Translatable, ...]:
    return tuple(_ELEMENTS[ElementKind(each)] for each in kinds)
