"""Words of names that a registrar would ask about: nicknames, spellings, slips of the keys."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

SHORTEST_WITH_SLIP = 5
"""A shorter name with another letter is as likely another name: Hall and Hill."""
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        # Words of five letters and more alone, so that Joe is not Jo.
        (r"^(?=.{5})(.*?)(?:ue)(?=[^aeiou])", r"\1u"),
        (r"^(?=.{5})(.*?)(?:oe)(?=[^aeiou])", r"\1o"),
        (r"^(?=.{5})(.*?)(?:ae|aa)(?=[^aeiou])", r"\1a"),
        (r"^(?=.{6})mac(?=[^aeiouhk])", "mc"),
        (r"(?<=[skc])a$(?<=(?:sk|ck)a)", "i"),
        (r"(?<=...)ss?[eo]n$", "sn"),
        ("[ae][iy](?=er$)", "ai"),
        (r"(?<=^..)[ae]y$|(?<=^...)[ae]y$", "ai"),
        ("ey$", "i"),
        ("dt$", "t"),
        ("ph", "f"),
        ("^kn", "n"),
        ("^wr|rh", "r"),
        ("th", "t"),
        (r"(?<=[aeiou])h$", ""),
        ("ck|cc|q", "k"),
        ("sch", "sh"),
        ("c(?=[eiy])", "s"),
        ("c(?!h)", "k"),
        ("z", "s"),
        ("x", "ks"),
        ("y", "i"),
        (r"(?<=[^aeiou])(?:ee|ei|ie|ea)(?=[^aeiou])", "i"),
        ("(?:ei|ie)$", "i"),
        (r"(?<=[dknrtwl][dkfhnrtw])(?<!enn)e$|(?<=een|ook)e$", ""),
        (r"(.)\1+", r"\1"),
    )
)
"""Letters that are said alike in English, and in endings of other languages."""


class _Usual(NamedTuple):
    """The lines of `nicknames.txt` in which a name stands, as full name and as nickname."""

    full: frozenset[int]
    nick: frozenset[int]


@cache
def _usual_names() -> Mapping[str, _Usual]:
    full, nick = defaultdict(set), defaultdict(set)
    text = Path(__file__).with_name("nicknames.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        names, is_name, nicknames = line.partition("=")
        if is_name and not line.startswith("#"):
            for name in names.split():
                full[name].add(number)
            for name in nicknames.split():
                nick[name].add(number)
    return {name: _Usual(frozenset(full[name]), frozenset(nick[name])) for name in {*full, *nick}}


@cache
def _common_last_names() -> frozenset[str]:
    text = Path(__file__).with_name("common_last_names.txt").read_text(encoding="utf-8")
    return frozenset(text.partition("\n")[2].split())


def _is_usual(name: str, *, is_given: bool) -> bool:
    """Whether many people have this name, so that it is hardly a slip of the keys."""
    return name in _usual_names() or (not is_given and name in _common_last_names())


def is_nickname(one: str, other: str) -> bool:
    """Whether one is a nickname of the other, or both are nicknames of one name."""
    left, right = _usual_names().get(one), _usual_names().get(other)
    if left is None or right is None:
        return False
    return bool((left.full | left.nick) & right.nick or left.nick & right.full)


def is_other_spelling(one: str, other: str) -> bool:
    """Whether both are spellings of one given name, or are said alike."""
    left, right = _usual_names().get(one), _usual_names().get(other)
    if left and right and (left.full or right.full):
        return bool(left.full & right.full)
    return min(len(one), len(other)) > 1 and sound_of(one) == sound_of(other)


@lru_cache(maxsize=4096)
def sound_of(word: str) -> str:
    """The word as it is said, roughly: Smith and Smyth are one."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


def is_slip(one: str, other: str, *, is_given: bool) -> bool:
    """Whether one becomes the other by one slip of the keys, and not another usual name."""
    if min(len(one), len(other)) < SHORTEST_WITH_SLIP or one == other:
        return False
    if all(_is_usual(name, is_given=is_given) for name in (one, other)):
        return False
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    pairs = zip(longer, shorter, strict=False)
    start = next((at for at, (a, b) in enumerate(pairs) if a != b), len(shorter))
    more, less = longer[start:], shorter[start:]
    if len(more) == len(less):
        is_exchanged = more[:2] == less[1::-1] and more[2:] == less[2:]
        return is_exchanged or (
            start > 0
            and more[1:] == less[1:]
            and _is_mistyped(more[0], less[0], is_ending=len(more) == 1)
        )
    # A letter more at the end makes another name: Eric and Erica, Robert and Roberts.
    endings = "aeo" if is_given else "s"
    return start > 0 and more[1:] == less and not (less == "" and more in endings)


def _is_mistyped(one: str, other: str, *, is_ending: bool) -> bool:
    """Whether the keys are neighbors; two vowels at the end make another name: Mario and Maria."""
    if is_ending and {one, other} <= _VOWELS:
        return False
    return other in _neighbors().get(one, "")


@cache
def _neighbors() -> Mapping[str, frozenset[str]]:
    places = {
        letter: (row, column)
        for row, letters in enumerate(_KEYBOARD)
        for column, letter in enumerate(letters)
    }
    # Each row of keys is shifted to the right by about half a key.
    return {
        letter: frozenset(
            other
            for other, (y, x) in places.items()
            if abs(y - row) <= 1 and abs((x + y / 2) - (column + row / 2)) <= 1
        )
        - {letter}
        for letter, (row, column) in places.items()
    }
