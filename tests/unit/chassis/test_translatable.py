"""Marked texts: English at once, and said anew in the language of a page, with their values."""

import copy
from collections.abc import Iterator
from datetime import date

import pytest
from babel.support import NullTranslations
from flask import Flask
from sqlalchemy import Column, MetaData, Table, create_engine, insert, select, text

from chassis.i18n import language
from chassis.i18n.language import SPANISH, gettext, in_every_language
from chassis.i18n.text import Translatable, from_json, to_json, translatable, translatable_count
from chassis.problems import NotFound
from chassis.storage.types import TranslatableText

DUE = date(2027, 8, 15)
LEFT = translatable_count("One letter for {name}.", "{count} letters for {name}.", 3, name="Ann")
LATE = translatable(
    "{what}, due {day}: {whom}.", what=translatable("a book"), day=DUE, whom=("Ann", "Bo")
)


class Shouted(NullTranslations):
    """A language in which everything is said in capital letters, but for the places."""

    def gettext(self, message: str) -> str:
        return (
            message.upper()
            .replace("{WHAT}", "{what}")
            .replace("{DAY}", "{day}")
            .replace("{WHOM}", "{whom}")
        )

    def ngettext(self, msgid1: str, msgid2: str, num: int) -> str:
        return f"{num} BRIEFE AN {{name}}" if num > 1 else "EIN BRIEF AN {name}"


@pytest.fixture
def shouted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(language, "current_language", lambda: language.SPANISH)
    monkeypatch.setattr(language, "_translations", lambda _: Shouted())
    with Flask("shouting").test_request_context():
        yield


def test_a_marked_text_is_english_with_its_values_in_it() -> None:
    assert LATE == "a book, due August 15, 2027: Ann, Bo."
    assert LEFT == "3 letters for Ann."
    assert translatable_count("One letter.", "{count} letters.", 1) == "One letter."


def test_a_text_without_values_keeps_its_braces() -> None:
    assert translatable("Name it {number}.") == "Name it {number}."


@pytest.mark.usefixtures("shouted")
def test_another_language_says_the_text_and_the_words_among_its_values_but_no_data() -> None:
    assert gettext(LATE) == "A BOOK, DUE 15 de agosto de 2027: Ann, Bo."
    assert gettext(LEFT) == "3 BRIEFE AN Ann"


def test_a_text_is_said_in_every_language_whatever_the_page_is_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        language, "_translations", lambda of: Shouted() if of == SPANISH else NullTranslations()
    )
    with Flask("shouting").app_context():
        said = in_every_language(LATE, LEFT)
        assert gettext(LEFT) == LEFT

    assert said == {
        "en": f"{LATE} {LEFT}",
        "es": "A BOOK, DUE 15 de agosto de 2027: Ann, Bo. 3 BRIEFE AN Ann",
    }


@pytest.mark.usefixtures("shouted")
def test_a_problem_remembers_the_values_of_what_it_says() -> None:
    assert gettext(NotFound(LATE).detail) == "A BOOK, DUE 15 de agosto de 2027: Ann, Bo."


@pytest.mark.parametrize("told", [LATE, LEFT, translatable("Nothing.")])
def test_a_text_that_is_stored_or_copied_remembers_the_same(told: Translatable) -> None:
    for again in (from_json(to_json(told)), copy.deepcopy(told)):
        assert (again, again.forms, again.values) == (told, told.forms, told.values)


def test_a_column_of_words_gives_back_what_was_stored_also_before_there_were_marked_texts() -> None:
    table = Table("told", MetaData(), Column("words", TranslatableText))
    with create_engine("sqlite://").begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"words": LATE}, {"words": None}])
        connection.execute(text("insert into told values ('Plain words.')"))
        late, nothing, plain = connection.scalars(select(table.c.words)).all()
    assert late.values == LATE.values
    assert nothing is None
    assert plain == translatable("Plain words.")
