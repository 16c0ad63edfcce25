"""Staff accounts and their roles: granted where they fit, withdrawn at once, all written down."""

import pytest

from chassis.operations import migrations
from chassis.problems import InvalidInput
from chassis.testing import audited, recorded
from contracts.assignments import AssignmentsPermission
from contracts.identity import OrganizationKind, Role, RolesChanged
from contracts.legal import LegalPermission
from services.identity.domain.account import (
    GRANTED_AT,
    Account,
    RoleAlreadyHeld,
    RoleDoesNotFit,
    RoleNotHeld,
)
from services.identity.domain.organization import Organization
from services.identity.queries import announcements
from services.identity.usecases import accounts, organizations
from tests.unit.identity.office import PASSWORD, WILHELMINA, Office


@pytest.fixture
def district(office: Office) -> Organization:
    with office.transaction() as session:
        return organizations.add_organization(
            session, OrganizationKind.DISTRICT, "Adair County", "001"
        )


def test_a_staff_account_may_sign_in_at_once(office: Office) -> None:
    office.hire("analyst")

    assert office.browser().sign_in("analyst").status_code == 303


def test_a_staff_password_must_follow_the_rule(office: Office) -> None:
    with office.transaction() as session, pytest.raises(InvalidInput) as refused:
        accounts.create_staff_account(
            session,
            office.service.rules,
            username="analyst",
            email="analyst@agency.example",
            password="Kentucky",
            display_name="Ann Analyst",
            now=office.clock.now(),
        )

    assert "password" in refused.value.errors


def test_a_username_belongs_to_one_account(office: Office) -> None:
    office.hire("analyst")

    with pytest.raises(InvalidInput):
        office.hire("Analyst")


def test_a_role_counts_with_the_next_token(office: Office, district: Organization) -> None:
    account = office.hire("head")
    browser = office.browser()
    browser.sign_in("head")
    before = browser.principal("assignments")

    with office.transaction() as session:
        accounts.grant_role(
            session,
            account.account_id,
            Role.SUPERINTENDENT,
            district.organization_id,
            office.clock.now(),
        )
    granted = browser.principal("assignments")
    with office.transaction() as session:
        accounts.withdraw_role(
            session, account.account_id, Role.SUPERINTENDENT, district.organization_id
        )
    withdrawn = browser.principal("assignments")

    assert before is not None
    assert before.roles == ()
    assert granted is not None
    assert granted.organizations(LegalPermission.COMPLAIN) == (district.organization_id,)
    assert withdrawn is not None
    assert withdrawn.roles == ()


def test_a_staff_account_is_no_educator(office: Office) -> None:
    office.hire("analyst", (Role.ANALYST, office.agency()))
    browser = office.browser()
    browser.sign_in("analyst")

    principal = browser.principal()

    assert principal is not None
    assert Role.EDUCATOR not in {held.role for held in principal.roles}
    assert principal.educator_id is None


def test_a_role_is_held_where_it_belongs_only(office: Office, district: Organization) -> None:
    with pytest.raises(RoleDoesNotFit):
        office.hire("analyst", (Role.ANALYST, district))
    with pytest.raises(RoleDoesNotFit):
        office.hire("head", (Role.SUPERINTENDENT, office.agency()))
    assert office.all(Account) == []


def test_nobody_is_granted_the_role_of_educator(office: Office) -> None:
    assert Role.EDUCATOR not in GRANTED_AT
    with pytest.raises(RoleDoesNotFit):
        office.hire("analyst", (Role.EDUCATOR, office.agency()))


def test_every_other_role_can_be_held_somewhere() -> None:
    assert set(GRANTED_AT) == set(Role) - {Role.EDUCATOR}


def test_a_role_is_granted_once_and_withdrawn_once(office: Office) -> None:
    agency = office.agency()
    account = office.hire("analyst", (Role.ANALYST, agency))

    with office.transaction() as session, pytest.raises(RoleAlreadyHeld):
        accounts.grant_role(
            session, account.account_id, Role.ANALYST, agency.organization_id, office.clock.now()
        )
    with office.transaction() as session, pytest.raises(RoleNotHeld):
        accounts.withdraw_role(session, account.account_id, Role.LEGAL, agency.organization_id)


def test_an_administrator_cannot_change_their_own_roles(office: Office) -> None:
    administrator = office.administrator()
    path = f"/identity/accounts/{office.account('administrator').account_id}"

    granted = administrator.post(f"{path}/roles", {"role": "legal"})
    withdrawn = administrator.post(
        f"{path}/roles/administrator/{office.agency().organization_id}/withdraw"
    )

    assert granted.status_code == withdrawn.status_code == 403
    assert [held.role for held in office.account("administrator").roles] == ["administrator"]
    assert "/roles" not in administrator.get(path).text


def test_an_administrator_does_not_see_their_own_social_security_number(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    willa = office.account("willa")
    with office.transaction() as session:
        accounts.grant_role(
            session,
            willa.account_id,
            Role.ADMINISTRATOR,
            office.agency().organization_id,
            office.clock.now(),
        )
    browser = office.browser()
    browser.sign_in()
    path = f"/identity/persons/{willa.educator_id}"

    assert browser.post(f"{path}/ssn", {"reason": "Curiosity"}).status_code == 403
    assert f"{path}/ssn" not in browser.get(path).text


def test_an_administrator_grants_and_withdraws_on_the_accounts_page(
    office: Office, district: Organization
) -> None:
    account = office.hire("head")
    administrator = office.administrator()
    path = f"/identity/accounts/{account.account_id}"
    assert "Head" in administrator.get("/identity/accounts?q=hea").text

    granted = administrator.post(f"{path}/roles", {"role": "superintendent", "organization": "001"})

    assert granted.location == path
    assert "Adair County" in administrator.get(path).text

    withdrawn = administrator.post(
        f"{path}/roles/superintendent/{district.organization_id}/withdraw"
    )

    assert withdrawn.location == path
    assert "This account has no role" in administrator.get(path).text
    assert [entry.action for entry in audited(office.app)][-2:] == [
        "role granted",
        "role withdrawn",
    ]


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"role": "superintendent", "organization": "999"}, "No district has the name or number"),
        ({"role": "superintendent"}, "Enter the name or number of the organization"),
        ({"role": "superintendent", "organization": "EPSB"}, "cannot be held at"),
        ({"role": "educator"}, "This role cannot be granted"),
        ({"role": "king"}, "Choose a role from the list"),
        ({}, "Choose a role"),
    ],
)
def test_a_faulty_grant_says_what_to_correct(
    office: Office, form: dict[str, str], complaint: str
) -> None:
    account = office.hire("head")

    answer = office.administrator().post(f"/identity/accounts/{account.account_id}/roles", form)

    assert answer.status_code == 422
    assert complaint in answer.text


def test_a_role_at_the_agency_needs_no_number(office: Office) -> None:
    account = office.hire("analyst")

    office.administrator().post(
        f"/identity/accounts/{account.account_id}/roles", {"role": "analyst"}
    )

    assert [held.role for held in office.account("analyst").roles] == ["analyst"]


def test_only_an_administrator_manages_accounts(office: Office) -> None:
    account = office.hire("analyst", (Role.ANALYST, office.agency()))
    analyst = office.browser()
    analyst.sign_in("analyst")

    answer = analyst.post(
        f"/identity/accounts/{account.account_id}/roles", {"role": "administrator"}
    )

    assert answer.status_code == 403
    assert [held.role for held in office.account("analyst").roles] == ["analyst"]


def test_an_educators_account_may_hold_a_role_as_well(
    office: Office, district: Organization
) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    with office.transaction() as session:
        accounts.grant_role(
            session,
            office.account("willa").account_id,
            Role.ASSIGNMENT_COORDINATOR,
            district.organization_id,
            office.clock.now(),
        )
    browser = office.browser()
    browser.sign_in()

    principal = browser.principal()

    assert principal is not None
    assert Role.EDUCATOR in {held.role for held in principal.roles}
    assert principal.organizations(AssignmentsPermission.REPORT) == (district.organization_id,)


def test_an_analyst_is_not_asked_for_a_districts_report(office: Office) -> None:
    office.hire("analyst", (Role.ANALYST, office.agency()))
    browser = office.browser()
    browser.sign_in("analyst")

    home = browser.get("/identity/").text

    assert "which districts reported" in home
    assert "your district" not in home


def test_the_commands_make_a_staff_account_and_grant_its_role(
    office: Office, district: Organization
) -> None:
    runner = office.app.test_cli_runner()
    create = ["create-staff", "head", "head@district.example", "Hanna Head", "--no-record"]

    created = runner.invoke(args=[*create, "--password", PASSWORD])
    granted = runner.invoke(args=["grant-role", "head", "superintendent", "001"])
    unknown = runner.invoke(args=["grant-role", "nobody", "analyst"])
    twice = runner.invoke(args=[*create, "--password", PASSWORD])

    assert created.exit_code == granted.exit_code == 0
    assert "Adair County" in granted.output
    assert [held.role for held in office.account("head").roles] == ["superintendent"]
    assert unknown.exit_code == 1
    assert "No account has the username nobody" in unknown.output
    assert "page" not in unknown.output
    assert "This username is taken" in twice.output


def test_other_services_hear_which_roles_an_account_has_and_whose_it_is(
    office: Office, district: Organization
) -> None:
    office.import_persons(WILHELMINA)
    place = district.organization_id
    account = office.hire("head", (Role.SUPERINTENDENT, district), whose="200100001")
    with office.transaction() as session:
        accounts.withdraw_role(session, account.account_id, Role.SUPERINTENDENT, place)

    told = recorded(office.app, RolesChanged)

    assert [each.version for each in told] == [1, 2, 3]
    assert [[held.role for held in each.roles] for each in told] == [
        [],
        [Role.SUPERINTENDENT],
        [],
    ]
    assert {each.educator_id for each in told} == {office.person("200100001").educator_id}
    assert told[1].roles[0].organization_id == place


def test_roles_from_before_they_were_told_are_told_by_the_upgrade(
    office: Office, district: Organization
) -> None:
    account = office.hire("head", (Role.SUPERINTENDENT, district))
    office.hire("idle", is_said=False)
    migrations.downgrade(office.service, "0008")

    migrations.upgrade(office.service)

    with office.reading() as session:
        announced = [each for each in announcements(session) if isinstance(each, RolesChanged)]
    assert [(each.account_id, each.version) for each in announced] == [(account.account_id, 1)]
    assert [held.role for held in announced[0].roles] == [Role.SUPERINTENDENT]


@pytest.mark.parametrize(
    ("typed", "is_granted"),
    [("Adair County", True), ("adair", True), ("ADAIR", True), ("County", False), ("Bell", False)],
)
def test_an_organization_is_chosen_by_name_where_the_name_is_of_one(
    office: Office, district: Organization, typed: str, is_granted: bool
) -> None:
    with office.transaction() as session:
        organizations.add_organization(session, OrganizationKind.DISTRICT, "Boyd County", "002")
    account = office.hire("head")

    answer = office.administrator().post(
        f"/identity/accounts/{account.account_id}/roles",
        {"role": "superintendent", "organization": typed},
    )

    assert answer.status_code == (303 if is_granted else 422)
    assert ("Adair County (001), Boyd County (002)" in answer.text) is (typed == "County")
