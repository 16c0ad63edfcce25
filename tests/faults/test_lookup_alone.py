"""With everything else down, lookup goes on answering, and says how old its knowledge is."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from services.demonstration.scene import load_scene
from tests.faults.arena import Arena
from tests.faults.nemesis import Nemesis
from tests.states import state_folder

SECONDS = 4.0
CLIENTS = 4

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]


def test_lookup_goes_on_alone_and_says_how_old_its_knowledge_is(
    arena: Arena, capsys: pytest.CaptureFixture[str]
) -> None:
    Nemesis(arena, []).heal()
    number = valid_certificate(arena)
    stop_all_but_lookup_and_gateway(arena)
    stopped_at = datetime.now(UTC)

    with ThreadPoolExecutor(CLIENTS) as clients:
        counts = list(clients.map(lambda client: ask_on(arena, number, client), range(CLIENTS)))
    fresh = told(arena, "/lookup/api/freshness")

    assert set().union(*counts) == {200}, counts
    rate = sum(count[200] for count in counts) / SECONDS
    with capsys.disabled():
        print(
            f"\nlookup alone: {rate:.0f} answers a second to {CLIENTS} clients, 0 errors; "
            f"it says that its knowledge is {fresh['age_seconds']} s old"
        )
    assert fresh["age_seconds"] >= int(SECONDS) - 1
    assert datetime.fromisoformat(fresh["as_of"]) <= stopped_at + timedelta(seconds=2)
    assert told(arena, f"/lookup/api/verify/{number}")["valid"] is True


def test_after_ten_minutes_alone_every_answer_warns(arena: Arena) -> None:
    number = valid_certificate(arena)
    stop_all_but_lookup_and_gateway(arena)
    let_ten_minutes_pass(arena)

    answer = told(arena, f"/lookup/api/verify/{number}")
    page = requests.get(
        f"{arena.suite.base_url}/lookup/verify/{number}?asked={time.time_ns()}",
        headers={"Accept": "text/html"},
        timeout=10,
    )

    assert answer["is_current"] is False
    assert answer["warning"].startswith("This information is 10 minutes old.")
    assert "10 minutes old" in page.text


def valid_certificate(arena: Arena) -> str:
    """The number of one that the demonstration settled, and that lookup calls valid."""
    scene = load_scene(state_folder("kentucky"))
    numbers = [certificate.number for certificate in scene.file.certificates]
    return next(
        number for number in numbers if told(arena, f"/lookup/api/verify/{number}")["valid"]
    )


def stop_all_but_lookup_and_gateway(arena: Arena) -> None:
    for name, instance in arena.instances.items():
        if not name.startswith("lookup"):
            instance.kill()
    arena.suite.processes["card provider"].kill()


def ask_on(arena: Arena, number: str, client: int) -> dict[int, int]:
    """Ask for `SECONDS`, half of it past the gateway's cache; counts the answers by status."""
    counts: dict[int, int] = {}
    until = time.monotonic() + SECONDS
    with requests.Session() as session:
        asked = 0
        while time.monotonic() < until:
            asked += 1
            past_cache = f"?asked={client}-{asked}" if asked % 2 else ""
            url = f"{arena.suite.base_url}/lookup/api/verify/{number}{past_cache}"
            status = session.get(url, timeout=10).status_code
            counts[status] = counts.get(status, 0) + 1
    return counts


def told(arena: Arena, path: str) -> dict[str, Any]:
    answer = requests.get(arena.suite.base_url + path, params={"asked": time.time_ns()}, timeout=10)
    assert answer.status_code == 200
    said: dict[str, Any] = answer.json()
    return said


def let_ten_minutes_pass(arena: Arena) -> None:
    """As if the follower had heard nothing for so long."""
    file = sqlite3.connect(arena.suite.var / "lookup.sqlite")
    with file:
        then = datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=10, seconds=5)
        file.execute("update freshness set as_of = ?", (then.isoformat(" "),))
    file.close()
