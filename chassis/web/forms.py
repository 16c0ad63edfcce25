"""Form input: validated by a marshmallow schema, with errors in plain words.

The macros in `templates/forms.html` show a `Form`'s `raw` values and its `errors`.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing, validate
from werkzeug.datastructures import MultiDict

from chassis.i18n.language import format_month
from chassis.i18n.language import gettext as _
from chassis.i18n.text import Translatable, translatable
from chassis.problems import InvalidInput
from chassis.web.dates import date_parts

FORM = "_schema"
"""The field name for errors that belong to no single field."""


@dataclass(frozen=True)
class Form:
    """One submission: `values` is the schema's result, `raw` the input to show again, `errors` by
    field.

    Errors follow the order of `names`, the schema's fields, as the page shows them.
    An empty form is `Form()`, or `Form(raw={...})` with prefilled values.
    """

    values: dict[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether there are no errors."""
        return not self.errors

    def with_error(self, name: str, message: Translatable) -> "Form":
        """The same form with one more error, found after the schema passed.

        `name` is a field, or `FORM` for the form as a whole.
        """
        errors = {**self.errors, name: [*self.errors.get(name, []), message]}
        in_order = [*self.names, *errors]
        names = sorted(errors, key=in_order.index)
        return replace(self, errors={name: errors[name] for name in names})

    def refused(self, refusal: InvalidInput) -> "Form":
        """The same form with the errors of a broken rule, at the fields it names."""
        form = self
        for name, messages in refusal.errors.items():
            for message in messages:
                form = form.with_error(name, message)
        return form


def read_form(schema: Schema, submitted: MultiDict[str, str]) -> Form:
    """The submitted input, stripped and checked by `schema`.

    Surrounding blanks are removed and an empty input counts as missing, so that `required` and
    `load_default` work as expected. A field with `metadata={"verbatim": True}`, such as a password,
    keeps its blanks. Inputs that are not in the schema are ignored.
    """
    raw = dict(_inputs(schema, submitted))
    filled_in = {name: value for name, value in raw.items() if value not in ("", [])}
    names = tuple(_input_name(name, each) for name, each in schema.fields.items())
    try:
        return Form(schema.load(filled_in, unknown=EXCLUDE), raw, names=names)
    except ValidationError as error:
        return Form(raw=raw, errors=plain_errors(schema, error), names=names)


def plain_errors(schema: Schema, error: ValidationError) -> dict[str, list[str]]:
    """A schema's messages as lists by field, with marshmallow's wording replaced by plain words.

    A field is called by `metadata={"label": "your last name"}`, or else by its name: "the last
    name". Messages written for a field or validator are kept; the page translates them.
    """
    messages = error.messages_dict
    in_order = {_input_name(name, each): each for name, each in schema.fields.items()}
    # In the schema's order, so that the summary lists errors as the page shows the fields.
    names = sorted(messages, key=lambda name: [*in_order, name].index(name))
    return {
        name: [_plain(text, in_order.get(name)) for text in dict.fromkeys(_texts(messages[name]))]
        for name in names
    }


class MemorableDate(fields.Date):
    """A date typed into three inputs: `<name>_month`, `<name>_day` and `<name>_year`, or whole into
    one of them.
    """

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """The date, or a `ValidationError` that says which input to correct."""
        parts = {
            part: text
            for part in ("month", "day", "year")
            if (text := (data or {}).get(f"{attr}_{part}"))
        }
        if not parts:
            return super().deserialize(missing, attr, data, **kwargs)
        return super().deserialize(_date(date_parts(parts)).isoformat(), attr, data, **kwargs)


_PARTS = {
    "month": translatable("the month"),
    "day": translatable("the day"),
    "year": translatable("the year"),
}


def _date(parts: Mapping[str, str]) -> date:
    absent = [_(words) for part, words in _PARTS.items() if part not in parts]
    if absent:
        raise ValidationError(_("Enter {parts} too.").format(parts=_(" and ").join(absent)))
    if not re.fullmatch(r"\d{4}", parts["year"], re.ASCII):
        raise ValidationError(translatable("Enter the year with four digits."))
    year = int(parts["year"])
    if year < 1800:
        raise ValidationError(translatable("Check the year."))
    month = _number(parts["month"])
    if not 1 <= month <= 12:
        raise ValidationError(translatable("Enter the month as a number from 1 to 12."))
    day, last_day = _number(parts["day"]), monthrange(year, month)[1]
    if not 1 <= day <= 31:
        raise ValidationError(translatable("Enter the day as a number from 1 to 31."))
    if day > last_day:
        short = _("{month} has only {days} days.")
        raise ValidationError(short.format(month=format_month(date(year, month, 1)), days=last_day))
    return date(year, month, day)


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,2}", text, re.ASCII) else 0


def _inputs(schema: Schema, submitted: MultiDict[str, str]) -> Iterator[tuple[str, Any]]:
    by_input_name = {_input_name(name, each): each for name, each in schema.fields.items()}
    for name in submitted:
        expected = by_input_name.get(name)
        if isinstance(expected, fields.List):
            yield name, [text for item in submitted.getlist(name) if (text := item.strip())]
        elif expected is not None and expected.metadata.get("verbatim"):
            yield name, submitted[name]
        else:
            yield name, submitted[name].strip()


def _input_name(name: str, each: fields.Field[Any]) -> str:
    return each.data_key or name


def _texts(messages: Any) -> Iterator[str]:
    """Every message under a field, at any depth of lists and nested schemas."""
    if isinstance(messages, str):
        yield messages
        return
    for message in messages.values() if isinstance(messages, Mapping) else messages:
        yield from _texts(message)


# marshmallow's wording → ours. {label} is the field, {Label} begins a sentence, {1} is a number.
ENTER, CHOOSE = translatable("Enter {label}."), translatable("Choose {label}.")
PLAIN_WORDS = [
    (r"Missing data for required field\.|Field may not be null\.", ENTER),
    (
        r"Not a valid email address\.",
        translatable("Enter an email address such as name@example.com."),
    ),
    (r"Not a valid URL\.", translatable("Enter a web address that begins with https://.")),
    (r"Not a valid integer\.", translatable("{Label} must be a whole number, such as 12.")),
    (
        r"Not a valid number\.|Number too large\.|Special numeric values.*",
        translatable("{Label} must be a number, such as 12.5."),
    ),
    (r"Not a valid date\.", translatable("Enter a date that exists, such as 08/15/2027.")),
    (
        r"Not a valid (naive |aware )?(datetime|time)\.",
        translatable("Enter a time that exists, such as 14:30."),
    ),
    (
        r"Shorter than minimum length (\d+)\.",
        translatable("{Label} must have at least {1} characters."),
    ),
    (
        r"Longer than maximum length (\d+)\.",
        translatable("{Label} must have no more than {1} characters."),
    ),
    (
        r"Length must be between (\d+) and (\d+)\.",
        translatable("{Label} must have {1} to {2} characters."),
    ),
    (r"Length must be (\d+)\.", translatable("{Label} must have exactly {1} characters.")),
    (
        r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.",
        translatable("{Label} must be from {1} to {2}."),
    ),
    (r"Must be greater than or equal to (\S+)\.", translatable("{Label} must be {1} or more.")),
    (r"Must be less than or equal to (\S+)\.", translatable("{Label} must be {1} or less.")),
    (r"Must be greater than (\S+)\.", translatable("{Label} must be more than {1}.")),
    (r"Must be less than (\S+)\.", translatable("{Label} must be less than {1}.")),
    (r"Must be equal to (\S+)\.", translatable("{Label} must be {1}.")),
    (
        r"Must be one of: .*|One or more of the choices.*|Not a valid (UUID|boolean)\.",
        translatable("Choose {label} from the list."),
    ),
    (
        r"String does not match expected pattern\.|Invalid (value|input|type)\.|Not a valid .*\.",
        translatable("Check {label}: it is not in the expected form."),
    ),
]


def _plain(message: str, each: fields.Field[Any] | None) -> str:
    label = _label(each)
    capital = label[:1].upper() + label[1:]
    for pattern, english in PLAIN_WORDS:
        if match := re.fullmatch(pattern, message):
            words = CHOOSE if english == ENTER and _is_chosen(each) else english
            return _(words).format(message, *match.groups(), label=label, Label=capital)
    return message


def _label(each: fields.Field[Any] | None) -> str:
    if each is None:
        return _("this")
    return _(str(each.metadata.get("label") or f"the {each.name}".replace("_", " ")))


def _is_chosen(each: fields.Field[Any] | None) -> bool:
    return isinstance(each, fields.Boolean | fields.Enum | fields.List | fields.UUID) or any(
        isinstance(rule, validate.OneOf) for rule in (each.validators if each else [])
    )
