"""Structured logs: one JSON object per line, with its service, trace and correlation id."""

import json
import logging
import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import msgspec
import structlog

from chassis.context import current_context
from chassis.observability.tracing import current_step

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def configure_logging(log_file: str = "") -> None:
    """Set up the logs of this process: to standard error, or to a file."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _add_origin,
            structlog.processors.format_exc_info,
            _leave_out_rows,
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
    """Add the time, the service, the trace and the correlation id."""
    entry["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    if step := current_step():
        entry.setdefault("service", step.service)
        entry.setdefault("trace_id", format(step.trace_id, "032x"))
    if "correlation_id" not in entry:
        entry["correlation_id"] = current_context().correlation_id
    return entry


# PostgreSQL puts the values of a rejected row on a separate DETAIL line.
_ROW = re.compile(r"\nDETAIL: .*?(?=\n\n|\n\[SQL|\nCONTEXT: |\Z)", re.DOTALL)


def _leave_out_rows(
    _: object, __: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Keep the values of a person's row out of the log."""
    for name in ("exception", "error", "reason"):
        if name in entry:
            entry[name] = _ROW.sub("", str(entry[name]))
    return entry


_encoder = json.JSONEncoder(default=repr)


def _as_json(_: object, __: str, entry: MutableMapping[str, Any]) -> str:
    return _encoder.encode(entry)


def log_each(event: str, entries: Iterable[Mapping[str, str]]) -> None:
    """Log `event` once per entry, each on its own line, in one write.

    The entries carry their own service, trace and correlation id, as text.
    """
    stamp = {"level": "info", "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z")}
    lines = [msgspec.json.encode({"event": event, **entry, **stamp}) for entry in entries]
    if lines:
        structlog.get_config()["logger_factory"]().info(b"\n".join(lines).decode())
