"""Every page of every service, as each role sees it in a browser, with scripts at a desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.everything import see_everything
from tests.browser.looker import HEAVIEST, HEAVIEST_WITH_CAPTCHA, Looker
from tests.browser.routes import NOT_PAGES, Routes
from tests.browser.walk import BrowserJourney
from tests.journeys.embedded import EmbeddedProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def seen(suite: EmbeddedProcess, browser: Browser, routes: Routes) -> Iterator[Looker]:
    looker = Looker(routes, suite.base_url)
    journey = BrowserJourney(suite.base_url, seed=7, browser=browser, looker=looker)
    see_everything(journey, looker, suite.folder)
    yield looker
    journey.close()


def test_every_route_that_answers_a_page_is_visited(seen: Looker, routes: Routes) -> None:
    assert routes.pages - seen.rules - set(NOT_PAGES) == set()


def test_what_is_called_no_page_is_a_route_and_was_not_seen(seen: Looker, routes: Routes) -> None:
    assert set(NOT_PAGES) <= routes.pages - seen.rules


@pytest.mark.parametrize("status", [403, 404, 410, 422, 429, 500])
def test_pages_that_refuse_are_visited_too(seen: Looker, status: int) -> None:
    assert status in {sight.status for sight in seen.sights.values()}


def test_no_page_breaks_the_web_content_accessibility_guidelines(seen: Looker) -> None:
    assert seen.faults["axe"] == []


def test_each_error_is_tied_to_its_field_and_each_name_is_given_once(seen: Looker) -> None:
    assert seen.faults["markup"] == []


def test_nothing_is_cut_off_or_overlaps_or_is_hard_to_hit_at_any_width(seen: Looker) -> None:
    assert seen.faults["layout"] == []


def test_every_page_forbids_inline_code_and_foreign_frames(seen: Looker) -> None:
    assert seen.faults["headers"] == []


def test_every_cookie_is_out_of_reach_of_scripts_and_other_sites(seen: Looker) -> None:
    assert seen.faults["cookies"] == []


def test_no_page_asks_a_third_party_or_complains_in_the_console(seen: Looker) -> None:
    assert seen.faults.get("third parties", []) == []
    assert seen.faults.get("console", []) == []


def test_no_element_has_lost_the_rules_that_uswds_had_for_it(seen: Looker) -> None:
    assert seen.faults["styles"] == []


def test_a_public_page_weighs_less_than_70_kilobytes(seen: Looker, routes: Routes) -> None:
    public = set(routes.are_public(seen.rules))
    weights = {sight: size for sight, size in seen.weights.items() if sight.rule in public}
    assert len(weights) > 20
    assert 0 < len(seen.with_captcha) < 10
    assert {
        str(sight): weight
        for sight, weight in weights.items()
        if weight >= (HEAVIEST_WITH_CAPTCHA if sight in seen.with_captcha else HEAVIEST)
    } == {}
