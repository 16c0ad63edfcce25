"""The pages for integrators in a browser: under the suite's policy, at every width, by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from services.names import SERVICES
from tests.browser.axe import axe_faults
from tests.browser.looker import MARKUP_FAULTS, header_faults, layout_faults
from tests.journeys.embedded import EmbeddedProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

OPERATION = ".opblock-summary-control"
ADDRESSES = ("/docs/", "/docs/events/", *(f"/docs/{service}/" for service in SERVICES))


@pytest.fixture
def page(browser: Browser, suite: EmbeddedProcess) -> Iterator[Page]:
    context = browser.new_context(base_url=suite.base_url)
    yield context.new_page()
    context.close()


def complaints_of(page: Page) -> list[str]:
    """What the browser says from now on of what it refused, and what failed."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def unfold(page: Page) -> None:
    """Open every operation of an API's page and its schemas."""
    page.locator(OPERATION).first.wait_for()
    for operation in page.locator(OPERATION).all():
        operation.click()
    # From the last to the first, for what unfolds has buttons of its own.
    for button in reversed(
        page.locator("section.models .json-schema-2020-12-expand-deep-button").all()
    ):
        button.click()
    assert page.locator(".responses-table").count() == page.locator(OPERATION).count()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_accessible_fits_every_width_and_breaks_no_policy(
    page: Page, address: str
) -> None:
    said = complaints_of(page)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    assert header_faults(answer.headers) == []
    if address.split("/")[2] in SERVICES:
        unfold(page)
    assert axe_faults(page) == []
    assert page.evaluate(MARKUP_FAULTS) == []
    assert layout_faults(page) == []
    assert said == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_of_an_api_is_shown(page: Page, service: str) -> None:
    page.goto(f"/docs/{service}/")
    page.locator(OPERATION).first.wait_for()
    document = page.request.get(f"/{service}/api/openapi.json").json()
    described = [
        f"{method} {path}"
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    ]
    shown = page.locator(".opblock-summary").evaluate_all(
        "all => all.map(each => each.querySelector('.opblock-summary-method').textContent"
        ".toLowerCase() + ' ' + each.querySelector('.opblock-summary-path').dataset.path)"
    )
    assert sorted(shown) == sorted(described)


def test_an_operation_is_opened_by_keyboard(page: Page) -> None:
    page.goto("/docs/legal/")
    operation = page.locator(OPERATION).first
    operation.wait_for()
    for _ in range(20):
        page.keyboard.press("Tab")
        if operation.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.locator(".responses-table").wait_for()


def test_a_document_that_cannot_be_read_is_said_to_be(page: Page) -> None:
    page.route("**/openapi.json", lambda route: route.fulfill(status=502))
    page.goto("/docs/legal/")
    page.get_by_role("alert").wait_for()


def test_without_scripts_the_documents_are_links(browser: Browser, suite: EmbeddedProcess) -> None:
    context = browser.new_context(base_url=suite.base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/docs/")
    page.locator("a[href='/docs/legal/']").click()
    page.locator("main a[href='/legal/api/openapi.json']").click()
    assert page.url.endswith("/legal/api/openapi.json")
    context.close()
