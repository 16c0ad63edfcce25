"""Looks at every page that a visitor comes to, and notes what is wrong with it."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import html
from playwright.sync_api import Page, Request
from playwright.sync_api import Response as Answer

from chassis.web.assets import MANIFEST, VAR
from chassis.web.build_assets import USWDS
from chassis.web.purge import classes_of
from tests.browser.axe import axe_faults
from tests.browser.routes import Routes
from tests.browser.visitor import BrowserVisitor

# A desk, twice enlarged, four times enlarged, and what lies between: phones and tablets.
WIDTHS = (1280, 768, 640, 560, 480, 360, 320)
HEIGHT = 800
_BONELESS = ("altcha-widget", "noscript", "script", "svg")
# A public page with all that it fetches, in bytes as they come over the wire.
HEAVIEST = 70_000
# The CAPTCHA's script alone is 30 KB. It comes after the page is painted.
HEAVIEST_WITH_CAPTCHA = 90_000
LAYOUT_FAULTS = (Path(__file__).parent / "layout_faults.js").read_text(encoding="utf-8")
MARKUP_FAULTS = (Path(__file__).parent / "markup_faults.js").read_text(encoding="utf-8")
# What a page needs besides itself, as it came over the wire, also when it was kept from before.
_WEIGHT = """() => performance.getEntriesByType("resource")
    .filter((each) => each.initiatorType !== "fetch")
    .reduce((sum, each) => sum + each.encodedBodySize + 300, 0)"""
_CLASSES = """() => [...document.querySelectorAll("[class]")]
    .flatMap((each) => [...each.classList])"""


@dataclass(frozen=True)
class Sight:
    """One page in one state, as somebody saw it."""

    rule: str
    status: int
    title: str
    who: str
    url: str

    def __str__(self) -> str:
        return f"{self.rule} ({self.status}, {self.who}: {self.title})"


class _Key(NamedTuple):
    """Two pages with the same bones are looked at once."""

    rule: str
    status: int
    language: str
    bones: str


def _bones(element: html.HtmlElement | None) -> str:
    """How a page is built, whatever it says and however many of a kind it lists."""
    if element is None or not isinstance(element.tag, str) or element.tag in _BONELESS:
        return ""
    kinds = dict.fromkeys(_bones(each) for each in element)
    names = [element.tag, element.get("class", ""), element.get("role", "")]
    return f"{'.'.join(names)}({' '.join(kinds)})"


@dataclass
class Looker:
    """What was seen, and each fault of it by the kind of check that found it.

    `draw` is called for each new sight while its page is still in the window.
    """

    routes: Routes
    base_url: str
    widths: tuple[int, ...] = WIDTHS
    with_axe: bool = True
    draw: Callable[[Sight, Page], None] = lambda _sight, _page: None
    sights: dict["_Key", Sight] = field(default_factory=dict)
    weights: dict[Sight, int] = field(default_factory=dict)
    with_captcha: set[Sight] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        """Note what a page asks of others, and what its console says."""
        page.on("request", self._note_request)
        page.on("console", lambda said: self._note_console(page, said.type, said.text))
        page.on("pageerror", lambda error: self.note("console", page.url, [str(error)]))

    def look(self, visitor: BrowserVisitor, answer: Answer) -> None:
        """Check the page in a visitor's window, if it was not seen like this before."""
        page = visitor.window
        key = self._key(page.url, answer.status, page.content())
        if key in self.sights:
            return
        sight = Sight(key.rule, answer.status, page.title(), visitor.name, page.url)
        self.sights[key] = sight
        self._check(sight, page, answer)
        self.draw(sight, page)

    def knows(self, url: str, status: int, text: str) -> bool:
        """Whether a page with the same bones was looked at."""
        return self._key(url, status, text) in self.sights

    def note(self, kind: str, where: object, faults: list[str]) -> None:
        """Keep what a check has found."""
        self.faults.setdefault(kind, []).extend(f"{where}: {fault}" for fault in faults)

    @property
    def rules(self) -> set[str]:
        """The routes that were seen to answer well."""
        return {sight.rule for sight in self.sights.values() if sight.status < 400}

    def _key(self, url: str, status: int, text: str) -> "_Key":
        rule = self.routes.find(url)
        if rule is None:
            rule = urlsplit(url).path if self._is_ours(url) else "the card processor's page"
        page = html.fromstring(text)
        return _Key(rule, status, page.get("lang", ""), _bones(page.find("body")))

    def _check(self, sight: Sight, page: Page, answer: Answer) -> None:
        self.note("headers", sight, header_faults(answer.headers))
        self.note("cookies", sight, cookie_faults(page))
        self.note("markup", sight, page.evaluate(MARKUP_FAULTS))
        lost = set(page.evaluate(_CLASSES)) & lost_classes()
        self.note("styles", sight, [f"{name} has lost its rules" for name in sorted(lost)])
        # The gateway compresses pages; the embedded one does not.
        itself = len(gzip.compress(page.content().encode()))
        self.weights[sight] = itself + page.evaluate(_WEIGHT)
        if page.locator("altcha-widget").count():
            self.with_captcha.add(sight)
        if self.with_axe:
            self.note("axe", sight, axe_faults(page))
        self.note("layout", sight, layout_faults(page, self.widths))

    def _note_request(self, request: Request) -> None:
        if self._is_ours(request.url) or request.is_navigation_request():
            return
        page = request.frame.page.url
        if urlsplit(request.url).netloc != urlsplit(page).netloc:
            self.note("third parties", page, [request.url])

    def _note_console(self, page: Page, kind: str, text: str) -> None:
        # A page that answers 403 is an error for the console, and here it is what is wanted.
        if kind in ("error", "warning") and "the server responded with a status of" not in text:
            self.note("console", page.url, [text])

    def _is_ours(self, url: str) -> bool:
        return url.startswith((self.base_url, "data:", "about:", "blob:" + self.base_url))


@cache
def lost_classes() -> frozenset[str]:
    """The classes that USWDS has rules for, and the pages' style sheet no longer."""
    manifest = json.loads((VAR / "assets" / MANIFEST).read_text(encoding="utf-8"))
    kept = VAR / "assets" / manifest["files"]["uswds/css/uswds.min.css"]
    whole = VAR / "npm" / "node_modules" / USWDS.name / "dist/css/uswds.min.css"
    return classes_of(whole.read_text(encoding="utf-8")) - classes_of(
        kept.read_text(encoding="utf-8")
    )


def layout_faults(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """What is cut off, overlaps, scrolls sideways or is hard to hit, at each of the widths."""
    before = page.viewport_size
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width} px: {fault}" for fault in page.evaluate(LAYOUT_FAULTS)]
    if before:
        page.set_viewport_size(before)
    return found


def header_faults(headers: dict[str, str]) -> list[str]:
    """What is missing in the headers of a page, or says too much."""
    policy = headers.get("content-security-policy", "")
    directives = dict(each.strip().partition(" ")[::2] for each in policy.split(";"))
    found = [
        f"{name} is not as it must be: {policy!r}"
        for name, wanted in (
            ("default-src", ("'self'", "'none'")),
            ("object-src", ("'none'", None)),
            ("base-uri", ("'none'",)),
            ("frame-ancestors", ("'none'",)),
        )
        if directives.get(name) not in wanted
        and not (name == "object-src" and directives.get("default-src") == "'none'")
    ]
    found += [
        f"the policy allows {word}"
        for word in ("unsafe-inline", "unsafe-eval", "*")
        if f" {word}" in policy or f"'{word}'" in policy
    ]
    if headers.get("x-content-type-options") != "nosniff":
        found.append("browsers may guess the content type")
    if "form-action" not in directives:
        found.append("forms may lead anywhere")
    return found


def cookie_faults(page: Page) -> list[str]:
    """Cookies that scripts or other sites' forms could use; over https each is tied to its host."""
    found = []
    for cookie in page.context.cookies():
        name = cookie["name"]
        if not cookie["httpOnly"] or cookie["sameSite"] not in ("Lax", "Strict"):
            found.append(f"cookie {name} is not HttpOnly and SameSite")
        if cookie["path"] != "/" or cookie["domain"].startswith("."):
            found.append(f"cookie {name} goes elsewhere too")
        if page.url.startswith("https://") and not name.startswith("__Host-"):
            found.append(f"cookie {name} is not tied to its host")
    return found
