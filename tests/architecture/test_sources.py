"""Whatever a state lays down says where it comes from: as a rule, or in its file's `sources`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from chassis.rules import Rule, Source
from chassis.state_folder import StateWords, without_none_and_marks
from services.states.files import needed_files

WORDS_AND_CHOICES = {
    "place": {
        *("name", "government_name", "agency_name", "agency_short_name", "contact_email"),
        *("time_zone", "educator_number_label", "currency"),
    },
    "fees": {"accepted_cards"},
    "accounts": {"easy_words", "agency", "permissions"},
    "certification": {"elements", "signatories"},
    "conduct": {"board_name"},
    "record": {"certificate_number_words", "certificate_number_example"},
}
"""Keys that lay nothing down: names, addresses, wording, and what the agency chooses itself."""


def says_its_source(shape: Any) -> bool:
    """Whether a value is a rule, or a list or table of nothing but rules."""
    shape = without_none_and_marks(shape)
    inner = get_args(shape)
    if isinstance(shape, type) and is_dataclass(shape):
        kept = get_type_hints(shape).values()
        return issubclass(shape, Rule) or all(map(says_its_source, kept))
    if get_origin(shape) is tuple and inner[-1:] == (...,):
        return says_its_source(inner[0])
    is_table = isinstance(get_origin(shape), type) and issubclass(get_origin(shape), Mapping)
    return is_table and says_its_source(inner[1])


def unsourced(name: str, shape: Any) -> list[str]:
    hints = get_type_hints(shape, include_extras=True)
    explained = {*getattr(shape, "SOURCED", ()), *WORDS_AND_CHOICES.get(name, ())}
    return [
        each.name
        for each in fields(shape)
        if each.name not in explained and not says_its_source(hints[each.name])
    ]


@pytest.mark.parametrize("name", [name for name in needed_files() if name != "words"])
def test_each_key_of_a_file_is_a_rule_or_has_a_source_or_lays_nothing_down(name: str) -> None:
    shape = needed_files()[name]

    assert shape is StateWords or unsourced(name, shape) == []


def test_a_list_without_a_source_is_found() -> None:
    @dataclass(frozen=True)
    class Shelf:
        books: tuple[StateWords, ...]
        loans: tuple[Rule, ...]
        sources: Mapping[str, Source]
        longest_loan_days: int

    assert unsourced("library", Shelf) == ["books", "longest_loan_days"]


def test_what_is_called_a_word_or_a_choice_is_a_key_of_its_file() -> None:
    for name, keys in WORDS_AND_CHOICES.items():
        assert keys <= {each.name for each in fields(needed_files()[name])}, name
