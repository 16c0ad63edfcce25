"""Words that a part of the suite says, found for its catalogs where they stand."""

from collections.abc import Mapping
from datetime import date
from typing import Any


class Translatable(str):
    """A text in English, with its values in it, that remembers both: `gettext` says it anew.

    `forms` is the text with its places, as the catalogs know it; for a count, one and many.
    """

    forms: tuple[str, ...]
    values: Mapping[str, object]


def translatable(text: str, **values: object) -> Translatable:
    """The very text, of which `chassis.i18n.language.gettext` is to be asked where it is shown.

    Values go into its places, as in `"Enter a day from {day} on."`.
    Days are written as people write them, several values in a tuple one after another, and a value
    that is `translatable` itself is said like the text.
    """
    return _remembering(text, (text,), values)


def translatable_count(one: str, many: str, count: int, **values: object) -> Translatable:
    """A text as `translatable`, for so many: `"{count} elements wait for you."`."""
    return _remembering(one if count == 1 else many, (one, many), {"count": count, **values})


def code_words(code: str) -> Translatable:
    """A code of the contracts, such as `provider_officer`, as words; the catalogs know them."""
    return translatable(code.replace("_", " "))


def to_json(text: Translatable) -> dict[str, Any]:
    """The text as JSON that remembers what it does; `from_json` reads it."""
    values = {name: _value_to_json(value) for name, value in text.values.items()}
    return {"forms": list(text.forms), "values": values}


def from_json(stored: Mapping[str, Any]) -> Translatable:
    """The text that was stored by `to_json`."""
    values = {name: _value_from_json(value) for name, value in stored["values"].items()}
    one, *many = stored["forms"]
    return translatable_count(one, many[0], **values) if many else translatable(one, **values)


def _value_to_json(value: object) -> object:
    if isinstance(value, Translatable):
        return to_json(value)
    if isinstance(value, tuple):
        return [_value_to_json(each) for each in value]
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value_from_json(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_value_from_json(each) for each in value)
    if not isinstance(value, dict):
        return value
    return date.fromisoformat(value["day"]) if "day" in value else from_json(value)


def _remembering(words: str, forms: tuple[str, ...], values: Mapping[str, object]) -> Translatable:
    english = {name: _in_english(value) for name, value in values.items()}
    text = Translatable(words.format(**english) if values else words)
    text.forms, text.values = forms, values
    return text


def _in_english(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join(str(_in_english(each)) for each in value)
    return f"{value:%B %-d, %Y}" if isinstance(value, date) else value
