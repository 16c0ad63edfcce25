"""Pages on paper, in a dark room, in high contrast, and without motion."""

from io import BytesIO

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from services.demonstration.accounts import PASSWORD
from services.demonstration.journey import educator, partners
from services.demonstration.journey.walker import Journey, sign_in
from tests.browser.axe import axe_faults
from tests.browser.looker import Looker, layout_faults
from tests.browser.routes import Routes
from tests.browser.walk import BrowserJourney
from tests.journeys.embedded import EmbeddedProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOVING = """() => [...document.querySelectorAll("*")].filter((each) => {
  const style = getComputedStyle(each);
  return [style.animationDuration, style.transitionDuration].join(",").split(",")
    .some((time) => parseFloat(time) > 0.01);
}).map((each) => each.outerHTML.slice(0, 120))"""
# A picture in the color of what lies behind it is no picture.
UNSEEN_ICONS = """() => [...document.querySelectorAll(".usa-icon")]
  .filter((each) => each.checkVisibility())
  .filter((each) => getComputedStyle(each).fill === "rgb(27, 27, 27)")
  .map((each) => each.outerHTML)"""


@pytest.fixture(scope="module")
def applied(suite: EmbeddedProcess, browser: Browser, routes: Routes) -> BrowserJourney:
    """An educator with a half-finished application, who got there without a browser."""
    walked = Journey(suite.base_url, seed=14)
    steps = (partners.open_site, educator.register, educator.confirm, partners.admit)
    for step in (*steps, educator.start_application):
        step(walked)
    looker = Looker(routes, suite.base_url, widths=(), with_axe=False)
    journey = BrowserJourney(suite.base_url, seed=14, browser=browser, looker=looker)
    journey.facts = walked.facts
    sign_in(journey.visitor("educator"), walked.username, PASSWORD)
    return journey


@pytest.fixture(params=["lookup", "verification", "sign in", "application"])
def page(request: pytest.FixtureRequest, applied: BrowserJourney) -> Page:
    """Pages of every sort: found facts, a verdict, a form, and a list with states."""
    who, path = {
        "lookup": ("public", "/lookup/educators/200100001"),
        "verification": ("public", "/lookup/verify/K00900001"),
        "sign in": ("public", "/identity/register"),
        "application": ("educator", applied.facts["application"]),
    }[request.param]
    visitor = applied.browser_visitor(who)
    visitor.open(path)
    return visitor.window


@pytest.mark.parametrize(
    "circumstance",
    [{"color_scheme": "dark"}, {"contrast": "more"}, {"forced_colors": "active"}],
    ids=["dark", "more contrast", "forced colors"],
)
def test_a_page_can_be_read_in_other_colors(page: Page, circumstance: dict[str, str]) -> None:
    page.emulate_media(**circumstance)  # type: ignore[arg-type]
    try:
        assert axe_faults(page) == []
        assert layout_faults(page, (1280, 360)) == []
        if "forced_colors" in circumstance:
            assert page.evaluate(UNSEEN_ICONS) == []
    finally:
        page.emulate_media(color_scheme="null", contrast="null", forced_colors="null")


def test_nothing_moves_for_who_wants_no_motion(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    try:
        assert page.evaluate(MOVING) == []
    finally:
        page.emulate_media(reduced_motion="null")


def test_a_page_on_paper_holds_what_it_says_and_no_buttons(page: Page) -> None:
    heading = page.locator("h1").inner_text().strip()
    document = pypdfium2.PdfDocument(BytesIO(page.pdf(format="Letter")))
    text = "\n".join(sheet.get_textpage().get_text_range() for sheet in document)
    assert heading.split()[0] in text
    assert len(document) <= 3
    for left_out in ("Skip to main content", "An official website", "Sign out", "Need help?"):
        assert left_out not in text
