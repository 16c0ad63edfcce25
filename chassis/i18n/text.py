"""Translatable text: marked where it is written, so that the catalogs can extract it."""

from collections.abc import Mapping
from datetime import date
from typing import Any


class Translatable(str):
    """An English text with its values filled in; it keeps both, so `gettext` can translate it.

    `forms` is the text with placeholders, as in the catalogs; with a count, singular and plural.
    """

    forms: tuple[str, ...]
    values: Mapping[str, object]


def translatable(text: str, **values: object) -> Translatable:
    """The text itself, to be passed to `chassis.i18n.language.gettext` where it is shown.

    Values fill its placeholders, as in `"Enter a day from {day} on."`.
    Days are written out, the values in a tuple are joined by commas, and a value that is itself
    `translatable` is translated with the text.
    """
    return _with_forms(text, (text,), values)


def translatable_count(one: str, many: str, count: int, **values: object) -> Translatable:
    """Like `translatable`, with a singular and a plural: `"{count} elements wait for you."`."""
    return _with_forms(one if count == 1 else many, (one, many), {"count": count, **values})


def code_words(code: str) -> Translatable:
    """A code of the contracts, such as `provider_officer`, as words that the catalogs translate."""
    return translatable(code.replace("_", " "))


def to_json(text: Translatable) -> dict[str, Any]:
    """The text as JSON, with its forms and values; `from_json` reads it back."""
    values = {name: _value_to_json(value) for name, value in text.values.items()}
    return {"forms": list(text.forms), "values": values}


def from_json(stored: Mapping[str, Any]) -> Translatable:
    """The text that `to_json` stored."""
    values = {name: _value_from_json(value) for name, value in stored["values"].items()}
    one, *many = stored["forms"]
    return translatable_count(one, many[0], **values) if many else translatable(one, **values)


def _value_to_json(value: object) -> object:
    if isinstance(value, Translatable):
        return to_json(value)
    if isinstance(value, tuple):
        return [_value_to_json(item) for item in value]
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value_from_json(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_value_from_json(item) for item in value)
    if not isinstance(value, dict):
        return value
    return date.fromisoformat(value["day"]) if "day" in value else from_json(value)


def _with_forms(words: str, forms: tuple[str, ...], values: Mapping[str, object]) -> Translatable:
    english = {name: _in_english(value) for name, value in values.items()}
    text = Translatable(words.format(**english) if values else words)
    text.forms, text.values = forms, values
    return text


def _in_english(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join(str(_in_english(item)) for item in value)
    return f"{value:%B %-d, %Y}" if isinstance(value, date) else value
