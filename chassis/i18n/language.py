"""The language of a page: English, or Spanish where anybody may see the page.

Code and templates speak English; a folder's `translations/es.po` says the same in Spanish.
The gateway settles which of the two a reader wants and says so in `Accept-Language`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request

from chassis.i18n.text import Translatable

ENGLISH, SPANISH = "en", "es"
LANGUAGES = {ENGLISH: "English", SPANISH: "Español"}
"""What the languages of the public pages call themselves."""

CHASSIS = Path(__file__).parents[1]
_EXTENSION = "translations"


def init_translations(app: Flask) -> None:
    """Have the application's pages, and what its code says of them, appear in their language."""
    app.extensions[_EXTENSION] = (CHASSIS, Path(app.root_path))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    # For text that is not written in the template: `_` takes what it is given for markup.
    app.jinja_env.filters["translated"] = gettext


def current_language() -> str:
    """The language of the page that is being made.

    Of what only signed-in people see, there is no Spanish yet, so that all of it is English; and
    programs are answered in English.
    """
    if not has_request_context():
        return ENGLISH
    if "language" not in g:
        g.language = _wanted() if _is_for_anybody() else ENGLISH
    language: str = g.language
    return language


def has_languages() -> bool:
    """Whether the page that is being made may be read in another language too."""
    return _is_for_anybody()


def gettext(text: str) -> str:
    """The text in the language of the page."""
    language = current_language()
    # gettext("") returns the catalog's header.
    if language == ENGLISH or not text:
        return text
    if isinstance(text, Translatable) and text.values:
        return _with_values(text)
    return _translations(language).gettext(text)


def translate(language: str, text: str) -> str:
    """A text of the chassis in a language, where no service makes the page."""
    if language == ENGLISH:
        return text
    return _translations_in(language, (CHASSIS,)).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The text for so many in the language of the page."""
    return _translations(current_language()).ngettext(one, many, count)


def format_day(day: date) -> str:
    """A day as people write it: "August 15, 2027", "15 de agosto de 2027"."""
    return format_date(day, "long", locale=_locale())


def format_weekday(day: date) -> str:
    """A day of these weeks: "Sunday, August 15", "domingo, 15 de agosto"."""
    return format_date(
        day, "EEEE, d 'de' MMMM" if current_language() == SPANISH else "EEEE, MMMM d", _locale()
    )


def format_month(first: date) -> str:
    """A month as people write it: "February 2027", "febrero de 2027"."""
    return format_date(
        first, "MMMM 'de' y" if current_language() == SPANISH else "MMMM y", _locale()
    )


def format_moment(local: datetime) -> str:
    """A moment, already in the state's time zone, as people write it."""
    if current_language() == SPANISH:
        return format_datetime(
            local, "d 'de' MMMM 'de' y, h:mm\N{NO-BREAK SPACE}a", locale=_locale()
        )
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{local:%B %-d, %Y, %-I:%M}\N{NO-BREAK SPACE}{half}"


def catalog_of(folder: Path, language: str) -> Path:
    """Where a part of the suite says in a language what it says in English."""
    return folder / "translations" / f"{language}.po"


def _wanted() -> str:
    return request.accept_languages.best_match(LANGUAGES, ENGLISH) or ENGLISH


def _is_for_anybody() -> bool:
    return "/api/" not in request.path and g.get("is_for_anybody", True)


def _locale() -> str:
    return "es_US" if current_language() == SPANISH else "en_US"


def _with_values(text: Translatable) -> str:
    words, count = gettext(text.forms[0]), text.values.get("count")
    if len(text.forms) > 1 and isinstance(count, int):
        words = ngettext(text.forms[0], text.forms[1], count)
    return words.format(**{name: _said(value) for name, value in text.values.items()})


def _said(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join(str(_said(each)) for each in value)
    if isinstance(value, date):
        return format_day(value)
    return gettext(value) if isinstance(value, Translatable) else value


def _translations(language: str) -> NullTranslations:
    if language == ENGLISH:
        return _nothing_to_translate()
    return _translations_in(language, current_app.extensions[_EXTENSION])


@cache
def _nothing_to_translate() -> NullTranslations:
    return NullTranslations()


@cache
def _translations_in(language: str, folders: Sequence[Path]) -> NullTranslations:
    together = Translations(_compiled(catalog_of(folders[0], language)))
    for folder in folders[1:]:
        if (catalog := catalog_of(folder, language)).exists():
            together.merge(Translations(_compiled(catalog)))
    return together


def _compiled(catalog: Path) -> BytesIO:
    """A catalog as gettext reads it: what it would be if it were compiled beforehand."""
    compiled = BytesIO()
    with catalog.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return compiled
