"""What pages and notices say can be translated; what anybody may see, and notices, are."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from chassis.i18n.catalogs import catalog_in, parts, untranslated, updated
from chassis.i18n.language import SPANISH, catalog_of
from chassis.settings import ROOT

SAYING = {"_", "gettext", "ngettext"}
SPOKEN_ATTRIBUTES = {"aria-label", "alt", "title", "placeholder"}
# The stand-in for a card processor speaks for another company.
NOT_OURS = "sandbox_provider"
TEMPLATES = sorted(
    path
    for part in parts()
    for path in part.rglob("templates/**/*.html")
    if NOT_OURS not in path.parts
)
# Two words, or one with a capital letter: no key, path, class name or color.
LOOKS_LIKE_WORDS = re.compile(r"[A-Za-z]{2,}[.,:;!?]? [a-zA-Z]|^ ?[A-Z][a-z]|[a-z][.!?…]$")
# A word beside the place of a value, as in "%s of %s" or "{:,} courses".
WORD_AMONG_VALUES = re.compile(r"(%\w|\}) \(?[a-z]{2,}\b|\b[a-z]{2,} (%\w|\{)|^ \(?[a-z]{2,}\)?$")
# Attributes that a macro puts into another one's tag.
NO_WORDS = {"usa-input--error", 'aria-describedby="', "required", 'aria-invalid="true"'}
SAYS_NOTHING = re.compile(r"%\w|https?://|\.gov")
# Only signed-in people see these, and there is no Spanish for them yet.
FOR_SIGNED_IN = {
    *("account", "accounts", "organizations", "person", "persons", "profile", "provider"),
    *("health", "health_page", "message", "messages", "sessions", "unconfirmed_rules"),
}
FOLDERS_FOR_SIGNED_IN = {"work", "worklist"}
# Where a service has what its pages may show; the rest of it speaks to programs and to operators.
SPEAKING = {
    *("access", "background", "domain", "formats", "internal", "pages", "queries", "schemas"),
    *("usecases", "answers", "captcha", "uploads"),
}
ELSEWHERE = (
    *("services/identity/formats", NOT_OURS),
    "identity/usecases/exchange.py",
)
"""What speaks to operators or programs."""
MARKING = {*SAYING, "translatable", "translatable_count"}
# The audit trail, the log; and the faults of an import.
NOT_ON_PAGES = {"record_entry", "exception", "Fault", "fault", "KeyFaults"}
# Two words at least, from a capital letter on or up to a full stop; no SQL, and no type.
LOOKS_LIKE_A_SENTENCE = re.compile(
    r"^(?!\s*(select|insert|update|delete) |.* \| None)"
    r"([A-Z][a-z']* .*[a-z]|.*[a-z]{2,}[,;:]? [a-z]+.*[.!?]$)",
    re.DOTALL,
)
# Where a service has the texts of its notices.
NOTICES = "usecases/notices.py"
PUBLIC_PARTS = ("chassis", "lookup", "identity")
NAMED = [pytest.param(path, id="/".join(path.parts[-2:])) for path in TEMPLATES]


@cache
def parsed(path: Path) -> nodes.Template:
    """A template as Jinja reads it, with what it says in calls of `gettext`."""
    reader = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    reader.newstyle_gettext = True  # type: ignore[attr-defined]
    return reader.parse(path.read_text(encoding="utf-8"))


def is_saying(node: nodes.Node) -> bool:
    """Whether this is a call that says its first argument in the language of the page."""
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name in SAYING
    )


class Bare(HTMLParser):
    """Gathers the text of a template's markup, and of the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag, some of whose attributes are read out."""
        self.found += [value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES]


def bare_text(template: nodes.Template) -> Iterator[str]:
    """What stands between a template's tags without being said by `_`."""
    reader = Bare()
    for output in template.find_all(nodes.Output):
        for each in output.nodes:
            reader.feed(each.data if isinstance(each, nodes.TemplateData) else "·")
    reader.close()
    found = [text.strip() for text in reader.found]
    yield from (text for text in found if re.search(r"[^\W\d_]", text) and text not in NO_WORDS)


def bare_constants(node: nodes.Node) -> Iterator[str]:
    """Texts in a template's expressions that look like words and are not said by `_`."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Compare | nodes.TemplateData):
            continue
        if isinstance(child, nodes.Call) and is_saying(child):
            for keyword in child.kwargs:
                yield from bare_constants(keyword)
                yield from bare_words(keyword.value)
            continue
        if isinstance(child, nodes.Const) and isinstance(child.value, str):
            text = SAYS_NOTHING.sub("", child.value)
            if child.value in NO_WORDS:
                continue
            if LOOKS_LIKE_WORDS.search(text) or WORD_AMONG_VALUES.search(child.value):
                yield child.value
        yield from bare_constants(child)


def bare_words(value: nodes.Node) -> Iterator[str]:
    """Words that are put into a sentence without being said by `_`, a single one too."""
    if isinstance(value, nodes.CondExpr):
        for choice in (value.expr1, value.expr2):
            yield from bare_words(choice or nodes.Const(""))
    elif isinstance(value, nodes.Const) and re.search(r"[a-z]{2}", str(value.value)):
        yield value.value


@pytest.mark.parametrize(
    "expression",
    ['" Why: " ~ reasons', '_("Due %(day)s.", day="today" if over else _("later"))', '"Not now"'],
)
def test_words_in_an_expression_that_are_not_marked_are_found(expression: str) -> None:
    reader = Environment(extensions=["jinja2.ext.i18n"])
    assert len([*bare_constants(reader.parse(f"{{{{ {expression} }}}}"))]) == 1


# The page of specimens is for who builds pages; its words are samples of what a service would say.
@pytest.mark.parametrize("path", [path for path in NAMED if "specimens" not in str(path)])
def test_a_template_says_nothing_that_cannot_be_translated(path: Path) -> None:
    template = parsed(path)
    assert [*bare_text(template), *bare_constants(template)] == []


@pytest.mark.parametrize("path", NAMED)
def test_a_template_has_only_its_own_words_translated_as_markup(path: Path) -> None:
    """`_` takes what it is given for markup, so that it may be given nothing from elsewhere."""
    for call in parsed(path).find_all(nodes.Call):
        if is_saying(call):
            texts = call.args[: 2 if "n" in getattr(call.node, "name", "")[:1] else 1]
            assert all(isinstance(text, nodes.Const) for text in texts), call.lineno


def speaking_modules() -> Iterator[Path]:
    """The modules that may have words for pages."""
    for part in parts():
        for path in sorted(part.rglob("*.py")):
            names = {name.removesuffix(".py") for name in path.relative_to(part).parts}
            if names & SPEAKING and not any(each in str(path) for each in ELSEWHERE):
                yield path


def unmarked(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Sentences in code that no catalog would find, each with its line."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and called(child) in MARKING | NOT_ON_PAGES:
            # What is put together before it is marked is in no catalog.
            if called(child) in MARKING and isinstance(child.args[0], ast.JoinedStr):
                yield child.lineno, text_of(child.args[0])
            continue
        if isinstance(child, ast.Call) and called(child) == "Bar":
            label = child.args[0]
            if isinstance(label, ast.Constant | ast.JoinedStr):
                yield child.lineno, text_of(label)
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):  # a docstring
            continue
        if isinstance(child, ast.Constant | ast.JoinedStr):
            if LOOKS_LIKE_A_SENTENCE.search(text_of(child)):
                yield child.lineno, text_of(child)
        else:
            yield from unmarked(child)


def called(call: ast.Call) -> str:
    """The name of what is called, without where it is from."""
    return ast.unparse(call.func).rpartition(".")[2]


def text_of(node: ast.Constant | ast.JoinedStr) -> str:
    """A text in code, "x" for each value in it."""
    if isinstance(node, ast.JoinedStr):
        pieces = [text_of(each) if isinstance(each, ast.Constant) else "x" for each in node.values]
        return "".join(pieces)
    return node.value if isinstance(node.value, str) else ""


NAMED_MODULES = [pytest.param(path, id=str(path.relative_to(ROOT))) for path in speaking_modules()]


def is_for_signed_in(file: Path) -> bool:
    return file.stem in FOR_SIGNED_IN or file.parent.name in FOLDERS_FOR_SIGNED_IN


def test_templates_and_modules_are_found_wherever_they_stand() -> None:
    """A move of folders must not leave these tests with nothing to look at."""
    assert len(TEMPLATES) >= 80
    assert len(NAMED_MODULES) >= 140
    for part in parts():
        assert any(path.is_relative_to(part) for path in TEMPLATES), part


@pytest.mark.parametrize("path", NAMED_MODULES)
def test_a_sentence_that_a_page_takes_from_code_is_marked_for_translation(path: Path) -> None:
    assert list(unmarked(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("part", PUBLIC_PARTS)
def test_what_anybody_may_see_is_said_in_spanish(part: str) -> None:
    folder = next(each for each in parts() if each.name == part)
    missing = [
        message.id
        for message in untranslated(folder, SPANISH)
        if not all(is_for_signed_in(Path(file)) for file, _ in message.locations)
    ]
    remedy = f"write the Spanish in {part}'s es.po, or list the template in FOR_SIGNED_IN"
    assert missing == [], remedy


@pytest.mark.parametrize("part", [each for each in parts() if list(each.rglob(NOTICES))])
def test_what_a_notice_says_is_said_in_spanish(part: Path) -> None:
    missing = [
        message.id
        for message in untranslated(part, SPANISH)
        if any(file.endswith(NOTICES) for file, _ in message.locations)
    ]
    assert missing == [], f"write the Spanish in {part.name}'s es.po"


@pytest.mark.parametrize("part", [each.name for each in parts()])
def test_a_translation_has_the_places_and_the_markup_of_the_original(part: str) -> None:
    folder = next(each for each in parts() if each.name == part)
    for message in catalog_in(folder, SPANISH):
        originals = message.id if isinstance(message.id, (list, tuple)) else [message.id]
        told = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if not all(originals) or not any(told):
            continue
        assert not message.fuzzy, message.id
        assert places(told[-1]) == places(originals[-1]), message.id
        assert places(told[0]) in (places(originals[0]), places(originals[-1])), message.id


def places(text: str | None) -> list[str]:
    """The values and tags that a text has in it, each once."""
    return sorted(set(re.findall(r"%\(\w+\)s|\{\w*\}|</?\w[^>]*>", text or "")))


@pytest.mark.parametrize("part", [each.name for each in parts()])
def test_a_catalog_is_in_step_with_the_code(part: str) -> None:
    """`make translations` would change nothing."""
    folder = next(each for each in parts() if each.name == part)
    assert catalog_of(folder, SPANISH).read_bytes() == updated(folder, SPANISH)
