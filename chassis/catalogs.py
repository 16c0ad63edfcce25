"""Finds what code and templates say, and keeps the catalogs in step: `make translations`.

Each part of the suite, which is the chassis and each service, has catalogs of its own.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from chassis.commands import SERVICES
from chassis.language import CHASSIS, ENGLISH, LANGUAGES, catalog_of

METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "trimmed": "true"}}
KEYWORDS = {"_": None, "gettext": None, "marked": None, "ngettext": (1, 2)}
WIDTH = 100
# Without the dates and names that gettext's own header has: the repository knows them.
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def parts() -> list[Path]:
    """The folders that have catalogs of their own."""
    return [CHASSIS, *sorted(app.parent for app in SERVICES.glob("*/app.py"))]


def said_in(part: Path) -> Catalog:
    """What a part says in English, and where."""
    found = Catalog(fuzzy=False)
    for file, line, text, comments, context in extract_from_dir(
        str(part), METHODS, OPTIONS, KEYWORDS
    ):
        found.add(text, None, [(file, line)], auto_comments=comments, context=context)
    return found


def catalog_in(part: Path, language: str) -> Catalog:
    """A part's catalog; empty where it has none."""
    file = catalog_of(part, language)
    if not file.exists():
        return Catalog(locale=language, fuzzy=False)
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


def update(part: Path, language: str) -> None:
    """Add to a catalog what is said newly, and take out what nobody says any more."""
    catalog = catalog_in(part, language)
    catalog.update(said_in(part), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    written = BytesIO()
    write_po(
        written, catalog, width=WIDTH, omit_header=True, sort_by_file=True, include_lineno=False
    )
    file = catalog_of(part, language)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(HEADER.format(language=language).encode() + written.getvalue())


def untranslated(part: Path, language: str) -> list[Message]:
    """What is said and has no translation."""
    catalog = catalog_in(part, language)
    return [
        message
        for message in said_in(part)
        if message.id and not _is_translated(catalog.get(message.id, message.context))
    ]


def _is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    told = message.string
    return all(told) if isinstance(told, (list, tuple)) else bool(told)


if __name__ == "__main__":
    for each in parts():
        for other in set(LANGUAGES) - {ENGLISH}:
            if said_in(each):
                update(each, other)
