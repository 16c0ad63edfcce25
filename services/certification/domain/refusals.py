"""Why something cannot be done to an application as it stands."""

from collections.abc import Iterable

from chassis.i18n.text import Marked, marked
from chassis.problems import RuleBroken
from services.certification.domain.element import ElementKind


class AlreadyApplied(RuleBroken):
    """One open application per educator and type of certificate."""

    title = marked("You have already applied for this certificate")
    advice = marked("Go on with your open application, or withdraw it first.")


class NotSubmitted(RuleBroken):
    """The application is with the applicant, so that the agency cannot act on it."""

    title = marked("This application is not with the agency")
    advice = marked("It can be reviewed and decided once the applicant submits it.")


class AlreadySubmitted(RuleBroken):
    """The application is with the agency, so that the applicant cannot change it."""

    title = marked("This application is already submitted")
    advice = marked("You need not do anything. If something has changed, write to us.")


class AlreadyDecided(RuleBroken):
    """An application is decided once."""

    title = marked("This application is already decided")
    advice = marked("The decision stands. Open the application to read it.")


class AlreadyWithdrawn(RuleBroken):
    """The applicant withdrew the application."""

    title = marked("This application was withdrawn")
    advice = marked("Start a new application instead.")


class StaleDecision(RuleBroken):
    """The application has changed since the person who decides looked at it."""

    title = marked("The application has changed since you opened it")
    advice = marked(
        "Nothing was decided. Open the application again, look at what changed, then decide."
    )


class AlreadyVerified(RuleBroken):
    """What the agency verified is not changed any more."""

    title = marked("We have already verified this")
    advice = marked("If it is wrong, write to us.")


class AlreadyRecommended(RuleBroken):
    """A recommendation is given once, and only where one is needed."""

    title = marked("This application needs no recommendation from you")
    advice = marked("It was recommended already, or its certificate needs no recommendation.")


class NotCheckedByAgency(RuleBroken):
    """A recommendation and a payment speak for themselves."""

    title = marked("This element is not verified by hand")
    advice = marked("It is settled by your preparation provider, or by the payment.")


class NothingToCheck(RuleBroken):
    """The applicant has given nothing that could be verified or rejected."""

    title = marked("There is nothing here to verify or reject")
    advice = marked("Return the application to the applicant if something is missing.")


class NoteNeeded(RuleBroken):
    """A rejection, and a disclosure that is accepted, need a note that says why."""

    title = marked("Write a note that says why")
    advice = marked("Go back and fill in the note.")


class NotReadyToSubmit(RuleBroken):
    """An application is submitted when every element is done, the payment too."""

    title = marked("This application is not ready to be submitted")
    advice = marked("Open your application to see what waits for whom.")

    def __init__(self, kinds: Iterable[ElementKind]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(marked("Not done yet: {elements}.", elements=_names(self.kinds)))


class NotAllVerified(RuleBroken):
    """An application is approved when every element is verified or not required."""

    title = marked("Not every element is verified")
    advice = marked(
        "Verify or reject each element first; return the application if something is missing."
    )

    def __init__(self, kinds: Iterable[ElementKind]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(marked("Not verified yet: {elements}.", elements=_names(self.kinds)))


_ELEMENTS = {
    ElementKind.OUT_OF_STATE_LICENSE: marked("out of state license"),
    ElementKind.DEGREES: marked("degrees"),
    ElementKind.ASSESSMENTS: marked("assessments"),
    ElementKind.PROGRAM_RECOMMENDATION: marked("program recommendation"),
    ElementKind.CHARACTER_AND_FITNESS: marked("character and fitness"),
    ElementKind.PAYMENT: marked("payment"),
}


def _names(kinds: Iterable[ElementKind]) -> tuple[Marked, ...]:
    return tuple(_ELEMENTS[ElementKind(each)] for each in kinds)
