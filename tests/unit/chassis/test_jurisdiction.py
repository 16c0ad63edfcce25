"""A state is a file: a fault in it names the file and the key."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from marshmallow import Schema, fields

from chassis import jurisdiction
from chassis.jurisdiction import (
    JurisdictionFault,
    in_force,
    in_force_by_code,
    load_file,
    load_place,
)
from chassis.settings import SettingsFault
from chassis.testing import test_settings
from tests.unit.chassis.registry import registry

STATES = Path(jurisdiction.__file__).parent / "jurisdictions"


class FeeSchema(Schema):
    """A fee of a state."""

    title = fields.String(required=True)
    amount_cents = fields.Integer(required=True, strict=True)


class RulesSchema(Schema):
    """A state's rules, one of them nested."""

    currency = fields.String(required=True)
    fees = fields.List(fields.Nested(FeeSchema), required=True)


def write(folder: Path, text: str) -> Path:
    path = folder / "kentucky.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("state", sorted(each.stem for each in STATES.glob("*.toml")))
def test_each_state_that_there_is_can_be_loaded(state: str) -> None:
    place = load_place(state)

    assert place.code == state
    assert place.name


@pytest.mark.parametrize(
    ("faulty", "fault"),
    [
        ('currency = "USD"', "fees: Missing data for required field."),
        (
            'currency = "USD"\n[[fees]]\ntitle = "Initial"\namount_cents = "85"',
            "fees.0.amount_cents: Not a valid integer.",
        ),
        ('currency = 7\nfees = []\ncurency = "USD"', "currency: Not a valid string."),
        ('currency = "USD"\nfees = []\ncurency = "USD"', "curency: Unknown field."),
        ("currency = ", "Invalid value"),
    ],
    ids=["missing", "nested", "mistyped", "misspelt", "not TOML"],
)
def test_a_fault_names_the_file_and_the_key(tmp_path: Path, faulty: str, fault: str) -> None:
    path = write(tmp_path, faulty)

    with pytest.raises(JurisdictionFault) as told:
        load_file(tmp_path, "kentucky", RulesSchema())

    assert str(told.value).startswith(f"{path}: ")
    assert fault in str(told.value)


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, '[[fees]]\ntitle = 1\namount_cents = "x"')

    with pytest.raises(JurisdictionFault) as told:
        load_file(tmp_path, "kentucky", RulesSchema())

    for key in ("currency", "fees.0.title", "fees.0.amount_cents"):
        assert f"{key}: " in str(told.value)


def test_an_unknown_state_is_told_with_the_known_ones() -> None:
    with pytest.raises(JurisdictionFault, match="no jurisdiction 'ohio'") as told:
        load_place("ohio")

    assert "there are: connecticut, kentucky" in str(told.value)


def test_a_service_of_an_unknown_state_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match='JURISDICTION is "ohio"'):
        registry(tmp_path, JURISDICTION="ohio")
    assert test_settings("registry", tmp_path, JURISDICTION="kentucky").jurisdiction == "kentucky"


def test_a_time_zone_that_does_not_exist_is_a_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = (STATES / "kentucky.toml").read_text()
    folder = tmp_path / "jurisdictions"
    folder.mkdir()
    write(folder, original.replace("America/New_York", "America/Frankfort"))
    monkeypatch.setattr(jurisdiction, "__file__", str(tmp_path / "jurisdiction.py"))

    with pytest.raises(JurisdictionFault, match=r"kentucky\.toml: time_zone: Write a time zone"):
        load_place("kentucky")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 4, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 22, 5, 0, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 7, 1, 3, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 7, 1, 4, 0, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_the_states_time_zone(moment: datetime, day: date) -> None:
    assert load_place("kentucky").today(moment) == day


@dataclass(frozen=True)
class Fee:
    """A fee, from a day on."""

    code: str
    amount_cents: int
    effective_from: date


OLD, NEW, LATER = date(2017, 7, 1), date(2024, 1, 1), date(2030, 1, 1)
FEES = [
    Fee("renewal", 60, NEW),
    Fee("initial", 50, OLD),
    Fee("duplicate", 10, LATER),
    Fee("renewal", 50, OLD),
    Fee("initial", 85, NEW),
]


@pytest.mark.parametrize(
    ("on", "amount_cents"),
    [
        (date(2017, 6, 30), None),
        (OLD, 50),
        (date(2023, 12, 31), 50),
        (NEW, 85),
        (date.max, 85),
    ],
)
def test_an_entry_is_in_force_from_its_first_day_until_the_next_one_begins(
    on: date, amount_cents: int | None
) -> None:
    fee = in_force([fee for fee in FEES if fee.code == "initial"], on)
    assert (fee and fee.amount_cents) == amount_cents


def test_the_entries_in_force_are_given_by_code_in_the_order_of_the_file() -> None:
    def amounts(on: date) -> list[tuple[str, int]]:
        return [(code, fee.amount_cents) for code, fee in in_force_by_code(FEES, on).items()]

    assert amounts(date(2017, 6, 30)) == []
    assert amounts(OLD) == [("renewal", 50), ("initial", 50)]
    assert amounts(LATER) == [("renewal", 60), ("initial", 85), ("duplicate", 10)]
