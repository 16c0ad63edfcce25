"""Why a step of a case is refused."""

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, RuleBroken


class ResponseStillAwaited(RuleBroken):
    """The educator may still respond."""

    title = translatable("The educator may still respond")


class ResponseAlreadyRecorded(RuleBroken):
    """The rebuttal was already recorded."""

    title = translatable("The educator's rebuttal is already recorded")


class HearingRequestTooLate(InvalidInput):
    """The request for a hearing came after the deadline."""

    title = translatable("The request came too late")


class HearingMayBeRequested(RuleBroken):
    """The educator may still ask for a hearing."""

    title = translatable("The educator may still ask for a hearing")


class ImpossibleDay(InvalidInput):
    """A step is dated before the case or in the future."""


class OrderAlreadyEntered(RuleBroken):
    """The case already has its final order."""

    title = translatable("The final order is already entered")
    advice = translatable("Open the case to see the order.")
