"""Name search: folding names for comparison, search keys, and parsing the search box.

A key is a pair (last, first): a last name without spaces and hyphens, and the first names with
single spaces, both in plain lower-case letters.
In sort order a name comes before names that only begin with it, so exact matches come first.
"""

from collections.abc import Iterator
from typing import NamedTuple

from chassis.names.keys import Sought, filed_words, readings_of, search_words

MIN_LETTERS = 2
MAX_WORDS = 8


class NameKey(NamedTuple):
    """One key under which a person is found, or one interpretation of a search."""

    last: str
    first: str

    @property
    def is_whole_last_name(self) -> bool:
        """Whether the last name is one letter, and not the beginning of longer ones."""
        return len(self.last) == 1

    @property
    def is_enough(self) -> bool:
        """Whether it says enough to be searched by."""
        return len(self.last) >= MIN_LETTERS or (
            self.is_whole_last_name and len(self.first) >= MIN_LETTERS
        )


class TooFewLetters(ValueError):
    """A search must give at least two letters of a last name, or a whole one and a first name."""


def keys_of(name: str, last_name: str | None, former_last_names: tuple[str, ...]) -> set[NameKey]:
    """Every key under which a person with this full name is found.

    Each part of a compound last name counts: de la Cruz is also found under Cruz.
    Without a stated last name, any part after the first may be the last name.
    """
    first, splits = _split(name, last_name) if last_name else _split_anywhere(name)
    splits += [
        (first, words[begin:])
        for words in map(search_words, former_last_names)
        for begin in range(len(words))
    ]
    return {NameKey(last, _first(given)) for given, words in splits for last in _last_names(words)}


_Split = tuple[list[str], list[str]]
"""One way to part a name into given names and last name."""


def _split(name: str, last_name: str) -> tuple[list[str], list[_Split]]:
    """The given names, and the name with its last name and with each later part of that.

    What follows the last name is a suffix or a degree, whatever it looks like.
    """
    words, last = filed_words(name), search_words(last_name)
    first = words[
        : next(
            (at for at in reversed(range(len(words))) if words[at : at + len(last)] == last),
            max(0, len(words) - len(last)),
        )
    ]
    return first, [(first, last[begin:]) for begin in range(len(last))]


def _split_anywhere(name: str) -> tuple[list[str], list[_Split]]:
    words = search_words(name)
    splits = [(words[:begin], words[begin:]) for begin in range(1, len(words))]
    return words[: max(1, len(words) - 1)], splits or [([], words)] * bool(words)


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

    Each holds the beginnings of a last and a first name, or a whole last name of one letter;
    raises `TooFewLetters`.
    """
    keys = [
        NameKey("".join(last), spelling)
        for reading in readings_of(search)
        for last, first in _parted(reading)
        for spelling in sorted({_first(first), _first(first).replace(" ", "")})
    ]
    usable = [key for key in dict.fromkeys(keys) if key.is_enough]
    if not usable:
        raise TooFewLetters
    return usable


def _parted(reading: Sought) -> list[tuple[list[str], list[str]]]:
    """The last and first names that a reading may mean."""
    if reading.after:
        return [(reading.before, reading.after)]
    words = reading.before[:MAX_WORDS]
    splits = [(words[:at], words[at:]) for at in range(1, len(words))]
    western = [(last, first) for first, last in splits]
    return [*reversed(western), (words, []), *splits]


def number_key(number: str) -> str:
    """A number for comparison: its letters, in capitals, and its digits."""
    return "".join(sign for sign in number.upper() if sign.isascii() and sign.isalnum())
