"""Somebody without a mouse registers, applies and pays, and sees at each step where they are."""

import pytest
from playwright.sync_api import Browser

from services.demonstration.journey import educator, partners
from services.demonstration.journey.walker import Journey
from services.demonstration.visitor import Visitor
from tests.browser.keyboard import KeyboardVisitor
from tests.browser.looker import Looker
from tests.browser.routes import Routes
from tests.browser.walk import BrowserJourney
from tests.journeys.embedded import EmbeddedProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


class KeyboardJourney(BrowserJourney):
    """The educator has a keyboard; what the others do is sent as forms."""

    def visitor(self, name: str) -> Visitor:
        if name == "educator":
            return super().visitor(name)
        return Journey.visitor(self, name)


def test_registration_application_and_payment_need_only_the_keyboard(
    suite: EmbeddedProcess, browser: Browser, routes: Routes
) -> None:
    looker = Looker(routes, suite.base_url, widths=(), with_axe=False)
    KeyboardVisitor.faults = []
    journey = KeyboardJourney(
        suite.base_url, seed=13, browser=browser, looker=looker, make=KeyboardVisitor
    )
    for step in (
        partners.open_site,
        educator.register,
        educator.confirm,
        partners.admit,
        educator.start_application,
        educator.fill_in,
        partners.recommend,
        educator.pay,
        educator.submit,
    ):
        step(journey)
    journey.browser_visitor("educator").open(journey.facts["application"], expect="Under review")
    journey.close()
    found = "\n".join(dict.fromkeys(KeyboardVisitor.faults))
    assert found == ""
