"""Traces: one trace runs from the click through outbox and bus to each reaction.

Spans are built only where somebody collects them: OTEL_EXPORTER_OTLP_ENDPOINT names the collector.
Elsewhere a step has its ids, for logs and events, and costs next to nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from random import getrandbits
from typing import NamedTuple

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagate import extract
from opentelemetry.trace import Link, SpanKind, StatusCode, Tracer

from chassis.context import current_context

_Ids = tuple[int, int, int]


class Step(NamedTuple):
    """Where the running code is in a trace."""

    service: str
    trace_id: int
    span_id: int
    flags: int


_current: ContextVar[Step | None] = ContextVar("step", default=None)
_tracers: dict[str, Tracer] = {}


def current_step() -> Step | None:
    """Where the running code is in a trace; None outside every trace."""
    return _current.get()


def collect_spans(service: str, endpoint: str) -> None:
    """Send the service's spans to the collector at `endpoint`, from this process on (OTLP/HTTP).

    Sampling, limits and the like are set by OpenTelemetry's own variables.
    """
    if not endpoint or service in _tracers:
        return
    # Imported here: it takes as long as all the rest of the chassis.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracers[service] = provider.get_tracer("credence")


def trace_of(traceparent: str | None) -> dict[str, str]:
    """The trace that a traceparent names, as it stands in a line of the log."""
    parts = (traceparent or "").split("-")
    return {"trace_id": parts[1]} if len(parts) == 4 else {}


def current_traceparent() -> str | None:
    """The current trace, as it is written into an event (W3C Trace Context)."""
    step = current_step()
    if step is None:
        return None
    return f"00-{step.trace_id:032x}-{step.span_id:016x}-{step.flags:02x}"


def begun_traceparent(service: str) -> str:
    """The current trace, or one that begins here for what nobody asked for, as an import."""
    if known := current_traceparent():
        return known
    with span("begin", service):
        begun = current_traceparent()
    assert begun is not None
    return begun


@contextmanager
def span(
    name: str,
    service: str,
    traceparent: str | None = None,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    links: Sequence[Link] = (),
) -> Iterator[None]:
    """A step of a trace; `traceparent` goes on with the trace of an event or a request."""
    parent = extract({"traceparent": traceparent}) if traceparent else None
    tracer = _tracers.get(service)
    with (
        _collected(tracer, name, parent, kind, links)
        if tracer
        else nullcontext(_ids_below(parent)) as ids
    ):
        token = _current.set(Step(service, *ids))
        try:
            yield
        finally:
            _current.reset(token)


@contextmanager
def span_in_each(
    name: str, service: str, traceparents: Sequence[str | None], *, kind: SpanKind
) -> Iterator[None]:
    """A step that many traces share, as one reaction to many events: each shows it.

    Where they are one trace the step goes on with that; else it has one of its own, for the log.
    """
    different = list(dict.fromkeys(traceparents))
    if len(different) == 1:
        with span(name, service, different[0], kind=kind):
            yield
        return
    tracer = _tracers.get(service)
    spans = [
        tracer.start_span(name, extract({"traceparent": each}), kind, _span_attributes())
        for each in different
        if tracer and each
    ]
    try:
        with span(name, service, links=[Link(each.get_span_context()) for each in spans]):
            yield
    finally:
        for each in spans:
            each.end()


def describe_request(method: str, route: str, status: int) -> None:
    """Say of the current step, where it is collected, what is known once a request was answered."""
    if not _tracers:
        return
    current = trace.get_current_span()
    current.update_name(f"{method} {route}")
    current.set_attribute("http.request.method", method)
    current.set_attribute("http.route", route)
    current.set_attribute("http.response.status_code", status)
    if status >= 500:
        current.set_status(StatusCode.ERROR)


@contextmanager
def _collected(
    tracer: Tracer, name: str, parent: Context | None, kind: SpanKind, links: Sequence[Link]
) -> Iterator[_Ids]:
    # An exception's words may hold what a person typed; its class says enough here.
    with tracer.start_as_current_span(
        name,
        parent,
        kind,
        _span_attributes(),
        links,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        made = current.get_span_context()
        try:
            yield made.trace_id, made.span_id, made.trace_flags
        except Exception as error:
            current.set_status(StatusCode.ERROR, type(error).__name__)
            raise


def _span_attributes() -> dict[str, str]:
    """The request's id at the gateway, by which people and the log know what belongs together."""
    return {"correlation_id": current_context().correlation_id}


def _ids_below(parent: Context | None) -> _Ids:
    """The ids of a step that goes on with its parent's trace, or else with the current one."""
    if parent is not None:
        above = trace.get_current_span(parent).get_span_context()
        return above.trace_id or getrandbits(128), getrandbits(64), above.trace_flags
    if current := current_step():
        return current.trace_id, getrandbits(64), current.flags
    return getrandbits(128), getrandbits(64), 0
