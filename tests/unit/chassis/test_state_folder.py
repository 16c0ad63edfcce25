"""A state is a folder of files: what is wrong in one is told with its file, line and key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import pytest

from chassis.state_folder import Count, JurisdictionFault, KeyFaults, MonthAndDay, StateFolder


@dataclass(frozen=True)
class Fee:
    """A fee of a state."""

    title: str
    amount_cents: Annotated[int, msgspec.Meta(ge=0)]
    since: date | None = None


@dataclass(frozen=True)
class Clock:
    """A time limit."""

    days: Count

    def __post_init__(self) -> None:
        if self.days == 13:
            raise KeyFaults({("days",): "brings bad luck."})


@dataclass(frozen=True)
class Rules:
    """A state's rules, some of them nested."""

    currency: str
    fees: Annotated[tuple[Fee, ...], msgspec.Meta(min_length=1)]
    clocks: Mapping[str, Clock]
    begins: MonthAndDay = "07-01"
    number: re.Pattern[str] | None = None
    zone: ZoneInfo | None = None


GOOD = """\
currency = "USD"

fees = [
  { title = "First", amount_cents = 8500 },
  { title = "Second", amount_cents = 0, since = 2020-07-01 },
]

[clocks.review]
days = 30
"""


def ruritania(folder: Path, text: str) -> StateFolder:
    state = folder / "ruritania"
    state.mkdir()
    (state / "place.toml").touch()
    (state / "rules.toml").write_text(text)
    return StateFolder(state)


def test_a_good_file_is_read_as_its_type(tmp_path: Path) -> None:
    rules = ruritania(tmp_path, GOOD).read("rules", Rules)

    assert rules.fees == (Fee("First", 8500), Fee("Second", 0, date(2020, 7, 1)))
    assert rules.clocks == {"review": Clock(30)}


@pytest.mark.parametrize(
    ("good", "bad", "line", "told"),
    [
        ('currency = "USD"', "", 1, "currency is missing."),
        ('currency = "USD"', "currency = 7", 1, "currency must be text in quotation marks."),
        ("= 8500", '= "85"', 4, "fees[1].amount_cents must be a whole number"),
        ("= 8500", "= -1", 4, "fees[1].amount_cents must be a whole number >= 0."),
        ("title = ", "tilte = ", 4, "fees[1].tilte is a key that no code reads; there are: title"),
        ("2020-07-01", '"2020-07-01"', 5, "fees[2].since must be a date such as 2017-07-01"),
        ("days = 30", "days = 0", 9, "clocks.review.days must be a whole number >= 1."),
        ("days = 30", "days = 13", 9, "clocks.review.days brings bad luck."),
        (
            "[clocks.review]",
            'begins = "02-29"\n[clocks.review]',
            8,
            "begins must be a month and a day",
        ),
        ("[clocks.review]", 'number = "(["\n[clocks.review]', 8, "number must be a regular"),
        ("[clocks.review]", 'zone = "Mars/Base"\n[clocks.review]', 8, "zone must be a time zone"),
    ],
)
def test_a_fault_names_file_line_and_key(
    tmp_path: Path, good: str, bad: str, line: int, told: str
) -> None:
    state = ruritania(tmp_path, GOOD.replace(good, bad, 1))

    with pytest.raises(JurisdictionFault) as fault:
        state.read("rules", Rules)

    assert any(
        sentence.startswith(f"ruritania/rules.toml, line {line}: {told}")
        for sentence in fault.value.faults
    ), fault.value


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    state = ruritania(tmp_path, 'colour = "red"\n[[fees]]\ntitle = 1\n[[fees]]\namount_cents = "x"')

    with pytest.raises(JurisdictionFault) as fault:
        state.read("rules", Rules)

    keys = {sentence.split(": ")[1].split()[0] for sentence in fault.value.faults}
    rows = {"fees[1].title", "fees[1].amount_cents", "fees[2].title", "fees[2].amount_cents"}
    assert keys == {"colour", "currency", "clocks", *rows}
    assert any("line 5: fees[2].amount_cents" in sentence for sentence in fault.value.faults)


@pytest.mark.parametrize("text", ["currency = ", 'currency = "\udce9"'])
def test_what_is_not_toml_is_one_sentence(tmp_path: Path, text: str) -> None:
    state = ruritania(tmp_path, "")
    (state.path / "rules.toml").write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(JurisdictionFault, match=r"ruritania/rules\.toml cannot be read as TOML: "):
        state.read("rules", Rules)


def test_a_missing_file_and_a_missing_state_are_told_with_what_there_is(tmp_path: Path) -> None:
    state = ruritania(tmp_path, GOOD)

    with pytest.raises(JurisdictionFault, match=r"ruritania/fees\.toml is missing\.$"):
        state.read("fees", Rules)
    with pytest.raises(JurisdictionFault, match=r"There are folders for: ruritania\."):
        StateFolder(tmp_path / "ohio").read("rules", Rules)


def test_the_digest_follows_every_file_and_no_folder(tmp_path: Path) -> None:
    state = ruritania(tmp_path, GOOD)
    before = StateFolder(state.path).digest
    renamed = state.path.rename(tmp_path / "elsewhere")
    assert StateFolder(renamed).digest == before
    (renamed / "rules.toml").write_text(GOOD + "\n")
    assert StateFolder(renamed).digest != before
