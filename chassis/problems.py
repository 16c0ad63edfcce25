"""What can go wrong for a person or a program that asks something of a service.

Raised where a rule is broken; translated once, in `web`, into a page or RFC 9457 details.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from chassis.i18n.text import Translatable, translatable

CHECK_FIELDS = translatable("Check the fields that are named.")


class Problem(Exception):
    """A request cannot be fulfilled; the message says what happened, `advice` what to do next."""

    status: ClassVar[int] = 400
    title: ClassVar[Translatable] = translatable("This request could not be understood")
    advice: Translatable = translatable("Go back, check what you entered, and try again.")

    def __init__(
        self, detail: Translatable | None = None, *, advice: Translatable | None = None
    ) -> None:
        super().__init__(detail or self.title)
        if advice:
            self.advice = advice

    @property
    def detail(self) -> Translatable:
        """What happened, in plain words."""
        # `str` would lose what the text remembers.
        words: Translatable = self.args[0]
        return words

    @property
    def kind(self) -> str:
        """The problem's name, by which programs tell it from others."""
        words = "".join(f"-{c.lower()}" if c.isupper() else c for c in type(self).__name__)
        return words.lstrip("-")


class SignInNeeded(Problem):
    """Nobody is signed in, or the sign-in is no longer good."""

    status = 401
    title = translatable("Sign in to go on")
    advice = translatable("Sign in and try again.")


class NotAllowed(Problem):
    """The signed-in person may not do this."""

    status = 403
    title = translatable("You may not see or do this")
    advice = translatable(
        "If you should have access, ask your organization's administrator for the role."
    )


class NotFound(Problem):
    """There is no such thing, or the person may not know of it."""

    status = 404
    title = translatable("We could not find that")
    advice = translatable("Check the address or number, or start again from your home page.")


class RuleBroken(Problem):
    """A rule of the trade forbids this now."""

    status = 409
    title = translatable("This cannot be done now")
    advice = translatable("Reload the page to see what has happened since you opened it.")


class InvalidInput(Problem):
    """Something entered does not fit; `errors` says what, field by field."""

    status = 422
    title = translatable("Some answers need your attention")

    def __init__(self, errors: Mapping[str, Any], detail: Translatable | None = None) -> None:
        super().__init__(detail or CHECK_FIELDS)
        self.errors = errors


class TooMany(Problem):
    """Too many tries in a short time."""

    status = 429
    title = translatable("Too many tries")
    advice = translatable("Wait a few minutes and try again.")
