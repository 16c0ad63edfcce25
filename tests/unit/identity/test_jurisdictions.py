"""Each state's file is whole, and a fault in one is named by file and key."""

import re
from pathlib import Path

import pytest

from chassis.jurisdiction import load_place
from chassis.settings import SettingsFault
from chassis.state_folder import JurisdictionFault
from chassis.testing import test_settings as settings_in
from services.identity.app import create_app
from services.identity.jurisdiction import load_rules
from tests.states import STATES, changed, settings_of, state_folder
from tests.unit.identity.office import Office


@pytest.mark.parametrize("state", STATES)
def test_each_state_starts_and_shows_its_home_page(tmp_path: Path, state: str) -> None:
    office = Office(tmp_path, **settings_of(state))
    page = office.browser().get("/identity/").text
    office.close()

    assert load_place(state_folder(state)).name in page


def test_the_states_differ_where_they_do() -> None:
    kentucky, connecticut = (load_rules(state_folder(code)) for code in ("kentucky", "connecticut"))

    assert (kentucky.unique_email, connecticut.unique_email) == (False, True)
    assert kentucky.educator_number.written(7) == "000000007"
    assert connecticut.educator_number.written(7) == "0000000007"


@pytest.mark.parametrize(
    ("good", "bad", "key"),
    [
        ("minimum_length = 15", "minimum_length = 0", "password.minimum_length"),
        ("unique_email = false", "", "unique_email"),
        ('state_number = "sch_id"', "", "organization_file.columns.state_number"),
        ('"([0-9]{3})[0-9]{3}"', '"([0-9]{3"', "organization_file.state_number"),
        ("idle_minutes", "idle_hours", "session.idle_hours"),
    ],
)
def test_a_fault_names_file_and_key(tmp_path: Path, good: str, bad: str, key: str) -> None:
    state = changed(state_folder("kentucky"), tmp_path, "accounts", good, bad)

    with pytest.raises(JurisdictionFault) as fault:
        load_rules(state)

    assert any(
        re.match(rf"kentucky/accounts\.toml, line \d+: {key} ", sentence)
        for sentence in fault.value.faults
    ), fault.value


def test_production_does_not_start_without_its_secrets(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault):
        create_app(settings_in("identity", tmp_path, ENVIRONMENT="production"))
