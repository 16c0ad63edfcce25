"""Whether two names may be one person's, how surely, and why."""

from collections.abc import Iterator
from enum import IntEnum, StrEnum
from typing import NamedTuple

from chassis.names.alike import is_nickname, is_other_spelling, is_slip
from chassis.names.letters import Word, joined
from chassis.names.parts import Name, Parts, listed, parts_of

PARTICLES = listed(
    "de del della di da das do dos du des la las le los lo van von vander vanden den der ter "
    "ten te zu zum zur af av bin ibn ben abd abdul abu bint st saint san santa mac mc o fitz y "
    "e i t s dit nic ni"
)
"""Words of a last name that are none by themselves: León and De León are two names."""
ARTICLES = frozenset(("al", "el", "ul", "as", "ad", "an", "ar", "ash", "az"))
"""The Arabic article, which families write or leave out."""
_SAID_ALIKE = {"el": "al", "ul": "al", "ibn": "bin", "ben": "bin", "den": "der"}


class Strength(IntEnum):
    """How sure it is that two names are one person's."""

    NEAR = 1
    """A registrar would ask, and not be surprised by a yes."""
    STRONG = 2
    """All that differs is how the same name is written."""


class Reason(StrEnum):
    """What differs; `chassis.i18n.text.code_words` shows it."""

    SAME = "same name"
    WRITING = "accents or signs"
    ORDER = "order"
    FORMER = "former name"
    SUFFIX_LEFT_OUT = "suffix left out"
    GIVEN_LEFT_OUT = "given name left out"
    FIRST_LEFT_OUT = "first name left out"
    LAST_LEFT_OUT = "last name left out"
    INITIAL = "initial"
    NICKNAME = "nickname"
    SPELLING = "other spelling"
    SLIP = "one letter differs"


STRONG_REASONS = frozenset((Reason.SAME, Reason.WRITING, Reason.ORDER, Reason.FORMER))
UNLIKE = frozenset((Reason.NICKNAME, Reason.SPELLING, Reason.SLIP))
"""A name that differs in two of these, one of them a slip, is another name."""


class Match(NamedTuple):
    """Two names that may be one person's, with all that differs between them."""

    strength: Strength
    reasons: frozenset[Reason]


class _Reading(NamedTuple):
    """One way to read a name: which words are given names, and which are the last name."""

    given: tuple[Word, ...]
    last: tuple[Word, ...]
    reason: Reason | None = None


def compare(left: Name, right: Name) -> Match | None:
    """Whether both may be one person's name; None if they are different names.

    The sides may be exchanged.
    """
    ours, theirs = parts_of(left), parts_of(right)
    if not (ours.is_named and theirs.is_named):
        return None
    if left == right:
        return Match(Strength.STRONG, frozenset({Reason.SAME}))
    by_suffix: set[Reason] = set()
    if ours.suffix != theirs.suffix:
        if ours.suffix and theirs.suffix:
            return None
        by_suffix.add(Reason.SUFFIX_LEFT_OUT)
    best: Match | None = None
    for one, other in _pairs(ours, theirs):
        reasons = _differences(one, other)
        if reasons is None:
            continue
        match = _match(reasons | by_suffix)
        if best is None or (match.strength, -len(reasons)) > (best.strength, -len(best.reasons)):
            best = match
    return best


def _match(reasons: set[Reason]) -> Match:
    is_strong = reasons <= STRONG_REASONS
    return Match(
        Strength.STRONG if is_strong else Strength.NEAR,
        frozenset(reasons or {Reason.WRITING}),
    )


def _pairs(ours: Parts, theirs: Parts) -> Iterator[tuple[_Reading, _Reading]]:
    """The readings that are compared: one side at most in another order than it was typed."""
    as_ours, as_theirs = list(_as_typed(ours)), list(_as_typed(theirs))
    for one in as_ours:
        for other in as_theirs:
            yield one, other
    for one in as_ours:
        for other in _rearranged(theirs):
            yield one, other
    for one in _rearranged(ours):
        for other in as_theirs:
            yield one, other


def _as_typed(parts: Parts) -> Iterator[_Reading]:
    given, last = parts.given, parts.last
    if not given or not last or joined(given).is_same(joined(last)):
        whole = last or given
        yield _Reading((), whole)
        for at in range(1, len(whole)):
            yield _Reading(whole[:at], whole[at:], Reason.ORDER)
    else:
        yield _Reading(given, last)
    for former in parts.former:
        yield _Reading(given, former, Reason.FORMER)
        yield _Reading(given, (*last, *former), Reason.FORMER)
        yield _Reading(given, (*former, *last), Reason.FORMER)


def _rearranged(parts: Parts) -> Iterator[_Reading]:
    given, last = parts.given, parts.last
    if not given or not last:
        whole = last or given
        for at in range(1, len(whole)):
            yield _Reading(whole[at:], whole[:at], Reason.ORDER)
        return
    if parts.first and parts.middle:
        for at in range(len(parts.middle)):
            yield _Reading(
                (*parts.first, *parts.middle[:at]), (*parts.middle[at:], *last), Reason.ORDER
            )
    yield _Reading((*last, *parts.middle), parts.first or parts.middle, Reason.ORDER)


def _differences(one: _Reading, other: _Reading) -> set[Reason] | None:
    """All that differs between two readings; None if they are different names."""
    if bool(one.given) != bool(other.given):
        return None
    by_last = _last_difference(one.last, other.last)
    if by_last is None or (by_last and Reason.ORDER in {one.reason, other.reason}):
        return None
    by_given = _given_differences(one.given, other.given) if one.given else set()
    if by_given is None:
        return None
    unlike = [reason for reason in (*by_last, *by_given) if reason in UNLIKE]
    if len(unlike) > 1 and Reason.SLIP in unlike:
        return None
    return by_last | by_given | {each.reason for each in (one, other) if each.reason}


def _last_difference(one: tuple[Word, ...], other: tuple[Word, ...]) -> set[Reason] | None:
    """How two last names differ; None if they are different ones."""
    if joined(one).is_same(joined(other)):
        return set()
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    left_out = _left_out(longer, shorter)
    if left_out is not None:
        is_other_name = all(word.plain in PARTICLES - ARTICLES for word in left_out)
        return None if is_other_name else {Reason.LAST_LEFT_OUT}
    ours, theirs = (
        [_SAID_ALIKE.get(word.plain, word.plain) for word in words] for words in (one, other)
    )
    if is_other_spelling("".join(ours), "".join(theirs)):
        return {Reason.SPELLING}
    if len(ours) == len(theirs):
        differing = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
        if len(differing) != 1:
            return None
        ours, theirs = ([word] for word in differing[0])
    return {Reason.SLIP} if is_slip("".join(ours), "".join(theirs), is_given=False) else None


def _left_out(longer: tuple[Word, ...], shorter: tuple[Word, ...]) -> list[Word] | None:
    """The words that only the longer name has; None if the shorter one is no part of it.

    Particles alone are no part of a name: De la Cruz is no part of De la Torre.
    """
    if len(longer) == len(shorter) or all(word.plain in PARTICLES for word in shorter):
        return None
    left_out, wanted = [], list(shorter)
    for word in longer:
        if wanted and word.is_same(wanted[0]):
            wanted.pop(0)
        else:
            left_out.append(word)
    return None if wanted else left_out


def _given_differences(one: tuple[Word, ...], other: tuple[Word, ...]) -> set[Reason] | None:
    """How given names differ; None if they are different ones."""
    if joined(one).is_same(joined(other)):
        return set()
    ours, theirs = _merged(one, other), _merged(other, one)
    reasons: set[Reason] = set()
    open_ours: dict[int, Word] = dict(enumerate(ours))
    open_theirs: dict[int, Word] = dict(enumerate(theirs))
    is_first_same = False
    for place, word in enumerate(ours):
        found = next((at for at, their in open_theirs.items() if their.is_same(word)), None)
        if found is not None:
            del open_ours[place], open_theirs[found]
            is_first_same |= place == found == 0
            reasons |= {Reason.ORDER} if found != place else set()
    if (open_ours or open_theirs) and Reason.ORDER in reasons:
        reasons.clear()
    for place, word in list(open_ours.items()):
        for at, their in list(open_theirs.items()):
            reason = _alike(word.plain, their.plain, is_same_place=place == at)
            if reason and not (reason in reasons and reason in {Reason.SPELLING, Reason.SLIP}):
                del open_ours[place], open_theirs[at]
                is_first_same |= place == at == 0
                reasons.add(reason)
                break
    is_nobody = len(open_ours) == len(ours) or len(open_theirs) == len(theirs)
    if is_nobody or (open_ours and open_theirs):
        return None
    if open_ours or open_theirs:
        reasons.add(Reason.GIVEN_LEFT_OUT)
        # Among many names that were typed, any could be the one that is wanted.
        reasons |= set() if is_first_same else {Reason.FIRST_LEFT_OUT}
    return reasons


def _merged(words: tuple[Word, ...], others: tuple[Word, ...]) -> list[Word]:
    """The words, with two written together where the others have them so: Mary Ann for Maryann."""
    merged: list[Word] = []
    for word in words:
        pair = joined((merged[-1], word)) if merged else word
        if merged and any(pair.is_same(other) for other in others):
            merged[-1] = pair
        else:
            merged.append(word)
    return merged


def _alike(one: str, other: str, *, is_same_place: bool) -> Reason | None:
    """Why two different given names may be one person's."""
    if 1 in {len(one), len(other)}:
        return Reason.INITIAL if is_same_place and one[0] == other[0] else None
    if is_nickname(one, other):
        return Reason.NICKNAME
    if is_other_spelling(one, other):
        return Reason.SPELLING
    return Reason.SLIP if is_slip(one, other, is_given=True) else None
