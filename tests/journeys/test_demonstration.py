"""`make demo` walks the state that the suite serves; what is in its way is one sentence."""

import re
import socket
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import requests

from services.__main__ import demo, up
from services.demonstration.journey.steps import STEPS
from tests.journeys.embedded import EmbeddedProcess
from tests.servers.processes import free_port

pytestmark = pytest.mark.timeout(180)
A_SUMMER_DAY = date(2027, 6, 20)  # after the last class, before the next school year


def test_the_same_demonstration_walks_connecticut_on_a_summer_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ahead = A_SUMMER_DAY - datetime.now(UTC).date()
    suite = EmbeddedProcess(tmp_path, "connecticut", DAYS_AHEAD=str(ahead.days))
    suite.start()
    try:
        failed = demo({"PORT": str(suite.port)})
        told = requests.get(
            f"{suite.base_url}/lookup/api/verify/CT-2024-0900001", timeout=10
        ).json()
    finally:
        suite.stop()
    lines = capsys.readouterr().out.splitlines()
    assert (failed, lines[-1].split(", ")[1]) == (0, "0 failed"), lines
    assert len(lines) == len(STEPS) + 2
    assert lines[0].endswith("  Connecticut")
    assert any(re.search(r"issued .* CT-2027-\d{7}$", line) for line in lines)
    assert "Kentucky" not in "".join(lines)
    assert told["valid"] is True
    assert told["as_of"].startswith(A_SUMMER_DAY.isoformat())


def test_the_demonstration_says_so_where_no_suite_answers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = free_port()
    assert demo({"PORT": str(port)}) == 1
    (sentence,) = capsys.readouterr().out.splitlines()
    assert f"http://localhost:{port}" in sentence
    assert "make up" in sentence


@pytest.mark.parametrize("beside", [0, 1])
def test_a_taken_port_is_one_sentence_that_names_a_free_choice(
    beside: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = free_port()
    taken = asked + beside
    with socket.create_server(("127.0.0.1", taken)):
        assert up({"PORT": str(asked), "VAR_DIR": str(tmp_path)}) == 1
    said = capsys.readouterr()
    (sentence,) = said.err.splitlines()
    assert f"Port {taken} " in sentence
    assert f"PORT={asked + 10} make up" in sentence
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []
