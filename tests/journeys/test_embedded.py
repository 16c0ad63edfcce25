"""The embedded suite as a newcomer meets it: quick to start, small, and the whole journey on it."""

from collections.abc import Iterator

import pypdfium2
import pytest
import requests
import zxingcpp

from chassis.operations.republish import republish_changed
from chassis.settings import JURISDICTIONS_DIR
from chassis.testing import service_of
from services.__main__ import create_apps
from services.demonstration.accounts import EDUCATOR, PASSWORD
from services.demonstration.journey.steps import STEPS
from services.demonstration.journey.walker import Journey, sign_in, state_served_at
from services.demonstration.visitor import Visitor
from tests.journeys.embedded import EmbeddedProcess

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedProcess]:
    made = EmbeddedProcess(tmp_path_factory.mktemp("embedded"))
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def walked(suite: EmbeddedProcess) -> Journey:
    state = state_served_at(suite.base_url, JURISDICTIONS_DIR.default)
    journey = Journey(suite.base_url, state, seed=7)
    for _, step in STEPS:
        step(journey)
    return journey


def test_the_accounts_are_printed(suite: EmbeddedProcess) -> None:
    for username in ("educator", "analyst", "legal", "superintendent", "provider", "finance"):
        assert username in suite.said()


def test_the_journey_is_offered_on_the_port_that_the_suite_is_on(suite: EmbeddedProcess) -> None:
    assert f": PORT={suite.port} make demo\n" in suite.said()


def test_the_code_on_a_downloaded_certificate_opens_the_page_that_verifies_it(
    suite: EmbeddedProcess,
) -> None:
    educator = Visitor(suite.base_url)
    sign_in(educator, EDUCATOR, PASSWORD)
    educator.open("/certification/")
    educator.open(educator.link_to("/certification/certificates/"))
    with pypdfium2.PdfDocument(educator.download(educator.link_to("certificate.pdf"))) as pdf:
        picture = pdf[0].render(scale=2, grayscale=True)
        pixels = memoryview(bytes(picture.buffer)).cast("B", (picture.height, picture.stride))
        (code,) = zxingcpp.read_barcodes(pixels)

    anybody = Visitor(suite.base_url)
    anybody.open(code.text, expect="Valid on")
    assert anybody.path.startswith("/lookup/verify/K")


def test_the_final_order_is_known_everywhere_within_a_second(walked: Journey) -> None:
    assert walked.facts["seconds to lookup"] < 1
    assert walked.facts["seconds to findings"] < 1


def test_one_trace_runs_from_the_order_to_the_row_that_changed_in_lookup(
    suite: EmbeddedProcess, walked: Journey
) -> None:
    log = suite.log()
    (order,) = [
        entry
        for entry in log
        if entry["event"] == "request answered" and entry["path"].endswith("/orders/revocation")
        if entry["method"] == "POST"
    ]
    followed = [entry for entry in log if entry.get("trace_id") == order["trace_id"]]

    assert [
        (entry["service"], entry["topic"])
        for entry in followed
        if entry["event"] == "event handled" and entry["service"] in ("certification", "lookup")
    ] == [
        ("certification", "legal.order-entered.v1"),
        ("lookup", "certification.certificate-revoked.v1"),
    ]


def test_owners_last_said_what_they_would_announce(suite: EmbeddedProcess, walked: Journey) -> None:
    assert walked.facts["certificate_number"]
    apps = create_apps({"VAR_DIR": str(suite.folder)})
    done = {}
    for name, app in apps.items():
        done[name] = republish_changed(service_of(app))
        service_of(app).database.close()

    assert {name: dict(each.recorded) for name, each in done.items() if each.recorded} == {}
    assert {name for name, each in done.items() if each.unchanged} == set(apps) - {"lookup"}


def test_the_suite_stays_under_300_mb(suite: EmbeddedProcess, walked: Journey) -> None:
    assert walked.facts["certificate_number"]
    assert suite.memory_mb() < 300


def test_it_starts_again_with_less_than_five_seconds_of_work_and_keeps_its_data(
    suite: EmbeddedProcess, walked: Journey
) -> None:
    suite.stop()

    suite.start()
    assert suite.processor_seconds() < 5
    told = requests.get(
        f"{suite.base_url}/lookup/api/verify/{walked.facts['certificate_number']}", timeout=10
    ).json()
    assert told["reason"] == "revoked"


def test_nothing_crashed_and_nothing_was_parked(suite: EmbeddedProcess, walked: Journey) -> None:
    assert walked.facts["certificate_number"]
    bad = [entry for entry in suite.log() if entry["level"] in ("error", "critical")]
    assert bad == []
