"""A session's end is announced in time, and takes nothing along that was typed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from services.demonstration.accounts import PASSWORD
from tests.journeys.embedded import EmbeddedProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

COMPLAINT = "/legal/complaints/new"


@pytest.fixture
def context(browser: Browser, suite: EmbeddedProcess) -> Iterator[BrowserContext]:
    """A superintendent's browser, whose clock the test moves."""
    context = browser.new_context(base_url=suite.base_url)
    context.clock.install()
    window = context.new_page()
    sign_in(window, "/identity/sign-in")
    window.close()
    yield context
    context.close()


def sign_in(window: Page, path: str) -> None:
    if path:
        window.goto(path)
    window.fill("[name=username]", "superintendent")
    window.fill("[name=password]", PASSWORD)
    window.click("main [type=submit]")


def typed(context: BrowserContext) -> Page:
    """A form that somebody has begun to fill in."""
    window = context.new_page()
    window.goto(COMPLAINT)
    window.fill("[name=last_name]", "Fernsby")
    return window


def test_five_minutes_before_the_end_it_is_announced_and_one_press_keeps_it(
    context: BrowserContext,
) -> None:
    window = typed(context)
    warning = window.get_by_role("dialog", name="Are you still there?")

    context.clock.fast_forward("23:00")
    expect(warning).to_be_hidden()
    context.clock.fast_forward("02:00")
    expect(warning).to_contain_text("you will be signed out in 4 min")
    expect(window.get_by_role("button", name="Stay signed in")).to_be_focused()
    window.keyboard.press("Enter")
    expect(warning).to_be_hidden()

    context.clock.fast_forward("20:00")
    expect(warning).to_be_hidden()
    expect(window.locator("[name=last_name]")).to_have_value("Fernsby")


def test_work_in_one_window_keeps_the_others_signed_in(context: BrowserContext) -> None:
    window, other = typed(context), context.new_page()
    context.clock.fast_forward("20:00")
    other.goto("/legal/complaints")
    context.clock.fast_forward("10:00")

    window.bring_to_front()
    expect(window.get_by_role("dialog", name="Are you still there?")).to_be_hidden()
    expect(window).to_have_url(f"{window.url}")
    assert COMPLAINT in window.url


def test_what_was_typed_is_back_once_the_same_person_has_signed_in_again(
    context: BrowserContext,
) -> None:
    window = typed(context)

    # The server's own clock does not move: the session is ended by hand.
    context.clear_cookies()
    context.clock.fast_forward("31:00")
    window.wait_for_url("**/identity/sign-in?next=*")
    sign_in(window, "")

    window.wait_for_url(f"**{COMPLAINT}")
    expect(window.locator("[name=last_name]")).to_have_value("Fernsby")
    expect(window.locator("#typed-is-back")).to_be_visible()
    window.reload()
    expect(window.locator("[name=last_name]")).to_have_value("")


def test_a_form_sent_after_the_end_waits_on_the_page_until_its_sender_is_back(
    browser: Browser, suite: EmbeddedProcess
) -> None:
    context = browser.new_context(base_url=suite.base_url, java_script_enabled=False)
    window = context.new_page()
    sign_in(window, "/identity/sign-in")
    window.goto(COMPLAINT)
    window.fill("[name=last_name]", "Fernsby")
    window.fill("[name=first_name]", "Al")
    context.clear_cookies()
    window.click("main [type=submit]")
    expect(window.get_by_role("heading", level=1)).to_have_text("Your session has ended")

    with context.expect_page() as opened:
        window.get_by_role("link", name="Sign in, in a new tab").click()
    sign_in(opened.value, "")
    window.get_by_role("button", name="Send it again").click()

    expect(window.get_by_role("heading", level=1)).to_have_text("File a complaint")
    expect(window.locator("[name=last_name]")).to_have_value("Fernsby")
    context.close()
