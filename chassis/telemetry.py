"""Traces and logs: one trace runs from the click through outbox and bus to each reaction.

Spans are built only where somebody collects them: where an OpenTelemetry SDK was set up for the
process, as `opentelemetry-instrument` does. Elsewhere a step has its ids, for logs and events.
"""

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import getrandbits
from typing import Any, NamedTuple, TextIO

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagate import extract
from opentelemetry.sdk.trace import TracerProvider

from chassis.context import current_context

log: structlog.stdlib.BoundLogger = structlog.get_logger()
_tracer = trace.get_tracer("credence")


_Ids = tuple[int, int, int]


class _Step(NamedTuple):
    """Where the running code is in a trace."""

    service: str
    trace_id: int
    span_id: int
    flags: int


_current: ContextVar[_Step | None] = ContextVar("step", default=None)


@cache
def _is_collected() -> bool:
    return isinstance(trace.get_tracer_provider(), TracerProvider)


def configure_telemetry(log_file: str = "") -> None:
    """Set up the logs of this process: to standard error, or to a file."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _add_origin,
            structlog.processors.format_exc_info,
            _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(_log_stream(log_file)),
        cache_logger_on_first_use=False,
    )


_streams: dict[str, TextIO] = {}


def _log_stream(log_file: str) -> TextIO:
    """One stream per file, however many services of this process write to it."""
    if not log_file:
        return sys.stderr
    if log_file not in _streams:
        Path(log_file).parent.mkdir(parents=True, exist_ok=True)
        _streams[log_file] = Path(log_file).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115  # for life
    return _streams[log_file]


def _add_origin(_: object, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """When, in which service, in which trace, and on whose act's account."""
    entry["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    if step := _current.get():
        entry.setdefault("service", step.service)
        entry["trace_id"] = format(step.trace_id, "032x")
    entry["correlation_id"] = current_context().correlation_id
    return entry


_encoder = json.JSONEncoder(default=repr)


def _as_json(_: object, __: str, entry: MutableMapping[str, Any]) -> str:
    return _encoder.encode(entry)


def log_each(event: str, entries: Iterable[Mapping[str, Any]]) -> None:
    """Say `event` of each entry, in a line of its own, all written at once.

    The entries bring their own service, trace and correlation id.
    """
    stamp = {"level": "info", "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z")}
    lines = [_encoder.encode({"event": event, **entry, **stamp}) for entry in entries]
    if lines:
        structlog.get_config()["logger_factory"]().info("\n".join(lines))


def trace_of(traceparent: str | None) -> dict[str, str]:
    """The trace that a traceparent names, as it stands in a line of the log."""
    parts = (traceparent or "").split("-")
    return {"trace_id": parts[1]} if len(parts) == 4 else {}


def current_traceparent() -> str | None:
    """The current trace, as it is written into an event (W3C Trace Context)."""
    step = _current.get()
    if step is None:
        return None
    return f"00-{step.trace_id:032x}-{step.span_id:016x}-{step.flags:02x}"


@contextmanager
def span(name: str, service: str, traceparent: str | None = None) -> Iterator[None]:
    """A step of a trace; `traceparent` goes on with the trace of an event or a request."""
    parent = extract({"traceparent": traceparent}) if traceparent else None
    with _collected(name, parent) if _is_collected() else nullcontext(_ids_below(parent)) as ids:
        token = _current.set(_Step(service, *ids))
        try:
            yield
        finally:
            _current.reset(token)


@contextmanager
def _collected(name: str, parent: Context | None) -> Iterator[_Ids]:
    with _tracer.start_as_current_span(name, context=parent) as current:
        made = current.get_span_context()
        yield made.trace_id, made.span_id, made.trace_flags


def _ids_below(parent: Context | None) -> _Ids:
    """The ids of a step that goes on with its parent's trace, or else with the current one."""
    if parent is not None:
        above = trace.get_current_span(parent).get_span_context()
        return above.trace_id or getrandbits(128), getrandbits(64), above.trace_flags
    if current := _current.get():
        return current.trace_id, getrandbits(64), current.flags
    return getrandbits(128), getrandbits(64), 0
