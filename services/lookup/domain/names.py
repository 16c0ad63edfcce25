"""Name search: folding names for comparison, search keys, and parsing the search box.

A key is a pair (last, first): a last name without spaces and hyphens, and the first names with
single spaces, both in plain lower-case letters.
In sort order a name comes before names that only begin with it, so exact matches come first.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

MIN_LETTERS = 2
MAX_WORDS = 8
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
# Letters that Unicode does not decompose into a plain letter and a combining mark.
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
    """One key under which a person is found, or one interpretation of a search."""

    last: str
    first: str


class TooFewLetters(ValueError):
    """A search must give at least two letters of a last name."""


def words_of(name: str) -> list[str]:
    """The words of a name in plain lower-case letters, each with its inner hyphens.

    Accents, apostrophes, periods and generational suffixes are dropped.
    """
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    spaced = _HYPHENS.sub("-", re.sub(r"\s*,\s*|\s+", " ", folded))
    kept = "".join(letter for letter in spaced if letter.isalnum() or letter in " -")
    words = [word for part in kept.split() if (word := part.strip("-"))]
    while len(words) > 1 and words[-1] in SUFFIXES:
        words.pop()
    return words


def keys_of(name: str, last_name: str | None, former_last_names: tuple[str, ...]) -> set[NameKey]:
    """Every key under which a person with this full name is found.

    Each part of a compound last name counts: de la Cruz is also found under Cruz.
    Without a stated last name, any part after the first may be the last name.
    """
    words = words_of(name)
    if not words:
        return set()
    last_begins = max(0, len(words) - len(words_of(last_name))) if last_name else None
    begins = range(1, len(words)) if last_begins is None else range(last_begins, len(words))
    keys = {
        NameKey(last, _first(words[: begin if last_begins is None else last_begins]))
        for begin in (begins or [0])
        for last in _last_names(words[begin:])
    }
    given = _first(words[: max(1, len(words) - 1 if last_begins is None else last_begins)])
    return keys | {
        NameKey(last, given)
        for former in former_last_names
        for begin in range(len(words_of(former)))
        for last in _last_names(words_of(former)[begin:])
    }


def _last_names(words: list[str]) -> Iterator[str]:
    """The last name in these words: whole, and starting after each hyphen of its first word."""
    parts = words[0].split("-")
    rest = "".join(words[1:]).replace("-", "")
    for begin in range(len(parts)):
        yield "".join(parts[begin:]) + rest


def _first(words: list[str]) -> str:
    return " ".join(word.replace("-", "") for word in words)


def interpretations_of(search: str) -> list[NameKey]:
    """The ways to interpret a search such as "Smith, Ada", "Ada Smith", "smith ad" or "ada smi".

    Each holds the beginnings of a last and a first name; raises `TooFewLetters`.
    """
    before, _, after = search.partition(",")
    given = [word for word in words_of(after) if word not in SUFFIXES]
    if given:
        pairs = [(words_of(before), given)]
    else:
        words = words_of(search)[:MAX_WORDS]
        splits = [(words[:at], words[at:]) for at in range(1, len(words))]
        western = [(last, first) for first, last in splits]
        pairs = [*reversed(western), (words, []), *splits]
    keys = [
        NameKey("".join(last).replace("-", ""), spelling)
        for last, first in pairs
        for spelling in sorted({_first(first), _first(first).replace(" ", "")})
    ]
    usable = [key for key in dict.fromkeys(keys) if len(key.last) >= MIN_LETTERS]
    if not usable:
        raise TooFewLetters
    return usable


def number_key(number: str) -> str:
    """A number for comparison: its letters, in capitals, and its digits."""
    return "".join(sign for sign in number.upper() if sign.isascii() and sign.isalnum())
