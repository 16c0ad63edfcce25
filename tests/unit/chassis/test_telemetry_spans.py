"""Where spans are collected, each step of an act is one, in the trace of whoever caused it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy.orm import Session

from chassis.messaging.embedded import EmbeddedBus
from chassis.messaging.participant import Participant
from chassis.messaging.reactions import Reactions
from chassis.observability import tracing
from chassis.testing import client_of, service_of
from contracts.identity import Role
from contracts.legal import OrderEntered
from tests.unit.chassis.registry import ILLEGIBLE, drafted, registry

ENTER = "POST /registry/orders/<uuid:order_id>/enter"
REACT = f"react to {OrderEntered.topic}"


class Suite:
    """A registry whose pages are clicked, one that hears event by event, one that hears many."""

    def __init__(self, folder: Path, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter
        self.legal, self.certification, self.lookup = (
            registry(folder / name, name=name) for name in ("legal", "certification", "lookup")
        )
        self.together: list[int] = []
        many = Reactions()

        @many.when_many(OrderEntered)
        def when_entered(session: Session, events: Sequence[OrderEntered]) -> None:
            self.together.append(len(events))

        listener = service_of(self.lookup)
        self._bus = EmbeddedBus(
            [
                service_of(self.legal).participant,
                service_of(self.certification).participant,
                Participant("lookup", listener.database, many),
            ]
        )

    def click(self, **headers: str) -> str:
        """Enter an order; returns its id."""
        order_id = drafted(self.legal)
        client = client_of(self.legal, {Role.LEGAL: None})
        client.post(
            f"/registry/orders/{order_id}/enter", data={"signature": "Testworthy"}, headers=headers
        )
        return str(order_id)

    def carry(self) -> None:
        self._bus.carry()

    def spans(self, name: str = "") -> list[ReadableSpan]:
        return [each for each in self._exporter.get_finished_spans() if name in each.name]

    def close(self) -> None:
        for app in (self.legal, self.certification, self.lookup):
            service_of(app).database.close()


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Suite]:
    exporter = InMemorySpanExporter()
    for name in ("legal", "certification", "lookup"):
        provider = TracerProvider(resource=Resource({"service.name": name}), shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        monkeypatch.setitem(tracing._tracers, name, provider.get_tracer("credence"))
    made = Suite(tmp_path, exporter)
    yield made
    made.close()


def trace_id(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.trace_id)


def service(span: ReadableSpan) -> Any:
    return span.resource.attributes["service.name"]


def test_a_click_and_each_reaction_to_it_are_one_trace(suite: Suite) -> None:
    suite.click()
    suite.carry()

    (click,) = suite.spans(ENTER)
    reactions = suite.spans(REACT)

    assert {service(each) for each in reactions} == {"legal", "certification", "lookup"}
    assert {trace_id(each) for each in reactions} == {trace_id(click)}
    assert click.context is not None
    assert {each.parent.span_id for each in reactions if each.parent} == {click.context.span_id}


def test_each_of_many_clicks_shows_the_reaction_that_they_share(suite: Suite) -> None:
    for _ in range(3):
        suite.click()
    suite.carry()

    clicks = {trace_id(each) for each in suite.spans(ENTER)}
    in_lookup = [each for each in suite.spans(REACT) if service(each) == "lookup"]
    (shared,) = [each for each in in_lookup if each.parent is None]

    assert suite.together == [3]
    assert len(clicks) == 3
    assert {trace_id(each) for each in in_lookup if each is not shared} == clicks
    assert {link.context.trace_id for link in shared.links} == clicks


def test_a_span_says_which_request_it_belongs_to_and_how_it_went(suite: Suite) -> None:
    suite.click(**{"X-Request-Id": "number-on-the-page"})
    suite.carry()

    (click,) = suite.spans(ENTER)

    assert click.kind is SpanKind.SERVER
    assert dict(click.attributes or {}) == {
        "correlation_id": "number-on-the-page",
        "http.request.method": "POST",
        "http.route": "/registry/orders/<uuid:order_id>/enter",
        "http.response.status_code": 303,
    }
    assert {(each.attributes or {})["correlation_id"] for each in suite.spans(REACT)} == {
        "number-on-the-page"
    }


def test_no_span_tells_what_a_person_typed_or_an_error_said(suite: Suite) -> None:
    order_id = suite.click()
    suite.carry()
    client_of(suite.legal).get("/registry/board?ssn=078-05-1120")

    told = "".join(each.to_json() for each in suite.spans())
    for private in ("Testworthy", "078-05-1120", "the secret inside", order_id):
        assert private not in told


def test_a_page_that_crashed_and_a_reaction_that_failed_are_seen_as_errors(suite: Suite) -> None:
    client_of(suite.legal).get("/registry/board")
    ILLEGIBLE.add("2026-01")
    try:
        suite.click()
        suite.carry()
    finally:
        ILLEGIBLE.clear()

    (crashed,) = suite.spans("GET /registry/board")
    failed = [each for each in suite.spans(REACT) if not each.status.is_ok]

    assert crashed.status.status_code is StatusCode.ERROR
    assert {each.status.description for each in failed} == {"Illegible"}


def test_what_nobody_samples_stays_unsampled_in_every_reaction(suite: Suite) -> None:
    suite.click(Traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")
    suite.carry()

    assert suite.spans() == []


def test_without_a_collector_nothing_is_set_up(app: Flask) -> None:
    assert service_of(app).name not in tracing._tracers
