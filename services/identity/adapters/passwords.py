"""Passwords: what the jurisdiction's rule asks of a new one, how they are hashed and checked."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from chassis.i18n.text import Translatable, translatable

MAXIMUM_LENGTH = 128
"""Characters. NIST SP 800-63B-4 §3.1.1 asks for 64 at least; a limit keeps requests small."""

_FEWEST_DIFFERENT_CHARACTERS = 5
_ENOUGH_BESIDE_AN_EASY_WORD = 8
_SHORTEST_EASY_WORD = 3

# 19 MiB and two passes (OWASP's minimum for Argon2id): the default's 64 MiB, times the threads of
# a worker, would let anybody who can post a sign-in form exhaust its memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def _is_special(character: str) -> bool:
    return not character.isalnum()


_COMPOSITION: tuple[tuple[Callable[[str], bool], Translatable], ...] = (
    (str.isupper, translatable("Use at least one uppercase letter.")),
    (str.islower, translatable("Use at least one lowercase letter.")),
    (str.isdecimal, translatable("Use at least one number.")),
    (_is_special, translatable("Use at least one special character, such as ! @ # $.")),
)


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """What a jurisdiction asks of a new password.

    `minimum_length` counts characters: NIST SP 800-63B-4 §3.1.1 asks for 15 where the password is
    the only factor. `composition` is the older rule of one character of each of four classes,
    which NIST forbids; a jurisdiction may still carry it for parity with the system it replaces.
    """

    minimum_length: int = 15
    composition: bool = False

    def faults(self, password: str, context_words: Iterable[str] = ()) -> list[Translatable]:
        """What is wrong with a new password, in words for the person choosing it; [] if nothing.

        `context_words` are what a guesser tries first for this person: the username, the names,
        the email address, the agency, the state.
        """
        password = _normalized(password)
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
        if easy := _easy_to_guess(password.casefold(), context_words):
            faults.append(easy)
        return faults


def hash_password(password: str) -> str:
    """The Argon2id hash to store, with its own salt and settings in it."""
    return _HASHER.hash(_encoded(password))


def check_password(hashed: str, password: str) -> bool:
    """Whether this is the password behind the hash.

    Costs 19 MiB and tens of milliseconds: limit the rate of attempts before calling it.
    Raises `argon2.exceptions.InvalidHashError` when what is stored is no hash.
    """
    try:
        return _HASHER.verify(hashed, _encoded(password))
    except VerifyMismatchError:
        return False


def equalize_timing(password: str) -> None:
    """Spends the time of a check where there is no such user, so that the delay tells nothing."""
    _HASHER.hash(_encoded(password))


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with other settings; if so hash again at the next sign-in."""
    return _HASHER.check_needs_rehash(hashed)


def _normalized(password: str) -> str:
    """One form for what looks the same, whichever keyboard typed it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _encoded(password: str) -> bytes:
    # JSON can carry half a surrogate pair, which strict UTF-8 refuses with an error of its own.
    return _normalized(password).encode("utf-8", "surrogatepass")


def _easy_to_guess(password: str, context_words: Iterable[str]) -> Translatable | None:
    if password and len(set(password)) < _FEWEST_DIFFERENT_CHARACTERS:
        return translatable("Use more different characters; repeated ones are guessed first.")
    if _is_common(password):
        return translatable(
            "Choose something less common; passwords like this one are guessed first."
        )
    left = password
    for word in sorted(_easy_words(context_words), key=len, reverse=True):
        left = left.replace(word, "")
    if left != password and (len(left) < _ENOUGH_BESIDE_AN_EASY_WORD or _is_common(left)):
        return translatable(
            "Do not build your password on your name, your username, your email address or "
            "the agency's name; they are guessed first."
        )
    return None


def _is_common(password: str) -> bool:
    """Whether the password is a common one with little around it.

    A passphrase may contain one of them, and may even consist of several different ones.
    """
    return any(
        word in password and len(password.replace(word, "")) < _ENOUGH_BESIDE_AN_EASY_WORD
        for word in _common_passwords()
    )


def _easy_words(context_words: Iterable[str]) -> set[str]:
    texts = [_normalized(text).casefold() for text in context_words]
    words = {word for text in texts for word in (text, *re.split(r"[\W_]+", text))}
    return {word for word in words if len(word) >= _SHORTEST_EASY_WORD}


@cache
def _common_passwords() -> frozenset[str]:
    path = Path(__file__).with_name("common_passwords.txt")
    return frozenset(path.read_text(encoding="utf-8").split())
