"""Names as people write them: folded for comparison, keyed for search, read from a search box.

A key is a pair (last, first): a last name without blanks and hyphens, and the first names with
single blanks, both in plain lower-case letters.
Sorted, a name stands before those that only begin with it, so that exact matches come first.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

LEAST_LETTERS = 2
MOST_WORDS = 8
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "\u0131": "i",
    }
)
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212-]+")


class NameKey(NamedTuple):
    """One way in which a person can be found, or one way to understand what was searched for."""

    last: str
    first: str


class TooFewLetters(ValueError):
    """A search must give at least two letters of a last name."""


def words_of(name: str) -> list[str]:
    """The words of a name in plain lower-case letters, each with its inner hyphens.

    Accents, apostrophes, periods and a generation's suffix do not count.
    """
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    spaced = _HYPHENS.sub("-", re.sub(r"\s*,\s*|\s+", " ", folded))
    kept = "".join(each for each in spaced if each.isalnum() or each in " -")
    words = [word for each in kept.split() if (word := each.strip("-"))]
    while len(words) > 1 and words[-1] in SUFFIXES:
        words.pop()
    return words


def keys_of(name: str, last_name: str | None, former_last_names: tuple[str, ...]) -> set[NameKey]:
    """Every key under which somebody of this full name is found.

    Each part of a last name of several parts counts: de la Cruz is found under Cruz, too.
    Where nobody says which part of the name is the last name, each part after the first may be.
    """
    words = words_of(name)
    if not words:
        return set()
    known = max(0, len(words) - len(words_of(last_name))) if last_name else None
    begins = range(1, len(words)) if known is None else range(known, len(words))
    keys = {
        NameKey(last, _first(words[: begin if known is None else known]))
        for begin in (begins or [0])
        for last in _last_names(words[begin:])
    }
    given = _first(words[: max(1, len(words) - 1 if known is None else known)])
    return keys | {
        NameKey(last, given)
        for former in former_last_names
        for begin in range(len(words_of(former)))
        for last in _last_names(words_of(former)[begin:])
    }


def _last_names(words: list[str]) -> Iterator[str]:
    """The last name in these words, whole, and from each hyphen of its first word on."""
    parts = words[0].split("-")
    rest = "".join(words[1:]).replace("-", "")
    for begin in range(len(parts)):
        yield "".join(parts[begin:]) + rest


def _first(words: list[str]) -> str:
    return " ".join(word.replace("-", "") for word in words)


def understandings_of(search: str) -> list[NameKey]:
    """The ways to understand what was typed: "Smith, Ada", "Ada Smith", "smith ad" and "ada smi".

    Each names the beginnings of a last and a first name; raises `TooFewLetters`.
    """
    before, _, after = search.partition(",")
    given = [word for word in words_of(after) if word not in SUFFIXES]
    if given:
        pairs = [(words_of(before), given)]
    else:
        words = words_of(search)[:MOST_WORDS]
        splits = [(words[:at], words[at:]) for at in range(1, len(words))]
        western = [(last, first) for first, last in splits]
        pairs = [*reversed(western), (words, []), *splits]
    found = [
        NameKey("".join(last).replace("-", ""), spelling)
        for last, first in pairs
        for spelling in sorted({_first(first), _first(first).replace(" ", "")})
    ]
    usable = [each for each in dict.fromkeys(found) if len(each.last) >= LEAST_LETTERS]
    if not usable:
        raise TooFewLetters
    return usable


def number_key(number: str) -> str:
    """A number for comparison: its letters, in capitals, and digits."""
    return "".join(each for each in number.upper() if each.isascii() and each.isalnum())
