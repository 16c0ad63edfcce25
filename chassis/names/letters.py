"""The letters of names: one plain form for all ways to write them."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import product
from math import prod
from typing import NamedTuple, Self

from anyascii import anyascii

_APOSTROPHES = re.compile(
    "['`\u00b4\u02b9\u02bb-\u02bf\u02c8\u02ca\u02cb\u05f3\u2018-\u201b\u2032\u2035\ua78b\ua78c"
    "\u1fbd\u1fbf\uff07\uff40]"
)
_HYPHENS = re.compile("[\u058a\u05be\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d-]+")

_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SPELLINGS = {
    "ä": "ae",
    "å": "aa",
    "đ": "dj",
    "ö": "oe",
    "ø": "oe",
    "ü": "ue",
}
"""What some write for a letter instead of the plain one: Jørgen is both Jorgen and Joergen."""
_MOST_SPELLINGS = 16
"""A word that could be spelled in more ways is spelled in one manner throughout."""


class Word(NamedTuple):
    """A word of a name in plain lower-case letters, with its other spellings."""

    plain: str
    spellings: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        """The word, with its apostrophes, hyphens and blanks left out."""
        if text.isascii():
            plain = text.lower() if text.isalnum() else "".join(map(_plain, text.lower()))
            return cls(plain, frozenset((plain,)))
        letters = unicodedata.normalize("NFC", text).lower()
        spelled = [letter for letter in letters if letter in _SPELLINGS]
        plain = "".join(map(_plain, letters))
        if _is_told_by_its_letters(letters):
            return cls(plain, frozenset((letters,)))
        if not spelled:
            return cls(plain, frozenset((plain,)))
        choices = [
            (_plain(each), _SPELLINGS[each]) if each in _SPELLINGS else (_plain(each),)
            for each in letters
        ]
        if 2 ** len(spelled) > _MOST_SPELLINGS:
            return cls(plain, frozenset((plain, "".join(each[-1] for each in choices))))
        return cls(plain, frozenset(map("".join, product(*choices))))

    def is_same(self, other: "Word") -> bool:
        """Whether both may be the same word, differently spelled."""
        return not self.spellings.isdisjoint(other.spellings)


def _is_told_by_its_letters(word: str) -> bool:
    """Whether the plain form is too little: many ideographs are read alike, and the vowels of
    Indian scripts are signs beside their consonants.
    """
    return bool(_IDEOGRAPHS.search(word)) or any(
        unicodedata.category(letter) in {"Mc", "Mn"} and not unicodedata.combining(letter)
        for letter in word
    )


def joined(words: Iterable[Word]) -> Word:
    """The words written together."""
    words = tuple(words)
    plain = "".join(word.plain for word in words)
    if prod(len(word.spellings) for word in words) > _MOST_SPELLINGS:
        return Word(
            plain, frozenset((plain, "".join(max(each.spellings, key=len) for each in words)))
        )
    spellings = map("".join, product(*(word.spellings for word in words)))
    return Word(plain, frozenset(spellings))


def _plain(letter: str) -> str:
    """The letter in ASCII, or itself where none stands for it; nothing for a mark or a sign."""
    if letter.isascii():
        return letter if letter.isalnum() else ""
    if unicodedata.combining(letter) or not letter.isalnum():
        return ""
    return "".join(each for each in anyascii(letter) if each.isalnum()).lower() or letter


def fold(text: str) -> str:
    """The text in plain lower-case letters and digits, with single blanks and inner hyphens.

    Accents, apostrophes and periods do not count: "Łukasz O'Brien-Lee" is "lukasz obrien-lee".
    """
    words = (split_hyphens(word) for word in signs_made_plain(text).split())
    plain = ("-".join(filter(None, (Word.of(each).plain for each in word))) for word in words)
    return " ".join(filter(None, plain))


def split_hyphens(word: str) -> list[str]:
    """The parts of a hyphenated word, as `signs_made_plain` left them."""
    return [part for part in word.split("-") if part]


def signs_made_plain(text: str) -> str:
    """The text without apostrophes and invisible signs; hyphens of every kind are one, as blanks.

    Periods part initials, as in J.R., and a comma stands by itself.
    """
    if not text.isascii():
        text = "".join(each for each in text if unicodedata.category(each) != "Cf")
    text = _HYPHENS.sub("-", _APOSTROPHES.sub("", text))
    return re.sub(r"\s+", " ", text.replace(",", " , ").replace("\uff0c", " , ")).strip()
