"""Names are compared as people mean them, and a search is understood as people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lookup.domain.names import (
    TooFewLetters,
    interpretations_of,
    keys_of,
    number_key,
)


def test_a_name_is_filed_under_its_last_name_and_each_part_of_it() -> None:
    assert keys_of("Ada Lovelace", "Lovelace", ()) == {("lovelace", "ada")}
    assert keys_of("Maria de la Cruz", "de la Cruz", ()) == {
        ("delacruz", "maria"),
        ("lacruz", "maria"),
        ("cruz", "maria"),
    }
    assert keys_of("Ann Mary Smith-Jones Jr", "Smith-Jones", ()) == {
        ("smithjones", "ann mary"),
        ("jones", "ann mary"),
    }


def test_a_middle_name_is_no_last_name_where_the_last_name_is_told() -> None:
    assert keys_of("Ada Marie Lovelace", "Lovelace", ()) == {("lovelace", "ada marie")}


def test_each_part_after_the_first_may_be_the_last_name_where_nobody_tells() -> None:
    assert keys_of("Ana García Márquez", None, ()) == {
        ("garciamarquez", "ana"),
        ("marquez", "ana garcia"),
    }
    assert keys_of("Cher", None, ()) == {("cher", "")}


def test_former_last_names_are_keys_with_the_same_first_name() -> None:
    assert keys_of("Ada King", "King", ("Byron", "Smith-Jones")) == {
        ("king", "ada"),
        ("byron", "ada"),
        ("smithjones", "ada"),
        ("jones", "ada"),
    }


@pytest.mark.parametrize("search", ["Smith, Ada", "Ada Smith", "smith ada", "SMITH,ADA", "A Smith"])
def test_every_order_of_first_and_last_name_is_understood(search: str) -> None:
    firsts = [key.first for key in interpretations_of(search) if key.last == "smith"]

    assert any("ada".startswith(first) for first in firsts)


def test_a_comma_settles_which_is_the_last_name() -> None:
    assert interpretations_of("Smith, Ada") == [("smith", "ada")]
    assert interpretations_of("Smith, Jr., Ada")[0] == ("smith", "ada")
    assert ("smith", "ada") in interpretations_of("Ada Smith, Jr.")


def test_a_first_name_of_two_words_is_found_written_together_or_apart() -> None:
    assert {key.first for key in interpretations_of("Smith, Mary Ann")} == {"mary ann", "maryann"}


@pytest.mark.parametrize("search", ["", " ", "s", "s.", "s, a", "'", "!!!"])
def test_a_search_without_two_letters_of_a_last_name_is_refused(search: str) -> None:
    with pytest.raises(TooFewLetters):
        interpretations_of(search)


LETTERS = st.text(st.characters(categories=["Ll", "Lu"]), min_size=2, max_size=12)


@given(first=LETTERS, last=LETTERS)
def test_whoever_has_a_name_is_found_by_it(first: str, last: str) -> None:
    keys = keys_of(f"{first} {last}", None, ())

    assert any(
        key.last.startswith(each.last) and key.first.startswith(each.first)
        for key in keys
        for each in interpretations_of(f"{first} {last}")
    )


def test_numbers_are_compared_without_blanks_hyphens_and_case() -> None:
    assert (
        number_key(" ky-2026 0000001 ")
        == number_key("KY\u20132026\u20130000001")
        == "KY20260000001"
    )
