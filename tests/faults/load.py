"""Real people on the suite under fault: journeys in threads, each step tried until it is done.

When the faults begin they are on their way already, each at another place of the journey, so that
every kind of act is under fault from the first minute.

What was answered is noted, for it must be found in its owner's database afterwards.
"""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import requests

from services.demonstration.accounts import PASSWORD, STAFF
from services.demonstration.journey.steps import Step
from services.demonstration.journey.walker import sign_in
from services.demonstration.visitor import Visitor
from tests.faults.walks import STEPS, Notebook, NotedJourney, Roster

_SECONDS_BETWEEN_TRIES = 0.3
_SECONDS_TO_SET_OUT = 180
_SECONDS_TO_STOP = 180


class StillWalking(Exception):
    """People are not where they should be by now: the message says who, and at which step."""


class Load:
    """People who walk journeys one after the other, in threads, until told to stop."""

    def __init__(self, base_url: str, seed: int, people: int) -> None:
        self.notebook = Notebook()
        self.journeys: list[NotedJourney] = []
        self.taken: Counter[str] = Counter()
        self.stumbles: list[str] = []
        self._base_url = base_url
        self._seed = seed
        self._staff: dict[str, Visitor] = {}
        self._roster = Roster()
        self._stopping = threading.Event()
        self._turn = threading.Lock()
        self._all_are_on_their_way = threading.Barrier(people + 1)
        self._threads = [
            threading.Thread(
                target=self._walk_on,
                args=(number * len(STEPS) // people,),
                name=f"person {number}",
                daemon=True,
            )
            for number in range(people)
        ]

    def start(self) -> None:
        """Sign the staff in and let everybody set out while all is well; raises `StillWalking`."""
        for each in STAFF:
            self._staff[each.username] = Visitor(self._base_url)
            sign_in(self._staff[each.username], each.username, PASSWORD)
        for thread in self._threads:
            thread.start()
        try:
            self._all_are_on_their_way.wait(_SECONDS_TO_SET_OUT)
        except threading.BrokenBarrierError:
            self.ask_to_stop()
            raise self._still_walking("did not set out") from None
        with self._turn:
            self.taken.clear()

    def ask_to_stop(self) -> None:
        """Let everybody finish the step that they are at, and no more."""
        self._stopping.set()

    def stop(self) -> None:
        """Return when everybody has stopped; raises `StillWalking`."""
        self.ask_to_stop()
        deadline = time.monotonic() + _SECONDS_TO_STOP
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            raise self._still_walking("did not stop")

    @property
    def steps_taken(self) -> int:
        """How many steps were taken since the faults began."""
        return self.taken.total()

    def paper_for(self, staff: str, path: str) -> tuple[int, bytes]:
        """With what status, and what, a member of staff is answered who asks for a paper."""
        visitor = self._staff[staff]
        answer = visitor._browser.get(self._base_url + path, timeout=30)
        return answer.status_code, answer.content

    def answer_to(self, path: str) -> dict[str, Any]:
        """What the public is told at a JSON address, past the gateway's cache."""
        answer = requests.get(self._base_url + path, params={"asked": time.time_ns()}, timeout=30)
        told: dict[str, Any] = answer.json()
        return told

    def _walk_on(self, head_start: int) -> None:
        journey = self._next_journey()
        self._walk(journey, STEPS[:head_start])
        self._all_are_on_their_way.wait(_SECONDS_TO_SET_OUT)
        self._walk(journey, STEPS[head_start:])
        while not self._stopping.is_set():
            journey.leave()
            journey = self._next_journey()
            self._walk(journey, STEPS)

    def _next_journey(self) -> NotedJourney:
        with self._turn:
            number = len(self.journeys) + 1
            journey = NotedJourney(self._base_url, seed=self._seed * 100_000 + number)
            journey.notebook, journey.staff = self.notebook, self._staff
            journey.roster = self._roster
            journey.address = f"127.0.{number // 250 + 1}.{number % 250 + 1}"
            self.journeys.append(journey)
            return journey

    def _walk(self, journey: NotedJourney, steps: Sequence[Step]) -> None:
        for step in steps:
            journey.facts["at"] = step.__name__
            while not self._stopping.is_set() and not self._took(journey, step):
                self._stopping.wait(_SECONDS_BETWEEN_TRIES)
            if self._stopping.is_set():
                return

    def _took(self, journey: NotedJourney, step: Step) -> bool:
        try:
            step(journey)
        except Exception as stumble:  # whatever a page under fault does to a step, it is tried anew
            with self._turn:
                self.stumbles.append(
                    f"{journey.last_name}, {step.__name__}: {type(stumble).__name__}: {stumble}"
                )
            return False
        with self._turn:
            self.taken[step.__name__] += 1
        return True

    def _still_walking(self, what: str) -> StillWalking:
        where = ", ".join(f"{each.last_name} at {each.facts.get('at')}" for each in self.journeys)
        return StillWalking(f"somebody {what}: {where}. The last stumbles: {self.stumbles[-3:]}")
