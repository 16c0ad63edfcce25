"""A state is a file: a fault in it names the file and the key."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from marshmallow import Schema, fields

from chassis import jurisdiction
from chassis.jurisdiction import JurisdictionFault, load_file, load_place
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
