"""The plain forms of names that databases are searched by: short, and the same on every machine.

A name is filed under one plain form, and sought under each that it may have been filed under.
"""

import re
from typing import NamedTuple

from chassis.names.letters import Word, fold
from chassis.names.parts import main_tokens, tokens_of

_SPELLED_LETTERS = re.compile("(?:oe|ue|ae)(?=[^aeiou])|aa|dj")
LONGEST_KEY = 90
"""Plain letters may be more than the name's own, as of a name in Chinese; a key ends here."""
_SHORTEST_SPELLED = 5
"""In a shorter name these are two letters: Joe, Sue, Lee."""


def search_key(text: str) -> str:
    """The text's letters and digits in plain form: one for "O'Brien" and "OBRIEN"."""
    return fold(text).replace(" ", "").replace("-", "")


def filed_words(name: str) -> list[str]:
    """All words of a name in plain letters, with inner hyphens; see `search_words`."""
    return [word for each in tokens_of(name) if (word := fold(each.text).strip("-"))]


def search_words(name: str) -> list[str]:
    """The words of a name in plain letters, with inner hyphens; no title, suffix or degree."""
    return [word for each in main_tokens(tokens_of(name)) if (word := fold(each.text).strip("-"))]


def part_key(part: str) -> str:
    """The key of a first or last name, under which it is filed: "Ashgrove, Jr." is "ashgrove"."""
    if part.isascii() and part.isalpha():
        return part.lower()[:LONGEST_KEY]
    return search_key(" ".join(search_words(part)))[:LONGEST_KEY]


def sought_keys(part: str) -> tuple[str, ...]:
    """Every key under which a typed first or last name may be filed, the likeliest first.

    Jørgensen may be filed as Joergensen, and who types Joergensen may mean Jørgensen.
    """
    spellings = zip(
        *(_spellings(token.text) for token in main_tokens(tokens_of(part))), strict=True
    )
    return tuple(dict.fromkeys("".join(words)[:LONGEST_KEY] for words in spellings)) or ("",)


class Sought(NamedTuple):
    """One way to read a search: the words before a comma and after it, in plain letters."""

    before: list[str]
    after: list[str]


def readings_of(search: str) -> list[Sought]:
    """Every way to read the name in a search box, the likeliest first.

    Titles, suffixes and degrees do not count, but each may be a name; a word may have been filed
    in another spelling.
    """
    typed = tokens_of(search)
    main = main_tokens(typed)
    readings = {
        tuple((word, token.is_after_comma) for word, token in zip(words, tokens, strict=True)): None
        for tokens in ((main,) if len(main) == len(typed) else (main, typed))
        for words in zip(*(_spellings(token.text) for token in tokens), strict=True)
    }
    return [
        Sought(
            [word for word, is_after in reading if word and not is_after],
            [word for word, is_after in reading if word and is_after],
        )
        for reading in readings
    ]


def _spellings(text: str) -> tuple[str, str, str]:
    """A word in plain letters, with two letters for those that are spelled so, and read back."""
    word = Word.of(text)
    plainest = word.plain
    if len(plainest) >= _SHORTEST_SPELLED:
        plainest = _SPELLED_LETTERS.sub(lambda found: found[0][0], plainest)
    return word.plain, max(word.spellings, key=len), plainest
