"""What only the states' whole lists of organizations show."""

from pathlib import Path

import pytest

from contracts.identity import OrganizationKind
from tests.unit.identity.office import Office
from tests.unit.identity.test_organizations import DATA, facts, import_file

pytestmark = pytest.mark.samples


def test_kentuckys_whole_list_gives_its_districts_and_schools(
    office: Office, samples: Path
) -> None:
    outcome = import_file(office, samples / "codelists/ky_profile_sch.csv")

    told = facts(office)
    kinds = [each.kind for each in told.values()]
    assert outcome == (178 + 1554, 0, 0)
    assert kinds.count(OrganizationKind.DISTRICT) == 178
    assert kinds.count(OrganizationKind.SCHOOL) == 1554
    assert sum(each.closed_on is not None for each in told.values()) == 119 + sum(
        each.closed_on is not None and each.kind == OrganizationKind.DISTRICT
        for each in told.values()
    )


def test_connecticuts_whole_list_is_read(connecticut: Office, samples: Path) -> None:
    outcome = import_file(connecticut, samples / "codelists/Education_Directory.csv")

    assert outcome.added == 1209 + 25


@pytest.mark.parametrize(
    ("excerpt", "whole"),
    [
        ("kentucky_schools.csv", "ky_profile_sch.csv"),
        ("connecticut_directory.csv", "Education_Directory.csv"),
    ],
)
def test_our_excerpts_of_the_lists_are_still_in_them(
    excerpt: str, whole: str, samples: Path
) -> None:
    lines = set((samples / "codelists" / whole).read_text(encoding="utf-8-sig").splitlines())
    assert set((DATA / excerpt).read_text(encoding="utf-8").splitlines()) <= lines
