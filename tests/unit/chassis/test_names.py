"""Persons' names are compared as a registrar would, and filed under one plain form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.names.compare import Reason, Strength, compare
from chassis.names.keys import part_key, search_key, search_words, sought_keys
from chassis.names.letters import fold
from chassis.names.parts import Name


def named(first: str, last: str, suffix: str = "", *former: str) -> Name:
    return Name(first=first, last=last, suffix=suffix, former_last_names=former)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Łukasz O\u2019Brien\u2013Lee", "lukasz obrien-lee"),
        ("Søren Ærø", "soren aero"),
        ("Y\u0131ld\u0131z \u0130nce", "yildiz ince"),
        ("Þórdís Weiß", "thordis weiss"),
        ("Ka\u02bbahumanu O\u02bcDoherty O\u00b4Dea", "kaahumanu odoherty odea"),
        ("Jose\u0301 Lu\u00adanne", "jose luanne"),
        ("  ada   LOVELACE ", "ada lovelace"),
        ("Əliyev Ŋ", "eliyev ng"),
        ("!!! - '", ""),
    ],
)
def test_a_plain_form_has_no_accents_signs_and_capitals(text: str, plain: str) -> None:
    assert fold(text) == plain


@given(st.text(max_size=20))
def test_a_plain_form_is_its_own_plain_form(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert search_key(search_key(text)) == search_key(text)


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        (named("Ann", "Lee"), named("Ann", "Lee"), Reason.SAME),
        (named("Jørgen", "Müller"), named("Joergen", "MUELLER"), Reason.WRITING),
        (named("Wendell", "Ashgrove", "Jr."), named("Wendell", "Ashgrove, Jr"), Reason.WRITING),
        (named("Mary", "Copperfield"), named("Dr. Mary", "Copperfield, M.Ed."), Reason.WRITING),
        (named("Min-jun", "O"), named("", "O, Min-jun"), Reason.WRITING),
        (named("", "Suharto"), named("Suharto", ""), Reason.WRITING),
        (named("Harriet", "Clovelly"), named("Clovelly", "Harriet"), Reason.ORDER),
        (named("Janet", "Keller", "", "Abbot"), named("Janet", "Keller-Abbot"), Reason.FORMER),
    ],
)
def test_one_name_written_otherwise_is_a_strong_match(
    left: Name, right: Name, reason: Reason
) -> None:
    match = compare(left, right)

    assert match is not None
    assert match.strength == Strength.STRONG
    assert match.reasons == {reason}


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        (named("Robert", "Lee"), named("Bob", "Lee"), Reason.NICKNAME),
        (named("Gwendolyn", "Marshland"), named("Gwendolyn", "Marshlnd"), Reason.SLIP),
        (named("Clifton", "Smith"), named("Clifton", "Smyth"), Reason.SPELLING),
        (named("James", "Lee"), named("J.", "Lee"), Reason.INITIAL),
        (named("Mary Ellen", "Lee"), named("Mary", "Lee"), Reason.GIVEN_LEFT_OUT),
        (named("Ann", "Peña-Ruiz"), named("Ann", "Ruiz"), Reason.LAST_LEFT_OUT),
        (named("Ann", "Lee", "III"), named("Ann", "Lee"), Reason.SUFFIX_LEFT_OUT),
    ],
)
def test_what_a_registrar_would_ask_about_is_a_near_match(
    left: Name, right: Name, reason: Reason
) -> None:
    match = compare(left, right)

    assert match is not None
    assert match.strength == Strength.NEAR
    assert match.reasons == {reason}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (named("Niamh", "O'Carroll"), named("Nora", "O'Carroll")),
        (named("Niamh", "O'Carroll"), named("Niamh", "Carroll")),
        (named("Ann", "Lee", "Jr."), named("Ann", "Lee", "Sr.")),
        (named("Ann", "De León"), named("Ann", "León")),
        (named("Ana", "García López"), named("Ana", "López García")),
        (named("Ulysses", "Parker"), named("Ulysses", "Barker")),
        (named("René", "Dubois"), named("Renée", "Dubois")),
        (named("Ann", "Ng"), named("Ann", "Ngo")),
        (named("Ann", "Lee"), named("", "Lee")),
        (named("", ""), named("", "")),
        (named("Dr.", "-"), named("", "LNU")),
    ],
)
def test_different_names_do_not_match_however_alike(left: Name, right: Name) -> None:
    assert compare(left, right) is None
    assert compare(right, left) is None


@pytest.mark.parametrize(
    "name",
    [
        named("Jr", "dela Cruz"),
        named("Naoko", "Ii"),
        named("Thomas", "V"),
        named("Osborne", "Junior"),
        named("Nell", "Esquire"),
        named("Yan", "Ma"),
        named("Bảo", "Đỗ"),
        named("Dean", "Major"),
        named("Hon", "King"),
    ],
)
def test_a_name_that_looks_like_a_suffix_or_title_stays_a_name(name: Name) -> None:
    match = compare(name, Name(first=name.first.upper(), last=name.last.upper()))

    assert match is not None
    assert match.strength == Strength.STRONG
    assert compare(name, named(name.first, "Other")) is None
    assert compare(name, named("Other", name.last)) is None


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12), st.text(max_size=6))
def test_any_text_can_be_compared_and_matches_itself(
    first: str, middle: str, last: str, suffix: str
) -> None:
    name = Name(first, middle, last, suffix)
    other = Name("Ann", "", "Lee")

    assert compare(name, other) == compare(other, name)
    match = compare(name, name)
    assert match is None or match.strength == Strength.STRONG


def test_a_name_is_filed_without_its_title_suffix_and_degree() -> None:
    assert search_words("Dr. Mary D. St. John, Jr., Ph.D.") == ["mary", "d", "st", "john"]
    assert part_key("Ashgrove, Jr.") == part_key("ASHGROVE") == "ashgrove"
    assert part_key("Junior") == "junior"


@pytest.mark.parametrize(
    ("filed", "typed"),
    [
        ("Jørgensen", "Joergensen"),
        ("Joergensen", "Jørgensen"),
        ("Jørgensen", "Jorgensen"),
        ("Håkansrud", "Haakansrud"),
        ("Đorđe", "Djordje"),
        ("Peñaflor-Ruiz", "penaflor ruiz"),
    ],
)
def test_a_name_is_found_under_each_spelling(filed: str, typed: str) -> None:
    assert part_key(filed) in sought_keys(typed)


def test_short_names_are_not_taken_for_spellings() -> None:
    assert sought_keys("Joe") == ("joe",)
    assert sought_keys("Sue") == ("sue",)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (named("राम", "शर्मा"), named("रमा", "शर्मा")),
        (named("伟", "王"), named("伟", "汪")),
        (named("John", "Smith", "VIII"), named("John", "Smith", "IX")),
        (named("John", "Smith", "Second"), named("John", "Smith", "Third")),
        (named("João", "Silva", "Filho"), named("João", "Silva", "Neto")),
        (named("John", "Smith", "2"), named("John", "Smith", "3")),
        (Name("Lee", "Mat", "Smith"), Name("Lee", "Jd", "Smith")),
        (named("(Ann)", "Smith"), named("(Jane)", "Smith")),
        (named("John", "Smith", "the 2nd"), named("John", "Smith", "the 3rd")),
        (Name("Ann", "R.N.", "Smith"), Name("Ann", "B.S.", "Smith")),
        (named("Ðinh", "Le"), named("Thinh", "Le")),
    ],
)
def test_two_names_that_only_look_alike_to_a_rule_are_no_strong_match(
    left: Name, right: Name
) -> None:
    match = compare(left, right)

    assert match is None or match.strength < Strength.STRONG


@pytest.mark.parametrize("typed", ["Ann Mary Ida", "Ida Mary Ann", "A", "Ann Wilhelmina"])
def test_who_types_many_given_names_does_not_hit_the_first_by_chance(typed: str) -> None:
    match = compare(Name("Wilhelmina", "Ida", "Moss"), named(typed, "Moss"))

    assert match is None or Reason.FIRST_LEFT_OUT in match.reasons


def test_a_name_of_thousands_of_blanks_and_brackets_is_compared_at_once() -> None:
    for sign in (" ", "("):
        assert compare(named("Ann", f"Lee{sign * 50_000}x"), named("Ann", "Lee")) is not None
