"""The self-hosted CAPTCHA: proof of work where there is JavaScript, a worded question where not.

Either way answers one challenge, which expires and counts once; no third party is asked.
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

PROOF_FIELD = "captcha"
"""The hidden form field that the altcha widget fills in, as the page frame's macro names it."""
ANSWER_FIELD = "captcha_answer"
TOKEN_FIELD = "captcha_token"  # noqa: S105  # a field's name

LIFETIME = timedelta(minutes=10)

_LONGEST_FIELD = 4096
_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
_ORDINALS = ("first", "second", "third", "fourth")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WORDS = ("school", "pencil", "teacher", "paper", "lesson", "library", "garden", "window", "river")
_KINDS = {
    "a color": ("green", "yellow", "purple", "white"),
    "an animal": ("horse", "rabbit", "sheep", "goose"),
    "a fruit": ("apple", "pear", "banana", "melon"),
    "a piece of furniture": ("chair", "table", "bed", "desk"),
}

_random = secrets.SystemRandom()


class CaptchaFailed(Exception):
    """The check did not succeed; `reason` tells the person why, in words to show beside a new one.

    `challenge_id` is set when a wrong answer was given: remember it as used too, so that nobody
    can go on guessing at one question.
    """

    def __init__(self, reason: str, challenge_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.challenge_id = challenge_id


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge, to be met in either of two ways.

    `altcha_json` is the `challenge` attribute of `<altcha-widget>`; `question` is shown with a text
    field named `ANSWER_FIELD` beside a hidden `TOKEN_FIELD` that holds `question_token`.
    """

    altcha_json: str
    question: str
    question_token: str


class Captcha:
    """Makes challenges and checks what comes back; remembers nothing itself.

    `secret` signs; `cost` is the rounds of PBKDF2 in each of the about 256 tries a browser needs.
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
        """A challenge good for `LIFETIME` from now."""
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
        """The id of the challenge this form meets; the caller remembers it as used for `LIFETIME`.

        Raises `CaptchaFailed`. `is_used` says whether an id was used before; remembering must
        refuse a second insert of the same id, or two simultaneous requests could share one proof.
        """
        proof, answer = form.get(PROOF_FIELD, ""), form.get(ANSWER_FIELD, "").strip()
        if not proof and not answer:
            raise CaptchaFailed("Please show that you are not a robot: answer the question below.")
        stamp = self._proven(proof) if proof else self._asked(form.get(TOKEN_FIELD, ""))
        if now.timestamp() >= stamp["expires"]:
            minutes = LIFETIME // timedelta(minutes=1)
            raise CaptchaFailed(
                f"This check is more than {minutes} minutes old. Please do the new one below."
            )
        challenge_id = str(stamp["id"])
        if is_used(challenge_id):
            raise CaptchaFailed("This check was used before. Please do the new one below.")
        if not proof and not self._is_answer(stamp, answer):
            raise CaptchaFailed(
                "That is not the answer to the question. Please answer the new one below; "
                "a number may be typed in digits or as a word.",
                challenge_id,
            )
        return challenge_id

    def _proven(self, payload: str) -> dict[str, Any]:
        """The stamp of a challenge whose proof of work is right."""
        if len(payload) > _LONGEST_FIELD:
            raise _unreadable()
        result = altcha.verify_solution(payload, self._proof_key)
        if not result.verified:
            raise _unreadable()
        return dict(altcha.Payload.from_base64(payload).challenge.parameters.data or {})

    def _asked(self, token: str) -> dict[str, Any]:
        """The stamp of the question that was asked, signed by us."""
        if len(token) > _LONGEST_FIELD:
            raise _unreadable()
        try:
            return dict(self._tokens.loads(token))
        except (BadData, UnicodeEncodeError) as error:
            raise _unreadable() from error

    def _is_answer(self, stamp: Mapping[str, Any], answer: str) -> bool:
        sealed = self._sealed_answer(str(stamp["id"]), _normalized(answer))
        return hmac.compare_digest(sealed, str(stamp["answer"]))

    def _sealed_answer(self, challenge_id: str, answer: str) -> str:
        """The answer as it may stand in the token: nobody else can tell which word gives this."""
        text = f"{challenge_id} {answer}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._answer_key, text, "sha256").hex()


def _unreadable() -> CaptchaFailed:
    return CaptchaFailed("This check could not be read. Please do the new one below.")


def _normalized(answer: str) -> str:
    """One form for "7", " Seven. " and "seven"."""
    word = unicodedata.normalize("NFKC", answer).casefold().strip(" .\"'")
    return str(_NUMBERS.index(word)) if word in _NUMBERS else word


def _sum() -> tuple[str, str]:
    first, second = _random.randint(2, 10), _random.randint(2, 10)
    wording = _random.choice(
        (
            "What is {} plus {}? Type a number.",
            "You have {} books and are given {} more. How many have you now? Type a number.",
            "Add up {} and {}, and type the number that you get.",
        )
    )
    return wording.format(_NUMBERS[first], _NUMBERS[second]), str(first + second)


def _difference() -> tuple[str, str]:
    smaller, difference = _random.randint(2, 9), _random.randint(2, 9)
    wording = _random.choice(
        (
            "What is {larger} minus {smaller}? Type a number.",
            "Take {smaller} away from {larger}, and type the number that is left.",
            "Of {larger} pencils, {smaller} are lost. How many are left? Type a number.",
        )
    )
    larger = _NUMBERS[smaller + difference]
    return wording.format(larger=larger, smaller=_NUMBERS[smaller]), str(difference)


def _larger_or_smaller() -> tuple[str, str]:
    pair = _random.sample(range(len(_NUMBERS)), 2)
    word, answer = _random.choice((("larger", max(pair)), ("smaller", min(pair))))
    first, second = (_NUMBERS[number] for number in pair)
    return f"Which number is {word}, {first} or {second}? Type it.", str(answer)


def _place_in_a_list() -> tuple[str, str]:
    numbers = _random.sample(range(1, len(_NUMBERS)), len(_ORDINALS))
    place = _random.randrange(len(_ORDINALS))
    listed = ", ".join(_NUMBERS[number] for number in numbers)
    return f"Type the {_ORDINALS[place]} number of these: {listed}.", str(numbers[place])


def _letters() -> tuple[str, str]:
    word = _random.choice(_WORDS)
    return f"How many letters has the word “{word}”? Type a number.", str(len(word))


def _neighboring_day() -> tuple[str, str]:
    day = _random.randrange(len(_DAYS))
    word, step = _random.choice((("after", 1), ("before", -1)))
    answer = _DAYS[(day + step) % len(_DAYS)]
    return f"Which day of the week comes right {word} {_DAYS[day]}? Type it.", answer.casefold()


def _one_of_a_kind() -> tuple[str, str]:
    asked, *others = _random.sample(list(_KINDS), 3)
    answer = _random.choice(_KINDS[asked])
    words = [answer, *(_random.choice(_KINDS[other]) for other in others)]
    _random.shuffle(words)
    return f"Which of these is {asked}: {', '.join(words)}? Type the word.", answer


_QUESTIONS = (
    _sum,
    _difference,
    _larger_or_smaller,
    _place_in_a_list,
    _letters,
    _neighboring_day,
    _one_of_a_kind,
)
