"""A file on its way shows how much of it has been sent, and its sender is led on by itself."""

import re

import pytest
from playwright.sync_api import Browser, expect

from services.demonstration.accounts import PASSWORD
from tests.journeys.embedded import EmbeddedProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

BYTES_A_SECOND = 150_000
SOME = re.compile(r"^[1-9]\d? %$")


def test_a_large_file_over_a_slow_line_shows_how_far_it_has_come(
    browser: Browser, suite: EmbeddedProcess
) -> None:
    context = browser.new_context(base_url=suite.base_url)
    window = context.new_page()
    window.goto("/identity/sign-in")
    window.fill("[name=username]", "coordinator")
    window.fill("[name=password]", PASSWORD)
    window.click("main [type=submit]")
    window.goto("/assignments/reports/new")
    rows = b"district_number,school_number\n" + b"901,901010\n" * 50_000
    window.set_input_files(
        "[name=file]", {"name": "report.csv", "mimeType": "text/csv", "buffer": rows}
    )
    context.new_cdp_session(window).send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )

    expect(window.get_by_text("Sending the file:")).to_be_hidden()
    window.click("main [type=submit]")

    progress = window.locator(".upload-progress")
    expect(progress.locator("output")).to_have_text(SOME)
    assert 0 < progress.locator("progress").evaluate("each => each.value") < 1
    expect(window.locator("main form [type=submit]")).to_be_disabled()
    window.wait_for_url("**/assignments/submissions/*")
    expect(window.locator("main")).to_contain_text("report.csv")
    context.close()
