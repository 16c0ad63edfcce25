"""The journey's people, and what its steps share."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from chassis.jurisdiction import Place, load_place
from chassis.settings import read_settings
from chassis.state_folder import StateFolder
from services.demonstration.accounts import PASSWORD
from services.demonstration.scene import load_scene, staged_states
from services.demonstration.visitor import Unexpected, Visitor

FIRST_NAMES = ("Wilhelmina", "Barnaby", "Clementine", "Leopold", "Rosalind", "Ferdinand")
LAST_NAMES = (
    "Testworthy",
    "Pennyfeather",
    "Marlowick",
    "Thistledown",
    "Applegarth",
    "Winterbourne",
)
LETTERS = "bcdfghjklmnpqrstvwxz"


def _default_state() -> StateFolder:
    return read_settings("demonstration", {}).state


@dataclass
class Journey:
    """The people who take part and the facts collected so far; `mail` is the page of sent mail."""

    base_url: str
    state: StateFolder = field(default_factory=_default_state)
    seed: int | None = None
    mail: str = "/identity/mail"
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311  # a made-up person, not a secret
        suffix = "".join(chance.choice(LETTERS) for _ in range(5))
        self.first_name = chance.choice(FIRST_NAMES)
        self.last_name = f"{chance.choice(LAST_NAMES)}-{suffix.capitalize()}"
        self.username = f"{self.first_name}.{suffix}".lower()
        self.email = f"{self.username}@demonstration.example"
        self.ssn = f"734-{chance.randint(12, 99)}-{chance.randint(1, 9999):04d}"
        self.born = {"birth_date_month": "4", "birth_date_day": "28", "birth_date_year": "1994"}
        self.scene = load_scene(self.state)
        self.visitors: dict[str, Visitor] = {}

    @property
    def today(self) -> date:
        """Today's date in the state, by the suite's clock."""
        freshness = requests.get(f"{self.base_url}/lookup/api/freshness", timeout=10)
        return self.place.today(datetime.fromisoformat(freshness.json()["as_of"]))

    @property
    def graduated_on(self) -> date:
        """When the educator completed the program: some months before classes, and a while ago."""
        first_day, _ = self.scene.days_of_classes(self.today)
        return min(first_day - timedelta(days=95), self.today - timedelta(days=30))

    @property
    def place(self) -> Place:
        """The state that the suite serves."""
        return load_place(self.state)

    def visitor(self, name: str) -> Visitor:
        """A person with their own browser; staff sign in when first used."""
        if name not in self.visitors:
            visitor = Visitor(self.base_url)
            if name not in ("educator", "public"):
                sign_in(visitor, name, PASSWORD)
            self.visitors[name] = visitor
        return self.visitors[name]


def state_served_at(base_url: str, folder: Path) -> StateFolder:
    """The state in `folder` whose government the public pages name; raises `Unexpected`."""
    public = Visitor(base_url)
    public.open("/lookup/")
    states = list(staged_states(folder))
    for state in states:
        if load_place(state).government_name.removeprefix("the ") in public.text:
            return state
    raise Unexpected(
        f"a state with a demonstration: {', '.join(state.code for state in states)}", public.text
    )


def day(name: str, value: date) -> dict[str, str]:
    """A date as the three fields of a form."""
    return {
        f"{name}_month": str(value.month),
        f"{name}_day": str(value.day),
        f"{name}_year": str(value.year),
    }


def sign_in(visitor: Visitor, username: str, password: str) -> None:
    """Sign in through the form."""
    visitor.open("/identity/sign-in")
    visitor.send({"username": username, "password": password}, action="sign-in", expect="Sign out")


def value_of(visitor: Visitor, key: str) -> str:
    """The value next to `key` in a description list."""
    for term in visitor.page.iter("dt"):
        if key in term.text_content():
            value = term.getnext()
            if value is not None:
                text: str = value.text_content()
                return " ".join(text.split())
    raise Unexpected(f"a value for {key!r}", visitor.text[:300])


def has_link(visitor: Visitor, part: str) -> bool:
    """Whether the page has a link to an address with `part` in it."""
    return any(part in (link.get("href") or "") for link in visitor.page.iter("a"))


def row_of(visitor: Visitor, text: str) -> Any:
    """The table row that contains `text` and a link; raises `Unexpected`."""
    for row in visitor.page.iter("tr"):
        if text in row.text_content() and row.find(".//a") is not None:
            return row
    raise Unexpected(f"a row with {text!r}", visitor.text[:600])


def verify(journey: Journey) -> dict[str, Any]:
    """Lookup's answer now; the changing parameter bypasses the gateway's cache."""
    answer = requests.get(
        f"{journey.base_url}/lookup/api/verify/{journey.facts['certificate_number']}",
        params={"asked": time.time_ns()},
        timeout=10,
    )
    verification: dict[str, Any] = answer.json()
    return verification


def eventually(holds: Callable[[], bool], expected: str, seconds: float = 20) -> None:
    """Wait until `holds` is true; raises `Unexpected` on timeout."""
    began = time.perf_counter()
    while not holds():
        if time.perf_counter() - began > seconds:
            raise Unexpected(f"{expected} within {seconds:.0f} s", "it did not happen")
        time.sleep(0.01)
