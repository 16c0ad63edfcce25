"""Traces: one trace runs from the click through the outbox and the bus to each reaction.

Spans are built only if there is a collector, which OTEL_EXPORTER_OTLP_ENDPOINT names.
Otherwise a step has only its ids, for logs and events, and costs next to nothing.
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
    """Send this process's spans for the service to the collector at `endpoint` (OTLP/HTTP).

    OpenTelemetry's own variables set sampling, limits and the like.
    """
    if not endpoint or service in _tracers:
        return
    # Imported here: importing it takes as long as all the rest of the chassis.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracers[service] = provider.get_tracer("credence")


def trace_of(traceparent: str | None) -> dict[str, str]:
    """The trace id of a traceparent, as a log field."""
    parts = (traceparent or "").split("-")
    return {"trace_id": parts[1]} if len(parts) == 4 else {}


def current_traceparent() -> str | None:
    """The current traceparent, for an event (W3C Trace Context)."""
    step = current_step()
    if step is None:
        return None
    return f"00-{step.trace_id:032x}-{step.span_id:016x}-{step.flags:02x}"


def begun_traceparent(service: str) -> str:
    """The current traceparent, or a new one for work without a request, such as an import."""
    if current := current_traceparent():
        return current
    with span("begin", service):
        traceparent = current_traceparent()
    assert traceparent is not None
    return traceparent


@contextmanager
def span(
    name: str,
    service: str,
    traceparent: str | None = None,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    links: Sequence[Link] = (),
) -> Iterator[None]:
    """A step of a trace; `traceparent` continues the trace of an event or a request."""
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
    """A step shared by many traces, such as one reaction to many events: each trace shows it.

    If they are all one trace, the step continues it; otherwise it has its own trace, for the log.
    """
    different = list(dict.fromkeys(traceparents))
    if len(different) == 1:
        with span(name, service, different[0], kind=kind):
            yield
        return
    tracer = _tracers.get(service)
    spans = [
        tracer.start_span(name, extract({"traceparent": parent}), kind, _span_attributes())
        for parent in different
        if tracer and parent
    ]
    try:
        with span(name, service, links=[Link(shared.get_span_context()) for shared in spans]):
            yield
    finally:
        for shared in spans:
            shared.end()


def describe_request(method: str, route: str, status: int) -> None:
    """Add to the current span what is available only after a request was answered."""
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
    # An exception's message may hold what a person typed; its class is enough here.
    with tracer.start_as_current_span(
        name,
        parent,
        kind,
        _span_attributes(),
        links,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        context = current.get_span_context()
        try:
            yield context.trace_id, context.span_id, context.trace_flags
        except Exception as error:
            current.set_status(StatusCode.ERROR, type(error).__name__)
            raise


def _span_attributes() -> dict[str, str]:
    """The correlation id, which connects spans, log lines and error pages."""
    return {"correlation_id": current_context().correlation_id}


def _ids_below(parent: Context | None) -> _Ids:
    """The ids of a step that continues its parent's trace, or else the current one."""
    if parent is not None:
        context = trace.get_current_span(parent).get_span_context()
        return context.trace_id or getrandbits(128), getrandbits(64), context.trace_flags
    if current := current_step():
        return current.trace_id, getrandbits(64), current.flags
    return getrandbits(128), getrandbits(64), 0
