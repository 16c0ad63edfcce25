"""On a slow line a page is seen before its scripts and fonts, and what is seen stays put."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.looker import HEIGHT
from tests.journeys.embedded import EmbeddedProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ADDRESSES = (
    "/identity/",
    "/identity/sign-in",
    "/identity/register",
    "/identity/forgotten",
    "/lookup/",
    "/lookup/educators?q=Fern",
    "/lookup/educators?q=Nobody-at-all",
    "/lookup/educators/200100005",
    "/lookup/verify/K00900001",
    "/lookup/verify/K12345678",
    "/nowhere/at/all",
)
IS_PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"
# How far things moved that nobody had asked to move, as browsers count it: 0.1 is felt.
SHIFTED = """() => new Promise((answer) => {
  let sum = 0;
  const observer = new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value;
  });
  observer.observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => answer(sum), 0)));
})"""


@pytest.fixture(params=[360, 1280])
def page(
    request: pytest.FixtureRequest, browser: Browser, suite: EmbeddedProcess
) -> Iterator[Page]:
    context = browser.new_context(
        base_url=suite.base_url, viewport={"width": request.param, "height": HEIGHT}
    )
    yield context.new_page()
    context.close()


def held(page: Page, pattern: str) -> list[Route]:
    """The requests that are kept waiting from now on."""
    waiting: list[Route] = []
    page.route(pattern, lambda route: waiting.append(route))  # noqa: PLW0108 (Playwright asks it for its name)
    return waiting


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_painted_before_its_scripts_and_fonts_and_then_stays_put(
    page: Page, address: str
) -> None:
    scripts, fonts = held(page, "**/*.js"), held(page, "**/*.woff2")
    page.goto(address, wait_until="commit")
    page.wait_for_function(IS_PAINTED)
    assert page.locator("h1").bounding_box() is not None
    assert fonts
    assert len(scripts) == page.locator("script[src]").count()
    for route in fonts + scripts:
        route.continue_()
    page.unroute_all()
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.evaluate(SHIFTED) < 0.01


def test_what_moves_is_noticed(page: Page) -> None:
    page.goto("/identity/")
    page.wait_for_function(IS_PAINTED)
    page.evaluate("document.querySelector('h1').before(document.createElement('br'))")
    assert page.evaluate(SHIFTED) > 0.01


def test_on_a_phone_the_account_and_the_links_open_below_a_button_without_a_script(
    browser: Browser, suite: EmbeddedProcess
) -> None:
    context = browser.new_context(
        base_url=suite.base_url,
        viewport={"width": 360, "height": HEIGHT},
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto("/identity/")
    header = page.get_by_role("banner")
    links, sign_in = header.get_by_role("navigation"), header.get_by_role("link", name="Sign in")
    expect(links).to_be_hidden()
    expect(sign_in).to_be_hidden()
    header.locator("summary").press("Enter")
    expect(links).to_be_visible()
    expect(sign_in).to_be_visible()
    context.close()
