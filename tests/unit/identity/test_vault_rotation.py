"""A new secret for the vault: every number moves under it, and the old one may be thrown away."""

from pathlib import Path

import pytest

from services.identity.domain.person import Person, VaultRow
from tests.unit.identity.office import JOSE, WILHELMINA, Office

OLD = {"SSN_VAULT_SECRET_1": "the first secret of the vault, which is long enough"}
NEW = {
    "SSN_VAULT_VERSION": "2",
    "SSN_VAULT_SECRET_2": "the second secret of the vault, which is long enough",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data of an agency that has sealed two numbers under its first secret."""
    office = Office(tmp_path, **OLD)
    office.import_persons(WILHELMINA, JOSE)
    office.close()
    return tmp_path


def rewrap(office: Office) -> str:
    return office.app.test_cli_runner().invoke(args=["rewrap-vault"]).output


def shown_numbers(office: Office) -> set[str]:
    known = {row.educator_id: row for row in office.all(VaultRow)}
    persons = [each.educator_id for each in office.all(Person)]
    return {office.resources.vault.open(known[each].sealed, each) for each in persons}


def test_after_the_move_the_old_secret_is_not_needed(folder: Path) -> None:
    office = Office(folder, **OLD, **NEW)
    before = shown_numbers(office)

    assert rewrap(office) == "2 numbers moved to version 2 of the vault's secret\n"
    office.close()

    office = Office(folder, **NEW, SSN_VAULT_OLDEST_VERSION="2", SSN_VAULT_SECRET_1="thrown away")
    assert shown_numbers(office) == before == {"345-67-6789", "234-56-7890"}
    office.close()


def test_a_second_move_finds_nothing_to_do(folder: Path) -> None:
    office = Office(folder, **OLD, **NEW)
    rewrap(office)

    assert rewrap(office) == "0 numbers moved to version 2 of the vault's secret\n"
    office.close()


def test_with_a_wrong_old_secret_nothing_moves(folder: Path) -> None:
    wrong = {"SSN_VAULT_SECRET_1": "not the first secret of the vault, but as long"}
    office = Office(folder, **wrong, **NEW)

    result = office.app.test_cli_runner().invoke(args=["rewrap-vault"])

    assert result.exit_code == 1
    assert "0 numbers were moved before this one" in result.output
    assert {row.key_version for row in office.all(VaultRow)} == {1}
    office.close()
