"""The main journey and everything around it, walked in the browser."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import html
from playwright.sync_api import Browser, BrowserContext

from services.demonstration.accounts import PASSWORD
from services.demonstration.journey.walker import Journey, sign_in
from services.demonstration.visitor import Unexpected, Visitor
from tests.browser.looker import HEIGHT, Looker
from tests.browser.routes import NOT_PAGES
from tests.browser.visitor import BrowserVisitor

_ADDRESSES_OF_A_ROUTE = 2


@dataclass
class BrowserJourney(Journey):
    """The main journey with a browser window for each who takes part."""

    browser: Browser | None = None
    looker: Looker | None = None
    width: int = 1280
    scripts: bool = True
    make: Callable[..., BrowserVisitor] = BrowserVisitor
    contexts: list[BrowserContext] = field(default_factory=list)

    def visitor(self, name: str) -> Visitor:
        """A person with a window of their own; staff sign in when they are first needed."""
        if name not in self.visitors:
            self.visitors[name] = self.window(name)
            if name not in ("educator", "public"):
                sign_in(self.visitors[name], name, PASSWORD)
        return self.visitors[name]

    def browser_visitor(self, name: str) -> BrowserVisitor:
        """The same, for whoever needs the window."""
        visitor = self.visitor(name)
        assert isinstance(visitor, BrowserVisitor)
        return visitor

    def about(self, last_name: str, **facts: str) -> "BrowserJourney":
        """The journey of somebody else, with the same people around."""
        other = copy(self)
        other.last_name, other.facts = last_name, dict(facts)
        return other

    def close(self) -> None:
        """Close every window."""
        for context in self.contexts:
            context.close()

    def window(self, name: str) -> BrowserVisitor:
        """A new window that nobody has signed in with."""
        assert self.browser is not None
        assert self.looker is not None
        context = self.browser.new_context(
            java_script_enabled=self.scripts, viewport={"width": self.width, "height": HEIGHT}
        )
        self.contexts.append(context)
        visitor = self.make(self.base_url, name, context, self.looker.look)
        self.looker.watch(visitor.window)
        return visitor


def crawl(visitor: BrowserVisitor, looker: Looker, starts: Iterable[str] = ("/identity/",)) -> None:
    """Follow the links that a visitor is shown, and send each form without what it requires.

    Of the addresses of one route the first few are enough.
    """
    waiting, known = deque(starts), Counter[str]()
    seen: set[str] = set()
    while waiting:
        path = waiting.popleft()
        rule = looker.routes.find(path)
        if (
            rule is None
            or rule in NOT_PAGES
            or path in seen
            or known[rule] >= _ADDRESSES_OF_A_ROUTE
        ):
            continue
        seen.add(path)
        known[rule] += 1
        # A look from afar is much quicker than opening a page that was seen before.
        answer = visitor.context.request.get(urljoin(visitor.base_url, path))
        if not looker.knows(answer.url, answer.status, answer.text()):
            visitor.open(path, status=0)
            _send_unfilled(visitor)
        waiting.extend(_links(answer.url, answer.text(), visitor.base_url))


def _links(url: str, text: str, base_url: str) -> list[str]:
    """The addresses on this site to which a page leads."""
    hrefs = [urljoin(url, link.get("href")) for link in html.fromstring(text).iter("a")]
    within = [each.partition("#")[0] for each in hrefs if each.startswith(base_url)]
    return list(dict.fromkeys(each.removeprefix(base_url) for each in within))


def _send_unfilled(visitor: BrowserVisitor) -> None:
    """Send each form that lacks something; it comes back and says what."""
    address = visitor.window.url
    for place in range(visitor.window.locator("form").count()):
        form = visitor.window.locator("form").nth(place)
        lacking = form.locator(":is(input, textarea, select):required")
        if not any(not lacking.nth(n).input_value() for n in range(lacking.count())):
            continue
        with visitor.window.expect_navigation() as arriving:
            visitor.press(form.locator("button:not([type=button])").last)
        visitor.arrive(arriving.value, status=0)
        if visitor.window.locator(".error-summary").count() == 0:
            raise Unexpected("an error summary", f"{address} took an unfilled form")
        visitor.open(address, status=0)
