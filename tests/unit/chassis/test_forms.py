"""Forms: what was typed is cleaned, checked by a schema, and answered in plain words."""

import inspect
import re
from datetime import date
from typing import Any

import pytest
from marshmallow import Schema, fields, validate
from werkzeug.datastructures import MultiDict

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput
from chassis.web.forms import FORM, PLAIN_WORDS, Form, MemorableDate, read_form


class Registration(Schema):
    """A form with one field of each kind."""

    last_name = fields.String(
        required=True,
        validate=validate.Length(max=30),
        metadata={"label": "your last name"},
    )
    born_on = MemorableDate(required=True, metadata={"label": "your date of birth"})
    email = fields.Email(load_default=None)
    hours = fields.Integer(validate=validate.Range(min=1, max=40))
    level = fields.String(validate=validate.OneOf(["p5", "5-9"]))
    subjects = fields.List(fields.String(validate=validate.OneOf(["math", "bio"])))
    password = fields.String(metadata={"verbatim": True})


COMPLETE = {
    "last_name": "O'Hara",
    "born_on_month": "4",
    "born_on_day": "28",
    "born_on_year": "1986",
}


def read(**typed: Any) -> Form:
    return read_form(Registration(), MultiDict({**COMPLETE, **typed}))


def test_a_complete_form_gives_the_schemas_values() -> None:
    form = read(hours="12", subjects=["math", "bio"], csrf_token="x")
    assert form.is_valid
    assert form.values == {
        "last_name": "O'Hara",
        "born_on": date(1986, 4, 28),
        "email": None,
        "hours": 12,
        "subjects": ["math", "bio"],
    }


def test_blanks_around_a_value_are_dropped_but_a_password_keeps_its_own() -> None:
    form = read(last_name="  O'Hara ", password=" open sesame ")
    assert form.values["last_name"] == "O'Hara"
    assert form.values["password"] == " open sesame "


def test_an_input_of_blanks_counts_as_not_given() -> None:
    form = read(last_name="   ", email="")
    assert form.errors == {"last_name": ["Enter your last name."]}


def test_what_was_typed_is_kept_to_be_shown_again() -> None:
    form = read(email="ann at example", subjects=["bio"])
    assert form.raw["email"] == "ann at example"
    assert form.raw["born_on_month"] == "4"
    assert form.raw["subjects"] == ["bio"]


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("email", "ann at example", "Enter an email address such as name@example.com."),
        ("hours", "twelve", "The hours must be a whole number, such as 12."),
        ("hours", "41", "The hours must be from 1 to 40."),
        ("last_name", "x" * 31, "Your last name must have no more than 30 characters."),
        ("level", "6-12", "Choose the level from the list."),
        ("subjects", ["math", "latin"], "Choose the subjects from the list."),
    ],
)
def test_a_mistake_is_answered_in_plain_words(name: str, typed: Any, message: str) -> None:
    assert read(**{name: typed}).errors == {name: [message]}


def test_errors_come_in_the_order_of_the_fields() -> None:
    form = read_form(Registration(), MultiDict({"level": "x", "hours": "x", "email": "x"}))
    assert list(form.errors) == ["last_name", "born_on", "email", "hours", "level"]


def test_a_message_written_for_the_field_is_kept() -> None:
    class Signed(Schema):
        signature = fields.String(
            required=True, error_messages={"required": "Sign with your full name."}
        )

    assert read_form(Signed(), MultiDict()).errors == {"signature": ["Sign with your full name."]}


def test_an_error_found_later_stands_where_the_page_shows_its_field() -> None:
    form = read(level="6-12").with_error(FORM, translatable("No."))
    assert list(form.with_error("email", translatable("Taken.")).errors) == ["email", "level", FORM]


def test_an_error_found_later_joins_the_others() -> None:
    form = (
        read(level="6-12")
        .with_error("level", translatable("The level is taken."))
        .with_error(FORM, translatable("No."))
    )
    assert form.errors["level"] == ["Choose the level from the list.", "The level is taken."]
    assert form.errors[FORM] == ["No."]
    assert not read().with_error(FORM, translatable("Somebody else was faster.")).is_valid


def test_what_a_rule_refused_stands_at_the_fields_it_names() -> None:
    taken, short = translatable("Taken."), translatable("Too short.")
    refusal = InvalidInput({"last_name": [short], "email": [taken, short]})
    form = read(level="p5", last_name="X").refused(refusal)
    assert form.errors["email"] == ["Taken.", "Too short."]
    assert form.errors["last_name"][-1] == "Too short."
    assert form.raw["last_name"] == "X"


@pytest.mark.parametrize(
    ("month", "day", "year", "message"),
    [
        ("", "", "", "Enter your date of birth."),
        ("4", "28", "", "Enter the year too."),
        ("", "28", "", "Enter the month and the year too."),
        ("4", "28", "86", "Enter the year with four digits."),
        ("4", "28", "٢٠٢٠", "Enter the year with four digits."),
        ("4", "28", "0086", "Check the year."),
        ("Aprilis", "28", "1986", "Enter the month as a number from 1 to 12."),
        ("13", "28", "1986", "Enter the month as a number from 1 to 12."),
        ("13/28/1986", "", "", "Enter the month as a number from 1 to 12."),
        ("4/31/1986", "", "", "April 1986 has only 30 days."),
        ("4/28/86", "", "", "Enter the day and the year too."),
        ("4/28/1986 5", "", "", "Enter the day and the year too."),
        ("4", "0", "1986", "Enter the day as a number from 1 to 31."),
        ("4", "-1", "1986", "Enter the day as a number from 1 to 31."),
        ("4", "31", "1986", "April 1986 has only 30 days."),
        ("2", "29", "1987", "February 1987 has only 28 days."),
    ],
)
def test_a_date_that_is_none_says_what_is_wrong(
    month: str, day: str, year: str, message: str
) -> None:
    form = read(born_on_month=month, born_on_day=day, born_on_year=year)
    assert form.errors == {"born_on": [message]}


@pytest.mark.parametrize(
    "typed",
    [
        {"month": "4/28/1986"},
        {"month": "04-28-1986"},
        {"month": "4.28.1986"},
        {"month": "28/4/1986"},
        {"month": "1986-04-28"},
        {"day": "April 28, 1986"},
        {"year": "Apr. 28th 1986"},
        {"month": "28 April 1986"},
        {"month": "28 de abril de 1986"},
        {"month": "  april   28,  1986 "},
        {"month": "April", "day": "28", "year": "1986"},
        {"month": "abr", "day": "28", "year": "1986"},
        {"month": "28", "day": "4", "year": "1986"},
        {"month": "04", "day": "28", "year": "1986"},
    ],
)
def test_a_date_is_understood_however_it_is_typed(typed: dict[str, str]) -> None:
    parts = {"month": "", "day": "", "year": "", **typed}
    form = read(**{f"born_on_{part}": text for part, text in parts.items()})
    assert form.values["born_on"] == date(1986, 4, 28)


def test_an_optional_date_may_be_left_out_but_not_half() -> None:
    class Leaving(Schema):
        left_on = MemorableDate(load_default=None)

    assert read_form(Leaving(), MultiDict()).values == {"left_on": None}
    assert not read_form(Leaving(), MultiDict({"left_on_day": "3"})).is_valid


def default_messages() -> set[str]:
    """Every message of marshmallow's own that reading a form can bring up."""
    kinds = [kind for _, kind in inspect.getmembers(fields, inspect.isclass)]
    of_fields = {
        text
        for kind in kinds
        for key, text in getattr(kind, "default_error_messages", {}).items()
        if key != "format"
    }
    rules = [rule for _, rule in inspect.getmembers(validate, inspect.isclass)]
    of_rules = {
        text.replace("{{", "{").replace("}}", "}")
        for rule in rules
        for name, text in vars(rule).items()
        if re.fullmatch(r"default_message|message_(min|max|all|equal)", name)
    }
    return of_fields | of_rules


def test_no_message_of_marshmallows_own_reaches_a_person() -> None:
    sample = {"min_op": "greater than or equal to", "max_op": "less than or equal to"}
    numbers = dict.fromkeys(["min", "max", "equal", "other"], 5)
    words = {"obj_type": "time", "awareness": "aware", "choices": "a, b", "values": "a"}
    messages = {text.format(**sample, **words, **numbers) for text in default_messages()}
    messages = {text.format(**numbers) for text in messages}
    assert len(messages) > 30
    assert [
        text
        for text in sorted(messages)
        if not any(re.fullmatch(pattern, text) for pattern, _ in PLAIN_WORDS)
    ] == []
