"""The parts of a person's name, wherever they were typed: given names, last names, suffix.

Titles, degrees, and what stands for a name that somebody does not have are no part of a name.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chassis.names.letters import Word, signs_made_plain


def listed(words: str) -> frozenset[str]:
    """The words between blanks."""
    return frozenset(words.split())


SUFFIXES = {
    **dict.fromkeys(("jr", "jnr"), "jr"),
    **dict.fromkeys(("sr", "snr"), "sr"),
    **dict.fromkeys(("ii", "2nd"), "2"),
    **dict.fromkeys(("iii", "3rd"), "3"),
    **dict.fromkeys(("iv", "4th"), "4"),
    **dict.fromkeys(("vii", "7th"), "7"),
    "5th": "5",
    "6th": "6",
}
"""Generational suffixes that are hardly ever a name, and what each means."""
SUFFIXES_OR_NAMES = {"junior": "jr", "senior": "sr", "v": "5", "vi": "6"}
"""Words that are a suffix only after another last name, or in the suffix's own field."""
IN_ITS_FIELD = {
    **SUFFIXES,
    **SUFFIXES_OR_NAMES,
    **{str(number): str(number) for number in range(2, 10)},
    **dict(zip(("second", "third", "fourth", "fifth"), "2345", strict=True)),
    "viii": "8",
    "ix": "9",
}
"""The same, where nothing but a suffix is asked for."""
TITLES = listed(
    "dr mr mrs ms miss mx prof professor rev revd reverend sra srta capt sgt msgr mme mlle"
)
"""Titles before a name."""
TITLES_OR_NAMES = frozenset(["hon", "fr", "sr", "lt", "col", "gov", "sen", "rep"])
"""Titles that may be names as well: they need a period."""
DEGREES = listed(
    "phd edd eds med mat mba mfa mph mpa msw msed bsed bsn rn lpn nbct esq esquire jd llb llm "
    "dds dmd dvm dnp aprn psyd thd dmin mdiv bs bsc msc lcsw lpc cpa slp ccc ncc bcba nct dphil"
)
"""Degrees and credentials after a name."""
DEGREES_OR_NAMES = listed("ma do ms md ba pe ed am ab dd th ot pt mm")
"""Degrees that may be names as well: they need a comma, or periods, or the suffix's own field."""
SAINTS = {"st": Word.of("saint"), "ste": Word.of("sainte")}
NO_NAME = frozenset(["fnu", "lnu", "nmn", "nmi", "nfn", "nln"])
"""What forms hold for a name that the person does not have."""
_BIRTH_NAME = re.compile(r"(?i)\s*(?:\b(?:née|nee|né|born|formerly|fka|f\.k\.a\.|geb\.)\s+|\()")
_BESIDE = re.compile(
    r"[\"\u201c\u201d\u201e\u00ab(\[].*?[\"\u201c\u201d\u00bb)\]]|(?<!\S)'\w+'(?!\S)"
)
_BRACKETS = re.compile(r"[\"\u201c\u201d\u201e\u00ab\u00bb()\[\]]")
LONGEST = 250
"""As long as a composed name may be; what comes after it is not compared."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name as it is on file, or as somebody typed it, at times in the wrong fields."""

    first: str = ""
    middle: str = ""
    last: str = ""
    suffix: str = ""
    former_last_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a name: the first names, the middle ones, the last names, and the suffix."""

    first: tuple[Word, ...]
    middle: tuple[Word, ...]
    last: tuple[Word, ...]
    suffix: str | None
    former: tuple[tuple[Word, ...], ...] = ()

    @property
    def given(self) -> tuple[Word, ...]:
        """First and middle names."""
        return (*self.first, *self.middle)

    @property
    def is_named(self) -> bool:
        """Whether there is any name."""
        return bool(self.first or self.middle or self.last)


@dataclass(frozen=True, slots=True)
class Token:
    """A word between blanks; `is_after_comma` counts for all words after the first comma."""

    text: str
    is_after_comma: bool

    @property
    def key(self) -> str:
        """The word in plain letters, with its periods and hyphens left out."""
        return Word.of(self.text).plain

    @property
    def words(self) -> Iterator[Word]:
        """The words that hyphens and periods part."""
        for part in re.split(r"[-./]", self.text):
            if (word := Word.of(part)).plain:
                yield word


def parts_of(name: Name) -> Parts:
    """The parts of the name, each where it belongs, as far as that can be told."""
    whole_last = " ".join(name.last.split())[:LONGEST]
    typed, *born = _BIRTH_NAME.split(whole_last, maxsplit=1)
    if not typed.strip():
        typed, born = whole_last, []
    first, middle, last = (tokens_of(text) for text in (name.first, name.middle, typed))
    first, suffix_in_first = _without_ending(first, keep=1, is_last=not last)
    middle, suffix_in_middle = _without_ending(middle, keep=0, is_last=False)
    is_whole = not first and not middle
    last, suffix_in_last = _without_ending(last, keep=1, is_whole=is_whole)
    if is_whole or not (middle or last):
        whole = first or last
        last = [each for each in whole if not each.is_after_comma]
        first = [each for each in whole if each.is_after_comma]
        last, suffix_before_comma = _without_ending(last, keep=1, is_whole=not first)
        suffix_in_last = suffix_in_last or suffix_before_comma
    for tokens in (last, first if is_whole else []):
        if len(tokens) > 1 and tokens[0].key in SUFFIXES:
            suffix_in_last = SUFFIXES[tokens.pop(0).key]
    if first or middle:
        first = _without_titles(first, others=len(middle) + len(last))
    else:
        last = _without_titles(last, others=0)
    return Parts(
        first=tuple(_words(first)),
        middle=tuple(_words(middle)),
        last=_last_words(last),
        suffix=_suffix_of(name.suffix) or suffix_in_last or suffix_in_first or suffix_in_middle,
        former=tuple(
            words
            for former in (*name.former_last_names, *(each.strip(" )") for each in born))
            if (words := _last_words(_without_ending(tokens_of(former), keep=1)[0]))
        ),
    )


def main_tokens(tokens: list[Token]) -> list[Token]:
    """The words of a name or a part of one, without titles, suffixes and degrees."""
    tokens, _ = _without_ending(tokens, keep=1)
    before = [token for token in tokens if not token.is_after_comma]
    after = [token for token in tokens if token.is_after_comma]
    if before and len(after) > 1 and after[0].key in SUFFIXES:
        after = after[1:]  # as in Smith, Jr., Ada
    return [
        *_without_titles(before, others=len(after)),
        *_without_titles(after, others=len(before)),
    ]


def tokens_of(text: str) -> list[Token]:
    """The words between blanks, without what stands beside them in quotes or parentheses."""
    text = " ".join(text.split())[:LONGEST]
    bare = _BESIDE.sub(" ", text)
    if not any(letter.isalnum() for letter in bare):
        bare = _BRACKETS.sub(" ", text)
    plain = signs_made_plain(bare)
    before, comma, after = plain.partition(",")
    return [
        Token(word, is_after_comma)
        for part, is_after_comma in ((before, False), (after, bool(comma)))
        for word in part.replace(",", " ").split()
        if any(letter.isalnum() for letter in word)
    ]


def _words(tokens: Iterable[Token]) -> Iterator[Word]:
    for token in tokens:
        if token.key not in NO_NAME:
            yield from token.words


def _last_words(tokens: Iterable[Token]) -> tuple[Word, ...]:
    """The words of a last name, with St. John as Saint John."""
    words = list(_words(tokens))
    for place, word in enumerate(words[:-1]):
        if word.plain in SAINTS:
            words[place] = SAINTS[word.plain]
    return tuple(words)


def _without_titles(tokens: list[Token], others: int) -> list[Token]:
    """The words after the titles; one word of the whole name at least stays."""
    while len(tokens) + others > 1 and tokens:
        key = tokens[0].key
        if key not in TITLES and not (key in TITLES_OR_NAMES and "." in tokens[0].text):
            break
        tokens = tokens[1:]
    return tokens


def _suffix_of(text: str) -> str | None:
    """The suffix in its own field, among degrees; one that nobody lists is itself a suffix."""
    keys = [token.key for token in tokens_of(text)]
    own = [key for key in keys if key not in DEGREES | DEGREES_OR_NAMES | TITLES | {"the"}]
    return next((IN_ITS_FIELD.get(key, key) for key in own), None)


def _without_ending(
    tokens: list[Token], keep: int, *, is_last: bool = True, is_whole: bool = False
) -> tuple[list[Token], str | None]:
    """The words before suffixes and degrees, and the suffix among them.

    `keep` words at least stay, so that Nell Esquire keeps her name. What may be a name as well is
    none at the end of a last name; where the field holds the whole name, only after two words.
    """
    suffix = None
    while len(tokens) > keep:
        token, before = tokens[-1], tokens[:-1]
        may_be_name = not is_last or len(before) < 1 + is_whole
        is_parted = bool(before) and before[-1].text.endswith(".") and not may_be_name
        if is_parted and before[-1].key + token.key in DEGREES:
            before = before[:-1]  # as in Ph. D.
        elif _is_suffix(token, may_be_name=may_be_name) and suffix is None:
            suffix = (SUFFIXES | SUFFIXES_OR_NAMES)[token.key]
        elif not _is_degree(token, may_be_name=may_be_name):
            break
        tokens = before or tokens[:keep]
    return tokens, suffix


def _is_suffix(token: Token, *, may_be_name: bool) -> bool:
    if _INITIALS.fullmatch(token.text):
        return False
    return token.key in SUFFIXES or (not may_be_name and token.key in SUFFIXES_OR_NAMES)


def _is_degree(token: Token, *, may_be_name: bool) -> bool:
    is_marked = token.is_after_comma or "." in token.text[:-1]
    if token.key in DEGREES:
        return token.is_after_comma or not may_be_name
    return token.key in DEGREES_OR_NAMES and is_marked and not may_be_name
