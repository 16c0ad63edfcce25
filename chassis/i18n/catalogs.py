"""Extracts text from code and templates, and updates the catalogs: `make translations`.

Each part of the suite (the chassis and each service) has its own catalogs.
"""

import ast
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from chassis.i18n.language import CHASSIS, ENGLISH, LANGUAGES, catalog_of
from chassis.i18n.text import code_words
from chassis.jurisdiction import load_place
from chassis.settings import JURISDICTIONS_DIR, ROOT, SERVICES, service_names
from chassis.state_folder import StateFolder, states_in
from contracts.addresses import NAVIGATION
from contracts.identity import OrganizationKind, Role

OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "trimmed": "true"}}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "translatable": None,
    "translatable_count": (1, 2),
    "ngettext": (1, 2),
}
WIDTH = 100
# Without the dates and names of gettext's own header: the repository records them.
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def extract_job_names(
    file: IO[bytes], keywords: Any, comments: Any, options: Any
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Babel extractor: the names of a schedule's jobs, as pages show them."""
    for node in ast.parse(file.read()).body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            yield node.lineno, None, code_words(node.name).capitalize(), []


METHODS: list[tuple[str, Any]] = [
    ("**/schedule.py", extract_job_names),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
]


def parts() -> list[Path]:
    """The folders that have their own catalogs."""
    return [CHASSIS, *(SERVICES / name for name in service_names())]


def texts_of(part: Path) -> Catalog:
    """A part's English text, with its locations."""
    catalog = Catalog(fuzzy=False)
    for file, line, text, comments, context in extract_from_dir(
        str(part), METHODS, OPTIONS, KEYWORDS
    ):
        catalog.add(text, None, [(file, line)], auto_comments=comments, context=context)
    if part == CHASSIS:
        # `contracts` does not depend on gettext.
        for link in NAVIGATION:
            catalog.add(link.label, None, [("../contracts/addresses.py", 1)])
        for code in (*Role, *OrganizationKind):
            catalog.add(str(code_words(code)), None, [("../contracts/identity.py", 1)])
    return catalog


def catalog_in(part: Path, language: str) -> Catalog:
    """A part's catalog; empty if it has none."""
    file = catalog_of(part, language)
    if not file.exists():
        return Catalog(locale=language, fuzzy=False)
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


def updated(part: Path, language: str) -> bytes:
    """A catalog with the new text added and the unused text removed."""
    catalog = catalog_in(part, language)
    catalog.update(texts_of(part), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    output = BytesIO()
    write_po(
        output, catalog, width=WIDTH, omit_header=True, sort_by_file=True, include_lineno=False
    )
    return HEADER.format(language=language).encode() + output.getvalue()


def untranslated(part: Path, language: str) -> list[Message]:
    """The messages that have no translation."""
    catalog = catalog_in(part, language)
    return [
        message
        for message in texts_of(part)
        if message.id and not _is_translated(catalog.get(message.id, message.context))
    ]


def _is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    translation = message.string
    return all(translation) if isinstance(translation, (list, tuple)) else bool(translation)


def words_of(state: StateFolder) -> list[str]:
    """What pages and notices say of a state in its words; titles and names stay as it writes them.

    Raises `JurisdictionFault`.
    """
    place, record = load_place(state), state.file("record").contents
    hearing_right = state.file("certification").contents["hearing_right"]
    named = [grade.words for grade in place.grades.values()]
    return [place.government_name, *named, record["certificate_number_words"], hearing_right]


def may_be_said(state: StateFolder) -> set[str]:
    """All that a state may say in another language: its words, and what it may also keep."""
    return {*words_of(state), load_place(state).educator_number_label}


def said_by_pages(language: str) -> str:
    """Every text of the suite's pages in a language, as the catalogs have it."""
    return "\n".join(
        str(message.id if language == ENGLISH else message.string)
        for part in parts()
        for other in LANGUAGES
        if other != ENGLISH
        for message in catalog_in(part, other)
        if message.id
    )


def unsaid(state: StateFolder, language: str) -> list[str]:
    """The words of a state that its file for a language lacks; raises `JurisdictionFault`."""
    texts = state.words(language).texts
    return [text for text in dict.fromkeys(words_of(state)) if not texts.get(text)]


def _add_unsaid(state: StateFolder, language: str) -> None:
    """Add what a state's file for a language lacks, to be translated."""
    path = state.path / f"words.{language}.toml"
    known = state.words(language).texts if path.exists() else None
    lines = [f'{json.dumps(text)} = ""\n' for text in unsaid(state, language)]
    new = [line for line in lines if known is None or json.loads(line[:-6]) not in known]
    if new:
        with path.open("a", encoding="utf-8") as file:
            file.writelines([*([] if known else ["[texts]\n"]), *new])


if __name__ == "__main__":
    for folder in parts():
        for other in set(LANGUAGES) - {ENGLISH}:
            po_file = catalog_of(folder, other)
            po_file.parent.mkdir(exist_ok=True)
            po_file.write_bytes(updated(folder, other))
            told = f"{po_file.relative_to(ROOT)}: {len(untranslated(folder, other))} untranslated"
            print(told)  # noqa: T201  # a command of a developer
    for code in states_in(JURISDICTIONS_DIR.default):
        for other in set(LANGUAGES) - {ENGLISH}:
            _add_unsaid(StateFolder(JURISDICTIONS_DIR.default / code), other)
