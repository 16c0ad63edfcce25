"""A state's rule for new passwords."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from chassis.i18n.text import Translatable, translatable

MAXIMUM_LENGTH = 128
"""Characters. NIST SP 800-63B-4 §3.1.1 requires at least 64; a limit keeps requests small."""

_FEWEST_DIFFERENT_CHARACTERS = 5
_ENOUGH_BESIDES_AN_EASY_WORD = 8
_SHORTEST_EASY_WORD = 3


def _is_special(character: str) -> bool:
    return not character.isalnum()


_COMPOSITION: tuple[tuple[Callable[[str], bool], Translatable], ...] = (
    (str.isupper, translatable("Use at least one uppercase letter.")),
    (str.islower, translatable("Use at least one lowercase letter.")),
    (str.isdecimal, translatable("Use at least one number.")),
    (_is_special, translatable("Use at least one special character, such as ! @ # $.")),
)


def normalized(password: str) -> str:
    """One form for text that looks the same, whichever keyboard typed it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """A jurisdiction's rule for new passwords.

    `minimum_length` counts characters: NIST SP 800-63B-4 §3.1.1 requires 15 where the password is
    the only factor. `composition` is the older rule of one character from each of four classes,
    which NIST forbids; a jurisdiction may keep it for parity with the system it replaces.
    `common` are the passwords guessed first.
    """

    minimum_length: int = 15
    composition: bool = False
    common: frozenset[str] = field(default=frozenset(), repr=False)

    def faults(self, password: str, context_words: Iterable[str] = ()) -> list[Translatable]:
        """What is wrong with a new password, in words for the person choosing it; [] if nothing.

        `context_words` are what a guesser tries first for this person: the username, the names,
        the email address, the agency, the state.
        """
        password = normalized(password)
        faults = []
        if len(password) < self.minimum_length:
            short = translatable(
                "Use at least {count} characters. "
                "Several unrelated words with spaces between them are easy to remember.",
                count=self.minimum_length,
            )
            faults.append(short)
        if len(password) > MAXIMUM_LENGTH:
            faults.append(translatable("Use at most {count} characters.", count=MAXIMUM_LENGTH))
        if self.composition:
            faults += [fault for belongs, fault in _COMPOSITION if not any(map(belongs, password))]
        if easy := self._easy_to_guess(password.casefold(), context_words):
            faults.append(easy)
        return faults

    def _easy_to_guess(self, password: str, context_words: Iterable[str]) -> Translatable | None:
        if password and len(set(password)) < _FEWEST_DIFFERENT_CHARACTERS:
            return translatable("Use more different characters; repeated ones are guessed first.")
        if self._is_common(password):
            return translatable(
                "Choose something less common; passwords like this are guessed first."
            )
        left = password
        for word in sorted(_easy_words(context_words), key=len, reverse=True):
            left = left.replace(word, "")
        if left != password and (len(left) < _ENOUGH_BESIDES_AN_EASY_WORD or self._is_common(left)):
            return translatable(
                "Do not build your password on your name, your username, your email address or "
                "the agency's name; they are guessed first."
            )
        return None

    def _is_common(self, password: str) -> bool:
        """Whether the password is a common one with little added.

        A passphrase may contain one of them, and may even consist of several different ones.
        """
        return any(
            word in password and len(password.replace(word, "")) < _ENOUGH_BESIDES_AN_EASY_WORD
            for word in self.common
        )


def _easy_words(context_words: Iterable[str]) -> set[str]:
    texts = [normalized(text).casefold() for text in context_words]
    words = {word for text in texts for word in (text, *re.split(r"[\W_]+", text))}
    return {word for word in words if len(word) >= _SHORTEST_EASY_WORD}
