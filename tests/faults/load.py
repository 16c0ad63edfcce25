"""Real people on the suite under fault: journeys in threads, each step tried until it is done.

What was answered is noted, for it must be found in its owner's database afterwards.
"""

import threading
import time
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from services.demonstration.accounts import PASSWORD, STAFF
from services.demonstration.journey import Journey, Step, agency, educator, partners
from services.demonstration.journey.walker import (
    day,
    eventually,
    has_link,
    sign_in,
    verify,
)
from services.demonstration.report import district_report
from services.demonstration.visitor import Unexpected, Visitor

_SECONDS_BETWEEN_TRIES = 0.3


@dataclass(frozen=True)
class Answered:
    """A command that a service answered with success, and the page to which it led.

    `request_id` is also in its audit trail, as the correlation id.
    """

    service: str
    path: str
    request_id: str
    led_to: str


class Notebook:
    """What was answered to anybody, and what could not be expected of pages under fault."""

    def __init__(self) -> None:
        self.answered: list[Answered] = []
        self.refused: list[str] = []
        self._turn = threading.Lock()

    def note(self, answer: requests.Response, *_: Any, **__: Any) -> None:
        """Take down the answer, if it is one to a command; called for every answer."""
        if answer.request.method != "POST":
            return
        with self._turn:
            if answer.status_code >= 400:
                self.refused.append(f"{answer.status_code} {answer.request.path_url}")
                return
            request_id = answer.headers.get("X-Request-Id", "")
            path = urlsplit(answer.url).path
            led_to = answer.headers.get("Location", "")
            self.answered.append(Answered(path.split("/")[1], path, request_id, led_to))


class _From(HTTPAdapter):
    """Sends from an address of its own, for the suite counts tries by address."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        """As ever, but bound to the address."""
        super().init_poolmanager(*args, **more, source_address=(self._address, 0))


class Roster:
    """Who teaches in the one district; each report tells of all who came so far."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.rows: list[dict[str, str]] = []


class NotedJourney(Journey):
    """A journey whose answers are noted, from an address of its own, with staff signed in."""

    notebook: Notebook
    staff: dict[str, Visitor]
    roster: Roster
    address: str

    def visitor(self, name: str) -> Visitor:
        """A person with a browser; members of staff have signed in before the faults began."""
        if name not in self.visitors:
            visitor = Visitor(self.base_url)
            visitor._browser.mount("http://", _From(self.address))
            visitor._browser.hooks["response"].append(self.notebook.note)
            if name in self.staff:
                visitor._browser.cookies.update(self.staff[name]._browser.cookies)
            self.visitors[name] = visitor
        return self.visitors[name]


def _report(journey: Journey) -> None:
    """The district tells of all its teachers."""
    assert isinstance(journey, NotedJourney)
    row = {
        **journey.scene.journey["course"],
        "educator_number": journey.facts["educator_number"],
        "first": journey.first_name,
        "last": journey.last_name,
    }
    coordinator, roster = journey.visitor("coordinator"), journey.roster
    with roster.turn:
        if row not in roster.rows:
            roster.rows.append(row)
        file = district_report(journey.scene, roster.rows)
        coordinator.open("/assignments/reports/new")
        coordinator.send(
            {}, action="reports", upload={"file": ("report.zip", file, "application/zip")}
        )


def _enter_order(journey: Journey) -> None:
    """The final order is entered, and the public sees it."""
    legal, case = journey.visitor("legal"), journey.facts["case"]
    legal.open(case)
    if has_link(legal, f"{case}/orders/revocation"):
        legal.open(f"{case}/orders/revocation")
        fields = {
            **day("effective_on", date.today()),  # noqa: DTZ011  # what a person writes
            "is_permanent": "true",
            "grounds": legal.options_of("grounds")[:1],
        }
        legal.send(fields, action="orders/revocation")
    eventually(lambda: verify(journey)["reason"] == "revoked", "lookup to say revoked")


def _lift_hold(journey: Journey) -> None:
    """Legal lifts the hold, after the case."""
    legal, case = journey.visitor("legal"), journey.facts["case"]
    legal.open(f"{case}/hold")
    if "hold/lift" in legal.actions:
        legal.send({"reason": "The matter is decided."}, action="hold/lift")


STEPS: tuple[Step, ...] = (
    partners.learn_words,
    educator.register,
    educator.confirm,
    partners.admit,
    educator.start_application,
    educator.fill_in,
    partners.recommend,
    educator.pay,
    educator.submit,
    agency.review,
    agency.decide,
    educator.download,
    partners.look_up,
    _report,
    partners.complain,
    agency.open_case,
    agency.hear_case,
    _enter_order,
    _lift_hold,
)


class Load:
    """People who walk journeys one after the other, in threads, until told to stop."""

    def __init__(self, base_url: str, seed: int, people: int) -> None:
        self.notebook = Notebook()
        self.journeys: list[NotedJourney] = []
        self.steps_taken = 0
        self.stumbles: list[str] = []
        self._base_url = base_url
        self._seed = seed
        self._staff: dict[str, Visitor] = {}
        self._roster = Roster()
        self._stopping = threading.Event()
        self._turn = threading.Lock()
        self._threads = [
            threading.Thread(target=self._walk_on, name=f"person {number}", daemon=True)
            for number in range(people)
        ]

    def start(self) -> None:
        """Sign the staff in while all is well, then let everybody walk."""
        for each in STAFF:
            self._staff[each.username] = Visitor(self._base_url)
            sign_in(self._staff[each.username], each.username, PASSWORD)
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self) -> None:
        """Let everybody finish the step that they are at, and no more."""
        self._stopping.set()

    def stop(self) -> None:
        """Return when everybody has stopped."""
        self.ask_to_stop()
        for thread in self._threads:
            thread.join()

    def status_for(self, staff: str, path: str) -> int:
        """With what status a page is answered to a member of staff."""
        visitor = self._staff[staff]
        return visitor._browser.get(self._base_url + path, timeout=30).status_code

    def answer_to(self, path: str) -> dict[str, Any]:
        """What the public is told at a JSON address, past the gateway's cache."""
        answer = requests.get(self._base_url + path, params={"asked": time.time_ns()}, timeout=30)
        told: dict[str, Any] = answer.json()
        return told

    def _walk_on(self) -> None:
        while not self._stopping.is_set():
            self._walk(self._next_journey())

    def _next_journey(self) -> NotedJourney:
        with self._turn:
            number = len(self.journeys) + 1
            journey = NotedJourney(self._base_url, seed=self._seed * 100_000 + number)
            journey.notebook, journey.staff = self.notebook, self._staff
            journey.roster = self._roster
            journey.address = f"127.0.{number // 250 + 1}.{number % 250 + 1}"
            self.journeys.append(journey)
            return journey

    def _walk(self, journey: NotedJourney) -> None:
        for step in STEPS:
            while not self._stopping.is_set() and not self._took(journey, step):
                self._stopping.wait(_SECONDS_BETWEEN_TRIES)
            if self._stopping.is_set():
                return
            journey.facts["reached"] = step.__name__

    def _took(self, journey: NotedJourney, step: Step) -> bool:
        try:
            step(journey)
        except (Unexpected, requests.RequestException, LookupError) as stumble:
            with self._turn:
                self.stumbles.append(f"{journey.last_name}, {step.__name__}: {stumble}"[:400])
            return False
        with self._turn:
            self.steps_taken += 1
        return True
