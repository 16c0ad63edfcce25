"""Why a step of a case is refused."""

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, RuleBroken


class ResponseStillAwaited(RuleBroken):
    """The educator may still respond."""

    title = translatable("The educator may still respond")


class ResponseAlreadyRecorded(RuleBroken):
    """A rebuttal is recorded once."""

    title = translatable("The educator's rebuttal is already recorded")


class HearingRequestTooLate(InvalidInput):
    """The request for a hearing came after its days."""

    title = translatable("The request came too late")


class HearingMayBeRequested(RuleBroken):
    """The educator may still ask for a hearing."""

    title = translatable("The educator may still ask for a hearing")


class ImpossibleDay(InvalidInput):
    """A step is dated before the case, or in the future."""


class OrderAlreadyEntered(RuleBroken):
    """A case ends in one final order."""

    title = translatable("The final order is already entered")
    advice = translatable("Open the case to see the order.")
