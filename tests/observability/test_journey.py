"""What is to be seen of the main journey: each act is one trace, and nobody's data is in it."""

import csv
from collections.abc import Iterator
from typing import Any

import pytest

from services.demonstration.accounts import PASSWORD
from services.demonstration.journey.steps import STEPS
from services.demonstration.journey.walker import Journey
from tests.journeys.embedded import EmbeddedProcess
from tests.observability.receiver import Receiver, Span

pytestmark = pytest.mark.timeout(300)

# Lines that no request and no reaction wrote.
OF_THE_PROCESS = {"suite started", "mail sent"}


class Seen:
    """A journey that is over, with all that it left in the log and at the collector."""

    def __init__(self, journey: Journey, log: list[dict[str, Any]], text: str, at: Receiver):
        self.journey, self.log, self.text = journey, log, text
        self.spans, self.sent = at.spans, b"".join(at.bodies)

    def spans_of(self, trace_id: str) -> list[Span]:
        return [span for span in self.spans if span.trace_id == trace_id]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("seen")
    with Receiver().receiving() as receiver:
        suite = EmbeddedProcess(folder, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint)
        try:
            suite.start()
            journey = Journey(suite.base_url, seed=23)
            for _, step in STEPS:
                step(journey)
        finally:
            # What was not sent by then is sent at the end.
            suite.stop()
        yield Seen(journey, suite.log(), (folder / "suite.log").read_text(), receiver)


def private_values(journey: Journey) -> set[str]:
    """What is known of the journey's people, in each form in which it might be written down."""
    people = journey.scene.persons.read_text()
    found = {journey.first_name, journey.last_name, journey.username, journey.email, PASSWORD}
    found |= {"1994-04-28", "04/28/1994", "April 28, 1994"}
    numbers = {journey.ssn}
    for row in csv.DictReader(people.splitlines()):
        numbers.add(row["ssn"])
        found |= {row["last_name"], row["birth_date"]}
    return found | numbers | {number.replace("-", "") for number in numbers}


def test_the_order_is_one_trace_through_every_service_that_reacts(seen: Seen) -> None:
    (order,) = [
        line
        for line in seen.log
        if line["event"] == "request answered" and line["path"].endswith("/orders/revocation")
        if line["method"] == "POST"
    ]

    followed = {(span.service, span.name) for span in seen.spans_of(order["trace_id"])}

    (click,) = {(service, name) for service, name in followed if name.startswith("POST ")}
    assert click[0] == "legal"
    assert followed >= {
        ("certification", "react to legal.order-entered.v1"),
        ("assignments", "react to certification.certificate-revoked.v1"),
        ("lookup", "react to certification.certificate-revoked.v1"),
    }


def test_each_reaction_is_in_the_trace_of_a_request_a_job_or_the_start(seen: Seen) -> None:
    began = {span.trace_id for span in seen.spans if not span.name.startswith("react to")}

    # One with links is shared by several traces, each of which shows it too.
    reactions = [span for span in seen.spans if span.name.startswith("react to") and not span.links]

    assert len(reactions) > 30
    assert [span for span in reactions if span.trace_id not in began] == []


def test_the_request_number_finds_the_trace_and_the_lines(seen: Seen) -> None:
    for line in seen.log:
        if line["event"] == "request answered" and line["method"] == "POST":
            spans = seen.spans_of(line["trace_id"])
            assert {span.attributes["correlation_id"] for span in spans} == {line["correlation_id"]}


def test_every_line_says_its_trace_and_its_act(seen: Seen) -> None:
    lines = [line for line in seen.log if line["event"] not in OF_THE_PROCESS]

    assert len(lines) > 100
    assert [line for line in lines if not line.get("trace_id")] == []
    assert [line for line in lines if not line.get("correlation_id")] == []


def test_no_line_and_no_span_holds_what_is_known_of_a_person(seen: Seen) -> None:
    values = private_values(seen.journey)

    assert len(values) > 20
    assert [value for value in values if value.lower() in seen.text.lower()] == []
    assert [value for value in values if value.lower().encode() in seen.sent.lower()] == []
