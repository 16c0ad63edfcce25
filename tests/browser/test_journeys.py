"""The main journey in a browser, from the first page to the revocation, in other circumstances."""

import pytest
from playwright.sync_api import Browser

from services.demonstration.journey.steps import STEPS
from tests.browser.looker import Looker
from tests.browser.routes import Routes
from tests.browser.walk import BrowserJourney
from tests.journeys.embedded import EmbeddedProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("seed", "width", "scripts"),
    [
        pytest.param(11, 1280, False, id="without scripts"),
        pytest.param(12, 360, True, id="on a phone"),
    ],
)
def test_the_whole_journey_can_be_walked(
    suite: EmbeddedProcess, browser: Browser, routes: Routes, seed: int, width: int, scripts: bool
) -> None:
    looker = Looker(routes, suite.base_url, widths=(width,), with_axe=False)
    journey = BrowserJourney(
        suite.base_url, seed=seed, browser=browser, looker=looker, width=width, scripts=scripts
    )
    for _, step in STEPS:
        step(journey)
    journey.close()
    assert {kind: found for kind, found in looker.faults.items() if found} == {}
