"""The journeys that people walk under fault, and what they note of the answers they get."""

import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from services.demonstration.journey import agency, educator, partners
from services.demonstration.journey.steps import Step
from services.demonstration.journey.walker import Journey, day, eventually, has_link, verify
from services.demonstration.report import district_report
from services.demonstration.visitor import Visitor


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

    def leave(self) -> None:
        """Close every browser; what was learned remains."""
        for visitor in self.visitors.values():
            visitor._browser.close()
        self.visitors.clear()


def _report(journey: Journey) -> None:
    """The district tells of all its teachers."""
    assert isinstance(journey, NotedJourney)
    row = {
        **vars(journey.scene.file.journey.course),
        "educator_number": journey.facts["educator_number"],
        "first": journey.first_name,
        "last": journey.last_name,
    }
    coordinator, roster = journey.visitor("coordinator"), journey.roster
    with roster.turn:
        if row not in roster.rows:
            roster.rows.append(row)
        file = district_report(journey.scene, journey.today, roster.rows)
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
            **day("effective_on", journey.today),
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
    partners.open_site,
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
