"""`make demo` walks the state that the suite serves; what is in its way is one sentence."""

import re
import socket
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import requests
from lxml import html

from services.__main__ import demo, reset, up
from services.demonstration.journey.steps import STEPS
from services.demonstration.obstacles import LOCK, CannotStart, occupied, refuse_taken_ports
from tests.journeys.embedded import EmbeddedProcess
from tests.servers.processes import free_port
from tests.states import settings_of, state_folder

pytestmark = pytest.mark.timeout(180)
A_WINTER_DAY = date(2027, 1, 12)
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


def test_a_state_of_another_folder_is_walked_on_a_day_before_its_school_year(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ahead = A_WINTER_DAY - datetime.now(UTC).date()
    suite = EmbeddedProcess(tmp_path, "borealis", DAYS_AHEAD=str(ahead.days))
    suite.start()
    try:
        failed = demo({"PORT": str(suite.port), **settings_of("borealis")})
        found = requests.get(f"{suite.base_url}/lookup/", timeout=10).text
    finally:
        suite.stop()
    lines = capsys.readouterr().out.splitlines()
    assert (failed, lines[-1].split(", ")[1]) == (0, "0 failed"), lines
    assert "license" in found
    assert "certificate" not in html.fromstring(found).text_content()


def test_the_demonstration_says_so_where_no_suite_answers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = free_port()
    assert demo({"PORT": str(port)}) == 1
    (sentence,) = capsys.readouterr().out.splitlines()
    assert f"http://localhost:{port}" in sentence
    assert "make up" in sentence


@pytest.mark.parametrize("beside", [0, 1])
def test_a_taken_port_is_one_sentence_that_names_a_free_choice(beside: int, tmp_path: Path) -> None:
    asked = free_port()
    taken = asked + beside
    with socket.create_server(("127.0.0.1", taken)), pytest.raises(CannotStart) as refused:
        up({"PORT": str(asked), "VAR_DIR": str(tmp_path)})
    assert f"Port {taken} " in str(refused.value)
    assert f"PORT={asked + 10} make up" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_no_port_is_proposed_that_does_not_exist() -> None:
    with socket.create_server(("127.0.0.1", 65_534)), pytest.raises(CannotStart) as refused:
        refuse_taken_ports("127.0.0.1", 65_534)
    assert "PORT=65524 make up" in str(refused.value)


def test_the_data_of_another_state_is_told_and_kept(tmp_path: Path) -> None:
    with occupied(tmp_path, state_folder("connecticut")):
        pass
    with pytest.raises(CannotStart) as refused:
        up({"PORT": str(free_port()), "VAR_DIR": str(tmp_path), "JURISDICTION": "kentucky"})
    assert f"{tmp_path}/ is of another state (connecticut)" in str(refused.value)
    assert "make reset" in str(refused.value)

    (tmp_path / "identity.sqlite").touch()
    reset({"VAR_DIR": str(tmp_path)})

    with occupied(tmp_path, state_folder("kentucky")):
        assert [file.name for file in tmp_path.iterdir()] == [LOCK]


def test_a_second_suite_or_a_reset_leaves_a_running_suites_data_alone(tmp_path: Path) -> None:
    database = tmp_path / "identity.sqlite"
    database.touch()
    with occupied(tmp_path, state_folder("kentucky")):
        with pytest.raises(CannotStart, match="VAR_DIR"):
            up({"PORT": str(free_port()), "VAR_DIR": str(tmp_path)})
        with pytest.raises(CannotStart, match="stop it"):
            reset({"VAR_DIR": str(tmp_path)})
        assert database.exists()


def test_a_reset_deletes_only_what_a_suite_wrote(tmp_path: Path) -> None:
    own = tmp_path / "mail"
    own.mkdir()
    reset({"VAR_DIR": str(tmp_path)})
    assert own.exists()
