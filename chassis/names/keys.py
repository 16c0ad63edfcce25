"""The plain forms of names that databases are searched by: short, and the same on every machine.

A name is filed under one plain form, and sought under each that it may have been filed under.
"""

import re

from chassis.names.letters import Word, fold, joined
from chassis.names.parts import main_words

_SPELLED_LETTERS = re.compile("(?:oe|ue|ae)(?=[^aeiou])|aa|dj")
LONGEST_KEY = 90
"""Plain letters may be more than the name's own, as of a name in Chinese; a key ends here."""
_SHORTEST_SPELLED = 5
"""In a shorter name these are two letters: Joe, Sue, Lee."""


def search_key(text: str) -> str:
    """The text's letters and digits in plain form: one for "O'Brien" and "OBRIEN"."""
    return fold(text).replace(" ", "").replace("-", "")


def search_words(name: str) -> list[str]:
    """The words of a name in plain letters, with inner hyphens; no title, suffix or degree."""
    return [word for each in main_words(name) if (word := fold(each).strip("-"))]


def part_key(part: str) -> str:
    """The key of a first or last name, under which it is filed: "Ashgrove, Jr." is "ashgrove"."""
    if part.isascii() and part.isalpha():
        return part.lower()[:LONGEST_KEY]
    return search_key(" ".join(search_words(part)))[:LONGEST_KEY]


def sought_keys(part: str) -> tuple[str, ...]:
    """Every key under which a typed first or last name may be filed, the likeliest first.

    Jørgensen may be filed as Joergensen, and who types Joergensen may mean Jørgensen.
    """
    word = joined(map(Word.of, main_words(part)))
    keys = [word.plain, *sorted(word.spellings)]
    if len(word.plain) >= _SHORTEST_SPELLED:
        keys.append(_SPELLED_LETTERS.sub(lambda found: found[0][0], word.plain))
    return tuple(dict.fromkeys(key[:LONGEST_KEY] for key in keys))
