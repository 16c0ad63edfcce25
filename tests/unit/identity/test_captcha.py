"""The CAPTCHA: both ways through it, and everything that does not get through."""

import base64
import hashlib
import json
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
import pytest
from itsdangerous import URLSafeSerializer

from services.identity.adapters import captcha as captcha_module
from services.identity.adapters.captcha import (
    ANSWER_FIELD,
    LIFETIME,
    PROOF_FIELD,
    TOKEN_FIELD,
    Captcha,
    CaptchaFailed,
    Challenge,
)

NOW = datetime(2026, 8, 3, 14, 30, tzinfo=UTC)
SECRET = "a secret that signs challenges in tests"
CHEAP = Captcha(SECRET, cost=1)
WORDS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
KINDS = {
    "color": {"green", "yellow", "purple", "white"},
    "animal": {"horse", "rabbit", "sheep", "goose"},
    "fruit": {"apple", "pear", "banana", "melon"},
    "furniture": {"chair", "table", "bed", "desk"},
}


def unused(_challenge_id: str) -> bool:
    return False


def proof_of(challenge: Challenge) -> dict[str, str]:
    """The form as the widget fills it in."""
    asked = altcha.Challenge.from_dict(json.loads(challenge.altcha_json))
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    return {PROOF_FIELD: altcha.Payload(asked, solution).to_base64()}


def answer_to(question: str) -> str:  # one return for each kind of question
    """The answer of a person who reads the question."""
    words: list[str] = re.findall(r"[a-z]+", question.lower())
    numbers = [WORDS.index(word) for word in words if word in WORDS]
    if "plus" in words or "more" in words or "add" in words:
        return str(sum(numbers))
    if "minus" in words or words[0] == "of":
        return str(numbers[0] - numbers[1])
    if "away" in words:
        return str(numbers[1] - numbers[0])
    if "larger" in words or "smaller" in words:
        return str(max(numbers) if "larger" in words else min(numbers))
    if "these:" in question:
        return str(numbers[["first", "second", "third", "fourth"].index(words[2])])
    if "letters" in words:
        return str(len(question.split("“")[1].split("”", maxsplit=1)[0]))
    if "week" in words:
        day = next(DAYS.index(word) for word in words if word in DAYS)
        return DAYS[(day + (1 if "after" in words else -1)) % 7]
    kind = next(kind for kind in KINDS if kind in words)
    return next(word for word in words if word in KINDS[kind])


def answered(challenge: Challenge, answer: str | None = None) -> dict[str, str]:
    """The form as a person without JavaScript fills it in."""
    given = answer_to(challenge.question) if answer is None else answer
    return {PROOF_FIELD: "", TOKEN_FIELD: challenge.question_token, ANSWER_FIELD: given}


def content_of(token: str) -> dict[str, Any]:
    """What anybody can read in a question's token without knowing the secret."""
    _, content = URLSafeSerializer("x").loads_unsafe(token)
    return dict(content)


def refusal(form: dict[str, str], now: datetime = NOW) -> CaptchaFailed:
    with pytest.raises(CaptchaFailed) as failure:
        CHEAP.check(form, now, unused)
    assert str(failure.value) == failure.value.reason
    return failure.value


def question_of(kind: str) -> Challenge:
    """A challenge whose question holds this wording."""
    return next(
        challenge
        for challenge in (CHEAP.new_challenge(NOW) for _ in range(2000))
        if kind in challenge.question
    )


def test_proof_of_work_is_accepted() -> None:
    assert CHEAP.check(proof_of(CHEAP.new_challenge(NOW)), NOW, unused)


def test_the_usual_cost_is_solved_in_a_few_hundred_tries() -> None:
    usual = Captcha(SECRET)
    challenge = usual.new_challenge(NOW)
    parameters = json.loads(challenge.altcha_json)["parameters"]
    assert parameters["cost"] == 5000
    assert parameters["keyPrefix"] == "00"
    assert usual.check(proof_of(challenge), NOW, unused)


def test_a_right_answer_is_accepted_whatever_the_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(captcha_module, "_random", random.Random(1792))
    challenges = [CHEAP.new_challenge(NOW) for _ in range(500)]
    for challenge in challenges:
        assert CHEAP.check(answered(challenge), NOW, unused), challenge.question
    first_words = {challenge.question.split()[0] for challenge in challenges}
    assert first_words == {"What", "You", "Add", "Take", "Of", "Which", "Type", "How"}


def test_a_number_may_be_typed_as_a_word_with_capitals_and_a_full_stop() -> None:
    challenge = question_of("plus")
    word = WORDS[int(answer_to(challenge.question))]
    assert CHEAP.check(answered(challenge, f" {word.capitalize()}. "), NOW, unused)


def test_a_wrong_answer_is_refused_and_uses_its_question_up() -> None:
    challenge = question_of("plus")
    failure = refusal(answered(challenge, "99"))
    assert "not the right answer" in failure.reason
    assert "not the right answer" in refusal(answered(challenge, "\ud83d")).reason
    assert failure.challenge_id == CHEAP.check(answered(challenge), NOW, unused)


def test_the_answer_cannot_be_read_in_the_token() -> None:
    challenge = question_of("week")
    content = content_of(challenge.question_token)
    assert set(content) == {"id", "expires", "answer"}
    assert answer_to(challenge.question) not in str(content)
    assert content["answer"] != hashlib.sha256(answer_to(challenge.question).encode()).hexdigest()


def test_equal_answers_look_different_in_every_token() -> None:
    sealed = [content_of(question_of("week").question_token)["answer"] for _ in range(20)]
    assert len(set(sealed)) == 20


def test_nothing_filled_in_is_refused_with_what_to_do() -> None:
    assert "answer the question" in refusal({}).reason
    assert "answer the question" in refusal(answered(CHEAP.new_challenge(NOW), "  ")).reason


@pytest.mark.parametrize("way", [proof_of, answered])
def test_a_used_challenge_is_refused(way: Callable[[Challenge], dict[str, str]]) -> None:
    used: set[str] = set()
    form = way(CHEAP.new_challenge(NOW))
    used.add(CHEAP.check(form, NOW, used.__contains__))
    with pytest.raises(CaptchaFailed, match="used before"):
        CHEAP.check(form, NOW, used.__contains__)


def test_one_challenge_counts_once_whichever_way_it_is_met() -> None:
    challenge = CHEAP.new_challenge(NOW)
    used = {CHEAP.check(proof_of(challenge), NOW, unused)}
    with pytest.raises(CaptchaFailed, match="used before"):
        CHEAP.check(answered(challenge), NOW, used.__contains__)


@pytest.mark.parametrize("way", [proof_of, answered])
def test_a_challenge_holds_for_ten_minutes_and_then_expires(
    way: Callable[[Challenge], dict[str, str]],
) -> None:
    form = way(CHEAP.new_challenge(NOW))
    assert CHEAP.check(form, NOW + LIFETIME - timedelta(seconds=1), unused)
    assert "10 minutes" in refusal(form, NOW + LIFETIME).reason


def test_a_tampered_question_token_is_refused() -> None:
    form = answered(CHEAP.new_challenge(NOW))
    content = content_of(form[TOKEN_FIELD])
    forged = str(URLSafeSerializer("x").dumps({**content, "expires": content["expires"] + 3600}))
    signature = form[TOKEN_FIELD].rpartition(".")[2]
    later = f"{forged.rpartition('.')[0]}.{signature}"
    assert content_of(later) != content
    assert "could not be read" in refusal({**form, TOKEN_FIELD: later}).reason


def test_a_tampered_proof_is_refused() -> None:
    form = proof_of(CHEAP.new_challenge(NOW))
    payload = json.loads(base64.b64decode(form[PROOF_FIELD]))
    payload["challenge"]["parameters"]["data"]["expires"] += 3600
    later = base64.b64encode(json.dumps(payload).encode()).decode()
    assert "could not be read" in refusal({PROOF_FIELD: later}).reason


def test_a_proof_without_the_work_is_refused() -> None:
    asked = altcha.Challenge.from_dict(json.loads(CHEAP.new_challenge(NOW).altcha_json))
    lazy = altcha.Payload(asked, altcha.Solution(0, "00" * 32)).to_base64()
    assert "could not be read" in refusal({PROOF_FIELD: lazy}).reason


@pytest.mark.parametrize("field", [PROOF_FIELD, TOKEN_FIELD])
@pytest.mark.parametrize(
    "content", ["x", "e30=", "W10=", "bnVsbA==", "a.b.c", "\ud83d", "é", "[" * 3000, "A" * 100_000]
)
def test_rubbish_is_refused_and_never_an_error(field: str, content: str) -> None:
    assert "could not be read" in refusal({ANSWER_FIELD: "7", field: content}).reason


def test_another_secrets_challenges_are_refused() -> None:
    strangers = Captcha("a secret of another installation, in tests", cost=1).new_challenge(NOW)
    assert "could not be read" in refusal(proof_of(strangers)).reason
    assert "could not be read" in refusal(answered(strangers)).reason


def test_a_token_of_one_question_does_not_serve_for_another() -> None:
    asked, other = question_of("minus"), question_of("week")
    mixed = {**answered(asked), TOKEN_FIELD: other.question_token}
    assert "not the right answer" in refusal(mixed).reason


def test_the_secret_is_not_printed() -> None:
    assert SECRET not in repr(CHEAP)
    assert SECRET not in repr(CHEAP.new_challenge(NOW))


def test_every_kind_of_question_is_one_sentence_that_says_what_to_type() -> None:
    for ask in captcha_module._QUESTIONS:
        question, answer = ask()
        assert "type" in question.lower()
        assert answer == answer.strip().casefold()
        assert answer
