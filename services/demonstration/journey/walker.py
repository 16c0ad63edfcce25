"""Who walks the journey, and what the steps have in common."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import requests

from chassis.jurisdiction import Place, load_place
from services.demonstration.accounts import PASSWORD
from services.demonstration.scene import load_scene, states
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


@dataclass
class Journey:
    """Who takes part, and what was learned on the way; `mail` is the page that shows sent mail."""

    base_url: str
    jurisdiction: str = "kentucky"
    seed: int | None = None
    mail: str = "/identity/mail"
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311  # a made-up person, not a secret
        mark = "".join(chance.choice(LETTERS) for _ in range(5))
        self.first_name = chance.choice(FIRST_NAMES)
        self.last_name = f"{chance.choice(LAST_NAMES)}-{mark.capitalize()}"
        self.username = f"{self.first_name}.{mark}".lower()
        self.email = f"{self.username}@demonstration.example"
        self.ssn = f"734-{chance.randint(12, 99)}-{chance.randint(1, 9999):04d}"
        self.born = {"birth_date_month": "4", "birth_date_day": "28", "birth_date_year": "1994"}
        self.scene = load_scene(self.jurisdiction)
        self.visitors: dict[str, Visitor] = {}

    @property
    def today(self) -> date:
        """The day that people in the state write on a form, by the suite's clock."""
        freshness = requests.get(f"{self.base_url}/lookup/api/freshness", timeout=10)
        return self.place.today(datetime.fromisoformat(freshness.json()["as_of"]))

    @property
    def place(self) -> Place:
        """The state that the suite serves."""
        return load_place(self.jurisdiction)

    def visitor(self, name: str) -> Visitor:
        """A person with a browser of their own; staff sign in when they are first needed."""
        if name not in self.visitors:
            visitor = Visitor(self.base_url)
            if name not in ("educator", "public"):
                sign_in(visitor, name, PASSWORD)
            self.visitors[name] = visitor
        return self.visitors[name]


def state_served_at(base_url: str) -> str:
    """The state whose government the public pages name; raises `Unexpected`."""
    public = Visitor(base_url)
    public.open("/lookup/")
    for state in states():
        if load_place(state).government_name.removeprefix("the ") in public.text:
            return state
    raise Unexpected(f"a state that the demonstration knows: {', '.join(states())}", public.text)


def day(name: str, value: date) -> dict[str, str]:
    """A date as the three fields of a form."""
    return {
        f"{name}_month": str(value.month),
        f"{name}_day": str(value.day),
        f"{name}_year": str(value.year),
    }


def sign_in(visitor: Visitor, username: str, password: str) -> None:
    """Sign in as anybody does."""
    visitor.open("/identity/sign-in")
    visitor.send({"username": username, "password": password}, action="sign-in", expect="Sign out")


def value_of(visitor: Visitor, key: str) -> str:
    """What stands beside `key` in a list of keys and values."""
    for term in visitor.page.iter("dt"):
        if key in term.text_content():
            value = term.getnext()
            if value is not None:
                words: str = value.text_content()
                return " ".join(words.split())
    raise Unexpected(f"a value for {key!r}", visitor.text[:300])


def has_link(visitor: Visitor, part: str) -> bool:
    """Whether the page has a link to an address with `part` in it."""
    return any(part in (link.get("href") or "") for link in visitor.page.iter("a"))


def row_of(visitor: Visitor, text: str) -> Any:
    """The table row that says `text` and has a link; raises `Unexpected`."""
    for row in visitor.page.iter("tr"):
        if text in row.text_content() and row.find(".//a") is not None:
            return row
    raise Unexpected(f"a row with {text!r}", visitor.text[:600])


def verify(journey: Journey) -> dict[str, Any]:
    """What lookup says of the certificate now; the changing question passes the gateway's cache."""
    answer = requests.get(
        f"{journey.base_url}/lookup/api/verify/{journey.facts['certificate_number']}",
        params={"asked": time.time_ns()},
        timeout=10,
    )
    told: dict[str, Any] = answer.json()
    return told


def eventually(holds: Callable[[], bool], expected: str, seconds: float = 20) -> None:
    """Wait until it holds; raises `Unexpected` when it does not in time."""
    began = time.perf_counter()
    while not holds():
        if time.perf_counter() - began > seconds:
            raise Unexpected(f"{expected} within {seconds:.0f} s", "it did not happen")
        time.sleep(0.01)
