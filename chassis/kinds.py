"""The forms that the text of a setting may have."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

FURTHEST_DAYS = 3_650

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Kind(Generic[T_co]):
    """The form of a setting's text; `read` raises `ValueError` for any other."""

    words: str
    read: Callable[[str], T_co]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError(text)
    return int(text)


def _number_up_to(highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if (number := _number(text)) > highest:
            raise ValueError(text)
        return number

    return read


def _days(text: str) -> int:
    if abs(days := int(text)) > FURTHEST_DAYS:
        raise ValueError(text)
    return days


def beginning_with(*beginnings: str) -> Callable[[str], str]:
    """Reads text that begins with one of these."""

    def read(text: str) -> str:
        if not text.startswith(beginnings):
            raise ValueError(text)
        return text

    return read


def one_of(*choices: str) -> Kind[str]:
    """One of these words."""
    return Kind(f"one of: {', '.join(choices)}", {choice: choice for choice in choices}.__getitem__)


def port_up_to(highest: int) -> Kind[int]:
    """A port whose number is at most `highest`."""
    return Kind(f"a port, 1 to {highest}", _number_up_to(highest))


TEXT = Kind("text", str)
NUMBER = Kind("a whole number, 1 or more", _number)
PORT = port_up_to(65_535)
YES_OR_NO = Kind("yes or no", {"yes": True, "no": False}.__getitem__)
FOLDER = Kind("a folder", Path)
DAYS = Kind(f"a whole number of days, such as 212 or -30, at most {FURTHEST_DAYS}", _days)
WEB_ADDRESS = Kind(
    "an address that begins with http:// or https://",
    lambda text: beginning_with("http://", "https://")(text).rstrip("/"),
)
PAGE_ADDRESS = Kind(
    "an address that begins with http://, https:// or /",
    beginning_with("http://", "https://", "/"),
)
STATES = one_of(*sorted(file.stem for file in Path(__file__).parent.rglob("jurisdictions/*.toml")))
