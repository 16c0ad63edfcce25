"""Each state's file is whole, and a fault in one is named by file and key."""

from pathlib import Path

import pytest

from chassis.jurisdiction import JurisdictionFault, load_file
from chassis.settings import SettingsFault
from chassis.testing import test_settings as settings_in
from services.identity import jurisdiction
from services.identity.app import create_app
from services.identity.jurisdiction import load_rules
from tests.unit.identity.office import Office

FOLDER = Path(jurisdiction.__file__).parent / "jurisdictions"


@pytest.mark.parametrize("state", ["kentucky", "connecticut"])
def test_each_state_starts_and_shows_its_home_page(tmp_path: Path, state: str) -> None:
    office = Office(tmp_path, JURISDICTION=state)
    page = office.browser().get("/identity/").text
    office.close()

    assert f"Apply for a {state.title()} certificate" in page


def test_the_states_differ_where_they_do() -> None:
    kentucky, connecticut = load_rules("kentucky"), load_rules("connecticut")

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
    text = (FOLDER / "kentucky.toml").read_text(encoding="utf-8")
    assert good in text
    (tmp_path / "kentucky.toml").write_text(text.replace(good, bad), encoding="utf-8")

    with pytest.raises(JurisdictionFault, match=rf"kentucky\.toml: .*{key}"):
        load_file(tmp_path, "kentucky", jurisdiction._IdentityRulesSchema())


def test_production_does_not_start_without_its_secrets(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault):
        create_app(settings_in("identity", tmp_path, ENVIRONMENT="production"))
