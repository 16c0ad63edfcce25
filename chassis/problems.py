"""The problems that a service reports to a person or a program.

Raised where a rule is broken; turned once, in `web`, into a page or RFC 9457 details.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from chassis.i18n.text import Translatable, translatable

CHECK_FIELDS = translatable("Check the fields listed.")


class Problem(Exception):
    """A request cannot be fulfilled; the message says what happened, `advice` what to do next.

    `go_to` is the label and the address of the page where to do it.
    """

    status: ClassVar[int] = 400
    title: ClassVar[Translatable] = translatable("This request could not be understood")
    advice: Translatable = translatable("Go back, check what you entered, and try again.")
    go_to: tuple[Translatable, str] | None = None

    def __init__(
        self, detail: Translatable | None = None, *, advice: Translatable | None = None
    ) -> None:
        super().__init__(detail or self.title)
        if advice:
            self.advice = advice

    @property
    def detail(self) -> Translatable:
        """What happened, in plain words."""
        # `str` would lose the text's forms and values.
        words: Translatable = self.args[0]
        return words

    @property
    def kind(self) -> str:
        """The problem's name, by which programs recognize it."""
        words = "".join(f"-{c.lower()}" if c.isupper() else c for c in type(self).__name__)
        return words.lstrip("-")


class SignInNeeded(Problem):
    """Nobody is signed in, or the sign-in is no longer valid."""

    status = 401
    title = translatable("Sign in to continue")
    advice = translatable("Sign in and try again.")


class NotAllowed(Problem):
    """The signed-in person may not do this."""

    status = 403
    title = translatable("You do not have access to this")
    advice = translatable("If you need access, ask your organization's administrator for the role.")


class OwnMatter(NotAllowed):
    """A command's subject may not give it: nobody acts in their own matter."""

    title = translatable("You cannot act in your own matter")
    advice = translatable(
        "Ask a colleague who has the same role. "
        "If you have none, an administrator of the agency can grant somebody the role."
    )


class NotFound(Problem):
    """The thing does not exist, or the person may not know that it does."""

    status = 404
    title = translatable("We could not find that")
    advice = translatable("Check the address or number, or start again from your home page.")


class RuleBroken(Problem):
    """A business rule forbids this now."""

    status = 409
    title = translatable("This cannot be done now")
    advice = translatable("Reload the page to see what has happened since you opened it.")


class InvalidInput(Problem):
    """Some input is not valid; `errors` says what, field by field."""

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
