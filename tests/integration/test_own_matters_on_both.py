"""Which matters are a person's own, on PostgreSQL and SQLite: their accounts, their findings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from chassis.operations import migrations
from chassis.testing import FixedClock, learn, prepare, recorded, service_of, test_settings
from contracts.assignments import FindingResolved
from contracts.identity import Role
from services.assignments.app import create_app
from services.identity import queries
from services.identity.queries import Holder
from services.identity.usecases import holders
from tests.unit.assignments.test_own_findings import nobody_teaches, zoe_of
from tests.unit.assignments.world import ELEMENTARY, OTHER, TINY, accept, issued, person
from tests.unit.identity.office import WILHELMINA, Office

WILLAS_NUMBER = "200100001"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> dict[str, str]:
    """The setting that names each database."""
    if request.param == "sqlite":
        return {}
    return {"DATABASE_URL": request.getfixturevalue("postgres_url")}


@pytest.fixture
def office(database: dict[str, str], tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path, **database)
    yield opened
    opened.close()


def test_all_accounts_of_a_person_are_theirs_and_an_upgrade_asks_whose_the_others_are(
    office: Office,
) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    agency = office.agency()
    staff = office.hire(
        "analyst", (Role.ANALYST, agency), (Role.LEGAL, agency), whose=WILLAS_NUMBER
    )
    browser = office.browser()
    browser.sign_in("analyst")
    principal = browser.principal("legal")

    assert principal is not None
    assert principal.own_ids == {
        staff.account_id,
        office.account("willa").account_id,
        office.person(WILLAS_NUMBER).educator_id,
    }
    assert len(principal.roles) == 2

    migrations.downgrade(office.service, "0006")
    migrations.upgrade(office.service)

    with office.reading() as session:
        (before,) = queries.accounts(session, "", 1, Holder.NOT_SAID).items
        assert queries.count_accounts(session, Holder.NOT_SAID) == 1
        assert (before.username, before.language) == ("analyst", "en")
        assert holders.possible_holders(session, [before]) == {before.account_id: []}
    # It works as before.
    assert browser.get("/identity/").status_code == 200


@pytest.fixture
def assignments(database: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    app = create_app(test_settings("assignments", tmp_path, **database), FixedClock())
    prepare(app)
    learn(app, TINY, OTHER, person(), issued(authorizations=(ELEMENTARY,)))
    yield app
    service_of(app).database.close()


def test_a_finding_is_settled_by_another_sender_only(assignments: Flask) -> None:
    accept(assignments)

    accept(assignments, nobody_teaches(), zoe_of(assignments))
    own = recorded(assignments, FindingResolved)
    accept(assignments, nobody_teaches())

    assert (own, len(recorded(assignments, FindingResolved))) == ([], 1)
