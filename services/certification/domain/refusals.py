"""Why something cannot be done to an application as it stands."""

from collections.abc import Iterable

from chassis.problems import RuleBroken


class AlreadyApplied(RuleBroken):
    """One open application per educator and type of certificate."""

    title = "You have already applied for this certificate"
    advice = "Go on with your open application, or withdraw it first."


class NotSubmitted(RuleBroken):
    """The application is with the applicant, so that the agency cannot act on it."""

    title = "This application is not with the agency"
    advice = "It can be reviewed and decided once the applicant submits it."


class AlreadySubmitted(RuleBroken):
    """The application is with the agency, so that the applicant cannot change it."""

    title = "This application is already submitted"
    advice = "You need not do anything. If something has changed, write to us."


class AlreadyDecided(RuleBroken):
    """An application is decided once."""

    title = "This application is already decided"
    advice = "The decision stands. Open the application to read it."


class AlreadyWithdrawn(RuleBroken):
    """The applicant withdrew the application."""

    title = "This application was withdrawn"
    advice = "Start a new application instead."


class StaleDecision(RuleBroken):
    """The application has changed since the person who decides looked at it."""

    title = "The application has changed since you opened it"
    advice = "Nothing was decided. Open the application again, look at what changed, then decide."


class AlreadyVerified(RuleBroken):
    """What the agency verified is not changed any more."""

    title = "We have already verified this"
    advice = "If it is wrong, write to us."


class AlreadyRecommended(RuleBroken):
    """A recommendation is given once, and only where one is needed."""

    title = "This application needs no recommendation from you"
    advice = "It was recommended already, or its certificate needs no recommendation."


class NotCheckedByAgency(RuleBroken):
    """A recommendation and a payment speak for themselves."""

    title = "This element is not verified by hand"
    advice = "It is settled by your preparation provider, or by the payment."


class NothingToCheck(RuleBroken):
    """The applicant has given nothing that could be verified or rejected."""

    title = "There is nothing here to verify or reject"
    advice = "Return the application to the applicant if something is missing."


class NoteNeeded(RuleBroken):
    """A rejection, and a disclosure that is accepted, need a note that says why."""

    title = "Write a note that says why"
    advice = "Go back and fill in the note."


class _Unfinished(RuleBroken):
    """Some elements are not as far as they must be."""

    def __init__(self, kinds: Iterable[str], words: str) -> None:
        self.kinds = tuple(kinds)
        super().__init__(words + ", ".join(kind.replace("_", " ") for kind in self.kinds) + ".")


class NotReadyToSubmit(_Unfinished):
    """An application is submitted when every element is done, the payment too."""

    title = "This application is not ready to be submitted"
    advice = "Open your application to see what waits for whom."

    def __init__(self, kinds: Iterable[str]) -> None:
        super().__init__(kinds, "Not done yet: ")


class NotAllVerified(_Unfinished):
    """An application is approved when every element is verified or not required."""

    title = "Not every element is verified"
    advice = "Verify or reject each element first; return the application if something is missing."

    def __init__(self, kinds: Iterable[str]) -> None:
        super().__init__(kinds, "Not verified yet: ")
