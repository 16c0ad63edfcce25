"""What every service knows of its state, and which of its dated rules are in force."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chassis.jurisdiction import Currency, in_force, in_force_by_code, load_grants, load_place
from chassis.settings import SettingsFault
from chassis.state_folder import JurisdictionFault
from chassis.testing import test_settings
from contracts.identity import Role
from contracts.legal import LegalPermission
from tests.states import STATES, changed, state_folder
from tests.unit.chassis.registry import registry


@pytest.mark.parametrize("code", STATES)
def test_each_state_that_there_is_can_be_loaded(code: str) -> None:
    assert load_place(state_folder(code)).name


def test_a_service_of_an_unknown_state_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match=r'JURISDICTION is "ohio"; .*: connecticut, kentucky'):
        registry(tmp_path, JURISDICTION="ohio")
    assert test_settings("legal", tmp_path, JURISDICTION="kentucky").state.code == "kentucky"


def test_a_grade_that_there_is_not_has_no_name(tmp_path: Path) -> None:
    state = changed(state_folder("kentucky"), tmp_path, "place", "[grades.0]", "[grades.13]")

    with pytest.raises(JurisdictionFault, match=r"line \d+: grades\.13 is no grade"):
        load_place(state)


def test_every_service_reads_who_may_do_what_and_nothing_else_of_its_file(tmp_path: Path) -> None:
    state = changed(state_folder("kentucky"), tmp_path, "accounts", "digits = 9", "digits = 0")

    grants = load_grants(state)

    assert LegalPermission.COMPLAIN in grants.of(Role.SUPERINTENDENT)
    assert grants.of(Role.FINANCE, Role.EDUCATOR) > grants.of(Role.FINANCE)
    assert grants.roles_with(LegalPermission.COMPLAIN, LegalPermission.HANDLE_CASES) == [
        Role.SUPERINTENDENT,
        Role.LEGAL,
    ]


def test_a_service_does_not_start_where_a_permission_is_misspelled(tmp_path: Path) -> None:
    state = changed(
        state_folder("kentucky"), tmp_path, "accounts", "legal.complain", "legal.complian"
    )

    with pytest.raises(JurisdictionFault, match=r"line \d+: .*superintendent\[2\] is 'legal.compl"):
        load_grants(state)


@pytest.mark.parametrize(
    ("currency", "written"),
    [
        (Currency("USD", "$"), "$1,085.50"),
        (Currency("BOK", " kr", sign_follows=True), "1,085.50 kr"),
    ],
)
def test_an_amount_has_the_states_sign_where_the_state_puts_it(
    currency: Currency, written: str
) -> None:
    assert currency.written(108_550) == written


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
    assert load_place(state_folder("kentucky")).today(moment) == day


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
