"""Identifiers: UUIDs of version 7, which sort by the time they were made."""

import time
from datetime import UTC, datetime
from uuid import RFC_4122

import pytest

from chassis.ids import new_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    for _ in range(100):
        made = new_id()
        assert made.version == 7
        assert made.variant == RFC_4122


def test_an_id_tells_the_millisecond_in_which_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 11, 22, 15, 0, 0, 123000, tzinfo=UTC)
    monkeypatch.setattr(time, "time_ns", lambda: round(moment.timestamp() * 1000) * 1_000_000)

    assert new_id().int >> 80 == round(moment.timestamp() * 1000)


def test_ids_sort_by_the_time_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    moments = [now + step * 1_000_000 for step in range(200)]
    ticking = iter(moments)
    monkeypatch.setattr(time, "time_ns", lambda: next(ticking))

    made = [new_id() for _ in moments]

    assert made == sorted(made)
    assert [str(each) for each in made] == sorted(str(each) for each in made)


def test_ids_of_one_moment_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_800_000_000_000_000_000)

    assert len({new_id() for _ in range(10_000)}) == 10_000
