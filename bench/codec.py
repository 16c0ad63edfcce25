"""Benchmark: events to bytes and back, compared with the standard library's JSON alone.

The baseline turns the same bytes into dictionaries and back, without classes and without checks.
"""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.harness import Report, options
from contracts.catalog import CONTRACTS
from contracts.envelope import decode, encode

FACTS = ("identity.person-recorded.v1", "certification.certificate-issued.v1")


def main(arguments: Sequence[str]) -> int:
    """Run the rounds, judge, and return the exit code."""
    asked = options(arguments, rounds=15, events=5_000)
    report = Report("codec")
    contenders = {
        f"{what} {topic}": _timed(work, asked.events)
        for topic in FACTS
        for what, work in _works(topic).items()
    }
    report.interleave(asked.rounds, contenders)
    for topic in FACTS:
        read = report.ratio(f"read {topic}", f"loads {topic}")
        write = report.ratio(f"write {topic}", f"dumps {topic}")
        report.at_most(f"read / json.loads, {topic}", 1, read)
        report.at_most(f"write / json.dumps, {topic}", 3.5, write)
    report.note("all figures are microseconds of processor time per event, with its envelope")
    return report.finish()


def _works(topic: str) -> dict[str, Callable[[], object]]:
    body = _body_of(topic)
    message, document = decode(body), json.loads(body)
    return {
        "read": lambda: decode(body),
        "loads": lambda: json.loads(body),
        "write": lambda: encode(message),
        "dumps": lambda: _dumps(document),
    }


def _body_of(topic: str) -> bytes:
    """The bytes of a fact's sample, as its publisher sends them."""
    sample = json.loads((CONTRACTS / "samples" / f"{topic}.json").read_text(encoding="utf-8"))
    bare = {
        "source": "/credence/bench",
        "type": topic,
        "time": "2026-11-22T15:00:00.123456+00:00",
        "correlationid": "0199f3c2",
        "causationid": "0199f3c2-5a10-7c41-9b1e-3f5d2a7c8e01",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "data": sample,
    }
    return encode(decode(_dumps(bare)))


def _dumps(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _timed(work: Callable[[], object], times: int) -> Callable[[], float]:
    def microseconds() -> float:
        began = time.process_time()
        for _ in range(times):
            work()
        return (time.process_time() - began) / times * 1_000_000

    return microseconds
