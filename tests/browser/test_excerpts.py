"""A home page shows what the pages of other services say, each read by the browser itself."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from services.demonstration.accounts import PASSWORD
from services.demonstration.journey import partners
from services.demonstration.journey.steps import STEPS
from services.demonstration.journey.walker import Journey
from tests.journeys.embedded import EmbeddedProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Opened = Callable[..., Page]
HEALTH = "/identity/health"


@pytest.fixture
def opened(browser: Browser, suite: EmbeddedProcess) -> Iterator[Opened]:
    """Opens a page in the window of somebody who has signed in."""
    contexts: list[BrowserContext] = []

    def open_as(username: str, path: str, *, scripts: bool = True, unanswered: str = "") -> Page:
        context = browser.new_context(base_url=suite.base_url, java_script_enabled=scripts)
        contexts.append(context)
        window = context.new_page()
        window.goto("/identity/sign-in")
        window.fill("[name=username]", username)
        window.fill("[name=password]", PASSWORD)
        window.click("main [type=submit]")
        if unanswered:
            window.route(f"**{unanswered}", lambda route: route.abort())
        window.goto(path)
        return window

    yield open_as
    for each in contexts:
        each.close()


@pytest.fixture(scope="module")
def walked(suite: EmbeddedProcess) -> Journey:
    """An educator who has paid and was written to, and about whom a superintendent complained."""
    journey = Journey(suite.base_url, seed=15)
    for _, step in STEPS:
        step(journey)
        if step is partners.complain:
            break
    return journey


def under(window: Page, heading: str) -> Locator:
    """The excerpt that follows a heading."""
    return window.locator(f"main :is(h2, h3):has-text('{heading}') + .excerpt")


def test_one_page_gathers_the_health_of_every_service(opened: Opened) -> None:
    window = opened("admin", HEALTH)

    for service in (
        "Educator certification",
        "Fees and payments",
        "Educator conduct",
        "Assignment reports",
    ):
        expect(under(window, service)).to_contain_text("To be published")
    expect(under(window, "Educator lookup")).to_contain_text("As of")
    assert window.locator("[id=state]").count() == 1


def test_a_service_that_does_not_answer_is_named(opened: Opened) -> None:
    window = opened("admin", HEALTH, unanswered="/payments/health")

    expect(under(window, "Fees and payments")).to_contain_text("Not responding")
    expect(under(window, "Educator conduct")).to_contain_text("To be published")


def test_without_scripts_the_links_lead_there(opened: Opened) -> None:
    window = opened("admin", HEALTH, scripts=False)

    expect(under(window, "Fees and payments")).to_contain_text("Open its page")
    window.click("main a:has-text('Fees and payments')")
    expect(window.get_by_role("heading", level=1)).to_contain_text("Fees and payments")


def test_an_educators_home_shows_fees_and_messages(opened: Opened, walked: Journey) -> None:
    window = opened(walked.username, "/certification/")

    expect(under(window, "Fees")).to_contain_text("Paid")
    expect(under(window, "Messages").locator("a").first).to_be_visible()
    under(window, "Messages").locator("a").first.click()
    expect(window.locator("main")).to_contain_text("Hello ")


@pytest.mark.usefixtures("walked")
def test_a_superintendents_home_shows_where_complaints_stand(opened: Opened) -> None:
    window = opened("superintendent", "/assignments/")

    expect(under(window, "Complaints")).to_contain_text("C-2026-")


def test_an_excerpt_shows_the_newest_five(opened: Opened) -> None:
    rows = "".join(f"<tr><th>message {n}</th></tr>" for n in range(7))
    window = opened("superintendent", "/assignments/", unanswered="/legal/complaints")
    window.unroute_all()
    window.route(
        "**/legal/complaints",
        lambda route: route.fulfill(
            body=f"<div id=complaints><table><tbody>{rows}</table></div>", content_type="text/html"
        ),
    )
    window.reload()

    expect(under(window, "Complaints").locator("tr:visible")).to_have_count(5)


def test_who_is_signed_in_keeps_their_name_and_their_links_on_pages_that_are_for_everybody(
    opened: Opened,
) -> None:
    window = opened("analyst", "/certification/queue")
    expect(window.locator("h1")).to_have_text("Application queue")
    window.goto("/lookup/")

    expect(window.locator(".site-person")).to_be_visible()
    links = window.locator(".site-nav a")
    expect(links.filter(has_text="Application queue")).to_be_visible()
    expect(window.locator(".site-nav a[aria-current]")).to_have_attribute("href", "/lookup/")
    window.click(".site-account button")
    window.goto("/lookup/")
    expect(window.locator(".site-person")).to_have_count(0)


def test_a_page_for_everybody_asks_nothing_about_who_is_not_signed_in(
    browser: Browser, suite: EmbeddedProcess
) -> None:
    context = browser.new_context(base_url=suite.base_url)
    window = context.new_page()
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))

    window.goto("/lookup/", wait_until="networkidle")

    assert not any("/identity/" in url for url in asked)
    assert any("/frame" in url for url in asked)
    context.close()
