"""The self-hosted CAPTCHA: proof of work with JavaScript, a text question without.

Both answer the same challenge, which expires and works once; no third party is involved.
"""

import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import altcha
from itsdangerous import BadData, URLSafeSerializer

from chassis.i18n.language import gettext as _
from chassis.i18n.text import Translatable, translatable

PROOF_FIELD = "captcha"
"""The hidden form field that the altcha widget fills in, as the page frame's macro names it."""
ANSWER_FIELD = "captcha_answer"
TOKEN_FIELD = "captcha_token"  # noqa: S105  # a field's name

SOLUTION_FIELDS = (PROOF_FIELD, ANSWER_FIELD, TOKEN_FIELD)
"""The fields that solve a challenge, in either way."""
USED_BEFORE = translatable("This check was used before. Please do the new one below.")

LIFETIME = timedelta(minutes=10)

_LONGEST_FIELD = 4096
_NUMBERS = (
    *(
        translatable("zero"),
        translatable("one"),
        translatable("two"),
        translatable("three"),
        translatable("four"),
    ),
    *(
        translatable("five"),
        translatable("six"),
        translatable("seven"),
        translatable("eight"),
        translatable("nine"),
    ),
    *(
        translatable("ten"),
        translatable("eleven"),
        translatable("twelve"),
        translatable("thirteen"),
        translatable("fourteen"),
    ),
    *(
        translatable("fifteen"),
        translatable("sixteen"),
        translatable("seventeen"),
        translatable("eighteen"),
    ),
    *(translatable("nineteen"), translatable("twenty")),
)
_ORDINALS = (
    translatable("first"),
    translatable("second"),
    translatable("third"),
    translatable("fourth"),
)
_DAYS = (
    *(
        translatable("Monday"),
        translatable("Tuesday"),
        translatable("Wednesday"),
        translatable("Thursday"),
    ),
    *(translatable("Friday"), translatable("Saturday"), translatable("Sunday")),
)
_WORDS = (
    *(
        translatable("school"),
        translatable("pencil"),
        translatable("teacher"),
        translatable("paper"),
        translatable("lesson"),
    ),
    *(
        translatable("library"),
        translatable("garden"),
        translatable("window"),
        translatable("river"),
    ),
)
_KINDS = {
    translatable("a color"): (
        translatable("green"),
        translatable("yellow"),
        translatable("purple"),
        translatable("white"),
    ),
    translatable("an animal"): (
        translatable("horse"),
        translatable("rabbit"),
        translatable("sheep"),
        translatable("goose"),
    ),
    translatable("a fruit"): (
        translatable("apple"),
        translatable("pear"),
        translatable("banana"),
        translatable("melon"),
    ),
    translatable("a piece of furniture"): (
        *(translatable("chair"), translatable("table"), translatable("bed"), translatable("desk")),
    ),
}

_random = secrets.SystemRandom()


class CaptchaFailed(Exception):
    """The check failed; `reason` is the message to show with a new challenge.

    `challenge_id` is set after a wrong answer: record it as used, so that nobody can keep guessing
    at one question.
    """

    def __init__(self, reason: Translatable, challenge_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.challenge_id = challenge_id


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge, which can be solved in either of two ways.

    `altcha_json` is the `challenge` attribute of `<altcha-widget>`; `question` is shown with a text
    field named `ANSWER_FIELD` and a hidden `TOKEN_FIELD` that holds `question_token`.
    """

    altcha_json: str
    question: str
    question_token: str


class Captcha:
    """Creates challenges and checks responses; keeps no state.

    `secret` signs; `cost` is the PBKDF2 rounds in each of the about 256 attempts a browser needs.
    """

    def __init__(self, secret: str, cost: int = 5_000) -> None:
        self._cost = cost
        self._proof_key = hmac.digest(secret.encode(), b"captcha proof of work", "sha256")
        self._answer_key = hmac.digest(secret.encode(), b"captcha answer", "sha256")
        self._tokens = URLSafeSerializer(
            secret,
            salt="captcha question",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def new_challenge(self, now: datetime) -> Challenge:
        """A challenge valid for `LIFETIME` from now."""
        # The expiry travels in `data`: altcha compares its own `expiresAt` with the machine's
        # clock, and time is an argument here.
        challenge_id = secrets.token_urlsafe(16)
        stamp = {"id": challenge_id, "expires": int((now + LIFETIME).timestamp())}
        proof = altcha.create_challenge(
            "PBKDF2/SHA-256", self._cost, data=stamp, hmac_secret=self._proof_key
        )
        question, answer = _random.choice(_QUESTIONS)()
        token = {**stamp, "answer": self._sealed_answer(challenge_id, answer)}
        return Challenge(json.dumps(proof.to_dict()), question, str(self._tokens.dumps(token)))

    def check(self, form: Mapping[str, str], now: datetime, is_used: Callable[[str], bool]) -> str:
        """The id of the challenge this form solves; the caller records it as used for `LIFETIME`.

        Raises `CaptchaFailed`. `is_used` says whether an id was used before; recording must refuse
        a second insert of the same id, or two concurrent requests could share one proof.
        """
        proof, answer = form.get(PROOF_FIELD, ""), form.get(ANSWER_FIELD, "").strip()
        if not proof and not answer:
            raise CaptchaFailed(
                translatable("Please show that you are not a robot: answer the question below.")
            )
        stamp = (
            self._proof_stamp(proof) if proof else self._question_stamp(form.get(TOKEN_FIELD, ""))
        )
        if now.timestamp() >= stamp["expires"]:
            minutes = LIFETIME // timedelta(minutes=1)
            raise CaptchaFailed(
                translatable(
                    "This check is more than {minutes} minutes old. Please do the new one below.",
                    minutes=minutes,
                )
            )
        challenge_id = str(stamp["id"])
        if is_used(challenge_id):
            raise CaptchaFailed(USED_BEFORE)
        if not proof and not self._is_answer(stamp, answer):
            raise CaptchaFailed(
                translatable(
                    "That is not the right answer. Please answer the new question below; you "
                    "can type a number in digits or as a word."
                ),
                challenge_id,
            )
        return challenge_id

    def _proof_stamp(self, payload: str) -> dict[str, Any]:
        """The stamp of a challenge with a valid proof of work."""
        if len(payload) > _LONGEST_FIELD:
            raise _malformed()
        result = altcha.verify_solution(payload, self._proof_key)
        if not result.verified:
            raise _malformed()
        return dict(altcha.Payload.from_base64(payload).challenge.parameters.data or {})

    def _question_stamp(self, token: str) -> dict[str, Any]:
        """The stamp in a question's signed token."""
        if len(token) > _LONGEST_FIELD:
            raise _malformed()
        try:
            return dict(self._tokens.loads(token))
        except (BadData, UnicodeEncodeError) as error:
            raise _malformed() from error

    def _is_answer(self, stamp: Mapping[str, Any], answer: str) -> bool:
        sealed = self._sealed_answer(str(stamp["id"]), _normalized(answer))
        return hmac.compare_digest(sealed, str(stamp["answer"]))

    def _sealed_answer(self, challenge_id: str, answer: str) -> str:
        """The answer's keyed digest for the token, so that the token does not reveal it."""
        text = f"{challenge_id} {answer}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._answer_key, text, "sha256").hex()


def _malformed() -> CaptchaFailed:
    return CaptchaFailed(translatable("This check could not be read. Please do the new one below."))


def _normalized(answer: str) -> str:
    """One form for "7", " Seven. " and "seven", and for a word with and without its accents."""
    word = _plain(answer).strip(" .\"'")
    for numbers in (_NUMBERS, [_plain(_(number)) for number in _NUMBERS]):
        if word in numbers:
            return str(numbers.index(word))
    return word


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _sum() -> tuple[str, str]:
    first, second = _random.randint(2, 10), _random.randint(2, 10)
    wording = _random.choice(
        (
            _("What is {first} plus {second}? Type a number."),
            _(
                "You have {first} books and are given {second} more. How many do you have "
                "now? Type a number."
            ),
            _("Add {first} and {second}, and type the number you get."),
        )
    )
    words = wording.format(first=_(_NUMBERS[first]), second=_(_NUMBERS[second]))
    return words, str(first + second)


def _difference() -> tuple[str, str]:
    smaller, difference = _random.randint(2, 9), _random.randint(2, 9)
    wording = _random.choice(
        (
            _("What is {larger} minus {smaller}? Type a number."),
            _("Take {smaller} away from {larger}, and type the number that is left."),
            _("Of {larger} pencils, {smaller} are lost. How many are left? Type a number."),
        )
    )
    larger = _NUMBERS[smaller + difference]
    return wording.format(larger=_(larger), smaller=_(_NUMBERS[smaller])), str(difference)


def _larger_or_smaller() -> tuple[str, str]:
    pair = _random.sample(range(len(_NUMBERS)), 2)
    wording, answer = _random.choice(
        (
            (_("Which number is larger, {first} or {second}? Type it."), max(pair)),
            (_("Which number is smaller, {first} or {second}? Type it."), min(pair)),
        )
    )
    first, second = (_(_NUMBERS[number]) for number in pair)
    return wording.format(first=first, second=second), str(answer)


def _place_in_a_list() -> tuple[str, str]:
    numbers = _random.sample(range(1, len(_NUMBERS)), len(_ORDINALS))
    place = _random.randrange(len(_ORDINALS))
    listed = ", ".join(_(_NUMBERS[number]) for number in numbers)
    wording = _("Type the {which} number of these: {listed}.")
    return wording.format(which=_(_ORDINALS[place]), listed=listed), str(numbers[place])


def _letters() -> tuple[str, str]:
    word = _(_random.choice(_WORDS))
    wording = _("How many letters are in the word “{word}”? Type a number.")
    return wording.format(word=word), str(len(word))


def _neighboring_day() -> tuple[str, str]:
    day = _random.randrange(len(_DAYS))
    wording, step = _random.choice(
        (
            (_("Which day of the week comes right after {day}? Type it."), 1),
            (_("Which day of the week comes right before {day}? Type it."), -1),
        )
    )
    answer = _DAYS[(day + step) % len(_DAYS)]
    return wording.format(day=_(_DAYS[day])), _plain(_(answer))


def _one_of_a_kind() -> tuple[str, str]:
    kind, *others = _random.sample(list(_KINDS), 3)
    answer = _random.choice(_KINDS[kind])
    words = [answer, *(_random.choice(_KINDS[other]) for other in others)]
    _random.shuffle(words)
    listed = ", ".join(_(word) for word in words)
    wording = _("Which of these is {kind}: {listed}? Type the word.")
    return wording.format(kind=_(kind), listed=listed), _plain(_(answer))


_QUESTIONS = (
    _sum,
    _difference,
    _larger_or_smaller,
    _place_in_a_list,
    _letters,
    _neighboring_day,
    _one_of_a_kind,
)
