"""The language of a page: English, or Spanish on public pages.

Code and templates are written in English; a folder's `translations/es.po` holds the Spanish.
The gateway decides which of the two a reader wants and passes it on in `Accept-Language`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.dates import format_date, format_datetime, get_month_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_app_context, has_request_context, request

from chassis.i18n.text import Translatable
from chassis.state_folder import NO_WORDS, StateFolder, StateWords

ENGLISH, SPANISH = "en", "es"
LANGUAGES = {ENGLISH: "English", SPANISH: "Español"}
"""The languages of the public pages, each under its own name."""

CHASSIS = Path(__file__).parents[1]
_EXTENSION = "translations"
_STATE_WORDS = "state words"
_WRITTEN_IN: ContextVar[str | None] = ContextVar("language", default=None)


def init_translations(app: Flask, state: StateFolder) -> None:
    """Set up translation of the application's pages and of the text its code puts on them.

    Raises `JurisdictionFault` for a fault in the words of the state.
    """
    app.extensions[_EXTENSION] = (CHASSIS, Path(app.root_path))
    app.extensions[_STATE_WORDS] = {language: state.words(language) for language in LANGUAGES}
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    # For text from outside the template: `_` treats its argument as markup.
    app.jinja_env.filters["translated"] = gettext


def current_language() -> str:
    """The language of the page being rendered, or of what `writing_in` writes.

    Pages for signed-in people have no Spanish yet, so they are all English; APIs answer in English.
    """
    if (language := _WRITTEN_IN.get()) is not None:
        return language
    if not has_request_context():
        return ENGLISH
    if "language" not in g:
        g.language = _wanted() if _is_for_anybody() else ENGLISH
    of_the_page: str = g.language
    return of_the_page


def has_languages() -> bool:
    """Whether the page being rendered is also available in another language."""
    return _is_for_anybody()


@contextmanager
def writing_in(language: str) -> Iterator[None]:
    """Say everything in a language, for a reader who is not the one of the page."""
    before = _WRITTEN_IN.set(language)
    try:
        yield
    finally:
        _WRITTEN_IN.reset(before)


def in_every_language(*sentences: str) -> dict[str, str]:
    """The sentences as one text, in each language."""
    texts = {}
    for language in LANGUAGES:
        with writing_in(language):
            texts[language] = " ".join(gettext(sentence) for sentence in sentences)
    return texts


def gettext(text: str) -> str:
    """The text in the language of the page, and in the words of the state."""
    language, words = current_language(), _words_of_the_state()
    # gettext("") returns the catalog's header.
    if not text or (language == ENGLISH and words is NO_WORDS):
        return text
    if isinstance(text, Translatable) and text.values:
        return _with_values(text)
    return words.texts.get(text) or words.applied_to(_translations(language).gettext(text))


def translate(language: str, text: str) -> str:
    """One of the chassis's texts in a language, for pages that no service renders."""
    if language == ENGLISH:
        return text
    return _translations_in(language, (CHASSIS,)).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The text for `count` in the language of the page, and in the words of the state."""
    text = _translations(current_language()).ngettext(one, many, count)
    return _words_of_the_state().applied_to(text)


def _words_of_the_state() -> StateWords:
    if not has_app_context():
        return NO_WORDS
    by_language: Mapping[str, StateWords] = current_app.extensions.get(_STATE_WORDS, {})
    return by_language.get(current_language(), NO_WORDS)


def format_day(day: date) -> str:
    """A day in words: "August 15, 2027", "15 de agosto de 2027"."""
    return format_date(day, "long", locale=_locale())


def format_weekday(day: date) -> str:
    """A day with its weekday and no year: "Sunday, August 15", "domingo, 15 de agosto"."""
    return format_date(
        day, "EEEE, d 'de' MMMM" if current_language() == SPANISH else "EEEE, MMMM d", _locale()
    )


def format_month(first: date) -> str:
    """A month in words: "February 2027", "febrero de 2027"."""
    return format_date(
        first, "MMMM 'de' y" if current_language() == SPANISH else "MMMM y", _locale()
    )


@cache
def _months() -> dict[str, int]:
    """The names of the months in every language, in small letters, and their usual short forms."""
    return {
        name.lower().rstrip("."): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    }


def find_month(text: str) -> int | None:
    """The number of the month with this name, such as April, apr. or abril."""
    return _months().get(text.lower().rstrip("."))


def format_moment(local: datetime) -> str:
    """A moment in words; `local` is already in the state's time zone."""
    if current_language() == SPANISH:
        return format_datetime(
            local, "d 'de' MMMM 'de' y, h:mm\N{NO-BREAK SPACE}a", locale=_locale()
        )
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{local:%B %-d, %Y, %-I:%M}\N{NO-BREAK SPACE}{half}"


def catalog_of(folder: Path, language: str) -> Path:
    """The path of the catalog of a part of the suite in a language."""
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
    return words.format(**{name: _translated(value) for name, value in text.values.items()})


def _translated(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join(str(_translated(item)) for item in value)
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
    """A catalog compiled to gettext's binary format."""
    compiled = BytesIO()
    with catalog.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return compiled
