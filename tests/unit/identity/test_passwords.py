"""Passwords: what a new one must be, in plain words, and how they are hashed and checked."""

import time
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError

from chassis.settings import ROOT
from services.identity.adapters.passwords import (
    check_password,
    equalize_timing,
    hash_password,
    needs_rehash,
)
from services.identity.domain.password_rule import PasswordRule
from services.identity.jurisdiction import common_passwords

NIST = PasswordRule(common=common_passwords())
KECS = PasswordRule(minimum_length=8, composition=True, common=common_passwords())
CONTEXT = ("rboone", "Rebecca", "Boone", "rebecca.boone@example.org", "EPSB", "Kentucky")


@pytest.mark.parametrize(
    "password",
    [
        "seven ravens over fog",
        "long quiet rivers bend",
        "violin under the marble stair",
        "my school has a green door",
        "tqvmzjwplxhdrgk",
        "ünïcödé träüme nächts",
        "春の海ひねもすのたりのたりかな",
        "a fine day to walk in Kentucky",
        "lucky falcon chocolate mustang",
        "x" * 5 + "qwvutzjm" * 15,
    ],
)
def test_a_long_password_of_any_characters_is_accepted(password: str) -> None:
    assert NIST.faults(password, CONTEXT) == []


def test_no_composition_is_asked_by_default() -> None:
    assert NIST.faults("only lower case letters here") == []


def test_a_password_of_fourteen_characters_is_too_short_and_of_fifteen_is_not() -> None:
    assert NIST.faults("tqvmzjwplxhdrg") == [
        (
            "Use at least 15 characters. "
            "Several unrelated words with spaces between them are easy to remember."
        )
    ]
    assert NIST.faults("tqvmzjwplxhdrgk") == []


def test_a_password_of_128_characters_is_accepted_and_of_129_is_not() -> None:
    longest = ("violin marble stair " * 7)[:128]
    assert NIST.faults(longest) == []
    assert NIST.faults(longest + "x") == ["Use at most 128 characters."]


def test_characters_are_counted_after_normalizing() -> None:
    decomposed = "e\u0301" * 8
    assert len(decomposed) == 16
    assert "Use at least 15 characters" in NIST.faults(decomposed)[0]


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "PasswordPassword1",
        "123456789012345",
        "qwertyuiopasdfghjkl",
        "iloveyouforever",
        "P@ssw0rdP@ssw0rd!",
        "sunshine sunshine 1",
        "\uff30\uff21\uff33\uff33\uff37\uff2f\uff32\uff24password",
    ],
)
def test_a_common_password_is_refused(password: str) -> None:
    assert NIST.faults(password) == [
        "Choose something less common; passwords like this are guessed first."
    ]


@pytest.mark.parametrize("password", ["aaaaaaaaaaaaaaaa", "abababababababab", "x.y.x.y.x.y.x.y.x"])
def test_a_repeated_pattern_is_refused(password: str) -> None:
    assert NIST.faults(password) == [
        "Use more different characters; repeated ones are guessed first."
    ]


@pytest.mark.parametrize(
    "password",
    [
        "kentucky kentucky",
        "Rebecca-Boone-1984",
        "RebeccaBooneEPSB",
        "rebecca.boone@example.org",
        "kentuckypassword",
        "rboone rboone 123",
    ],
)
def test_a_password_made_of_the_person_or_the_agency_is_refused(password: str) -> None:
    assert NIST.faults(password, CONTEXT) == [
        (
            "Do not build your password on your name, your username, your email address or "
            "the agency's name; they are guessed first."
        )
    ]


def test_a_short_word_is_told_to_be_short_and_nothing_else() -> None:
    assert len(NIST.faults("tqvmz", CONTEXT)) == 1


def test_very_short_names_do_not_forbid_their_letters() -> None:
    assert NIST.faults("violin under marble", ["", *"violnudermab", "Un", "De"]) == []


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("tqvmzj7!", "uppercase letter"),
        ("TQVMZJ7!", "lowercase letter"),
        ("TqvmzjX!", "number"),
        ("Tqvmzj74", "special character"),
    ],
)
def test_the_older_rule_names_the_one_missing_class(password: str, missing: str) -> None:
    faults = KECS.faults(password)
    assert len(faults) == 1
    assert missing in faults[0]


def test_the_older_rule_accepts_what_the_older_system_accepted() -> None:
    assert KECS.faults("Tqvmzj7!") == []


def test_the_older_rule_still_refuses_common_passwords() -> None:
    assert len(KECS.faults("Password1!")) == 1


def test_an_empty_password_is_only_too_short() -> None:
    assert len(NIST.faults("")) == 1


def test_the_list_of_common_passwords_is_sorted_out() -> None:
    path = ROOT / "services/identity/domain/common_passwords.txt"
    words = path.read_text(encoding="utf-8").splitlines()
    assert len(words) >= 300
    assert len(set(words)) == len(words)
    assert all(word == word.casefold().strip() and len(word) >= 4 for word in words)


def test_a_password_checks_against_its_hash_and_no_other_does() -> None:
    hashed = hash_password("seven ravens over fog")
    assert check_password(hashed, "seven ravens over fog")
    assert not check_password(hashed, "seven ravens over frog")
    assert "ravens" not in hashed


def test_the_same_password_hashes_differently_each_time() -> None:
    assert hash_password("seven ravens over fog") != hash_password("seven ravens over fog")


def test_a_password_checks_however_its_accents_were_typed() -> None:
    assert check_password(hash_password("cafe\u0301 au lait at dawn"), "caf\u00e9 au lait at dawn")


def test_half_a_surrogate_pair_is_hashed_like_any_character() -> None:
    assert check_password(hash_password("\ud83d lonely half"), "\ud83d lonely half")


def test_a_stored_text_that_is_no_hash_is_an_error_and_not_a_wrong_password() -> None:
    with pytest.raises(InvalidHashError):
        check_password("not a hash", "seven ravens over fog")


def test_a_hash_with_older_settings_still_checks_and_asks_for_a_new_one() -> None:
    older = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("seven ravens")
    assert check_password(older, "seven ravens")
    assert needs_rehash(older)
    assert not needs_rehash(hash_password("seven ravens"))


def test_an_unknown_user_costs_as_much_as_a_known_one() -> None:
    hashed = hash_password("seven ravens over fog")
    known = cheapest(lambda: check_password(hashed, "a wrong password"))
    unknown = cheapest(lambda: equalize_timing("a wrong password"))
    assert known / 2 < unknown < known * 2


def cheapest(check: Callable[[], object]) -> float:
    """Processor seconds of the quickest of five runs, which other work on the machine spares."""
    costs = []
    for _ in range(5):
        started = time.thread_time()
        check()
        costs.append(time.thread_time() - started)
    return min(costs)
