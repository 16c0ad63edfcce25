"""Requests from several people at once, while something is done to the suite."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import requests

from services.demonstration.visitor import Unexpected

Act = Callable[[], None]


class Traffic:
    """How often each person acted, and every act that failed."""

    def __init__(self) -> None:
        self.acts = 0
        self.failures: list[str] = []
        self._stopping = threading.Event()
        self._turn = threading.Lock()

    def _keep_acting(self, act: Act, pause: float) -> None:
        while not self._stopping.wait(pause):
            try:
                act()
            except (Unexpected, requests.RequestException, AssertionError) as failure:
                with self._turn:
                    self.failures.append(f"{type(failure).__name__}: {failure}")
            with self._turn:
                self.acts += 1


@contextmanager
def under_way(people: Sequence[Act], *, pause: float = 0.05) -> Iterator[Traffic]:
    """Let each act again and again, before what follows begins and until it is done."""
    traffic = Traffic()
    threads = [
        threading.Thread(target=traffic._keep_acting, args=(act, pause), daemon=True)
        for act in people
    ]
    for thread in threads:
        thread.start()
    try:
        _wait_for_more(traffic, len(people) * 5)
        yield traffic
        _wait_for_more(traffic, len(people) * 5)
    finally:
        traffic._stopping.set()
        for thread in threads:
            thread.join(60)


def _wait_for_more(traffic: Traffic, acts: int) -> None:
    enough, deadline = traffic.acts + acts, time.monotonic() + 60
    while traffic.acts < enough:
        assert time.monotonic() < deadline, f"the traffic stands still: {traffic.failures[-3:]}"
        time.sleep(0.05)


def look_up(base_url: str, number: str) -> Act:
    """Somebody verifies a certificate; each question is another, so that no cache answers it."""
    browser = requests.Session()

    def ask() -> None:
        answer = browser.get(
            f"{base_url}/lookup/api/verify/{number}",
            params={"asked": str(time.time_ns())},
            timeout=20,
        )
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text[:200]}"
        assert answer.json()["certificate"]["certificate_number"] == number, answer.text[:300]

    return ask
