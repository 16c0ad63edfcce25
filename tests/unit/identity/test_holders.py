"""Whose a staff account is: said before it holds a role, and followed through every account."""

import pytest

from chassis.problems import InvalidInput
from chassis.testing import audited
from contracts.identity import Role
from services.identity.domain.account import Account, HolderClaimed, HolderNotSaid, RoleHeld
from services.identity.usecases import accounts, holders
from tests.unit.identity.office import PASSWORD, WILHELMINA, Office

WILLAS_NUMBER = "200100001"
WILLAS_NAME = "Wilhelmina Testworthy"


def said(office: Office, account: Account, number: str | None, *, differ: bool = False) -> None:
    with office.transaction() as session:
        holders.say_holder(
            session,
            account.account_id,
            number,
            office.clock.now(),
            although_names_differ=differ,
        )


def own_ids(office: Office, username: str) -> set[object]:
    """The ids that every service takes for this person's own."""
    browser = office.browser()
    browser.sign_in(username)
    principal = browser.principal("certification")
    assert principal is not None
    return set(principal.own_ids)


def test_every_account_of_a_person_is_known_to_all_services_as_theirs(office: Office) -> None:
    office.import_persons(WILHELMINA)
    record = office.person(WILLAS_NUMBER).educator_id
    analyst = office.hire("analyst", whose=WILLAS_NUMBER)
    officer = office.hire("officer", whose=WILLAS_NUMBER)
    stranger = office.hire("stranger")

    assert own_ids(office, "analyst") == {record, analyst.account_id, officer.account_id}

    office.register()
    theirs = {record, analyst.account_id, officer.account_id, office.account("willa").account_id}

    for username in ("analyst", "officer", "willa"):
        assert own_ids(office, username) == theirs
    assert own_ids(office, "stranger") == {stranger.account_id}


def test_whose_it_was_said_to_be_does_not_open_the_record(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.hire("analyst", (Role.ANALYST, office.agency()), whose=WILLAS_NUMBER)
    browser = office.browser()
    browser.sign_in("analyst")

    principal = browser.principal()

    assert principal is not None
    assert principal.educator_id is None
    assert {held.role for held in principal.roles} == {Role.ANALYST}
    assert WILLAS_NUMBER not in browser.get("/identity/profile").text


def test_who_has_not_confirmed_their_address_has_no_part_in_the_person(office: Office) -> None:
    office.import_persons(WILHELMINA)
    analyst = office.hire("analyst", whose=WILLAS_NUMBER)
    record = office.person(WILLAS_NUMBER).educator_id
    with office.transaction() as session:
        session.add(
            Account.open(
                username="willa",
                email="willa@example.org",
                is_sole_email=False,
                password_hash="none",
                display_name=WILLAS_NAME,
                educator_id=record,
                now=office.clock.now(),
            )
        )

    assert own_ids(office, "analyst") == {record, analyst.account_id}


def test_no_role_is_granted_before_it_is_said_whose_the_account_is(office: Office) -> None:
    with pytest.raises(HolderNotSaid):
        office.hire("analyst", (Role.ANALYST, office.agency()), is_said=False)

    account = office.hire("head", is_said=False)
    administrator = office.administrator()
    path = f"/identity/accounts/{account.account_id}"
    early = administrator.post(f"{path}/roles", {"role": "analyst"})
    administrator.post(f"{path}/holder", {"holder": "no_record"})
    late = administrator.post(f"{path}/roles", {"role": "analyst"})

    assert (early.status_code, late.status_code) == (422, 303)
    assert "Nobody may decide their own matter" in early.text


def test_nobody_grants_a_role_to_another_account_of_their_own(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    agency = office.agency()
    office.hire("head", (Role.ADMINISTRATOR, agency), whose=WILLAS_NUMBER)
    second = office.hire("second", (Role.ANALYST, agency), whose=WILLAS_NUMBER)
    unsaid = office.hire("third", is_said=False, name=WILLAS_NAME)
    head = office.browser()
    head.sign_in("head")

    answers = [
        head.post(f"/identity/accounts/{own.account_id}/{act}", form)
        for own in (office.account("willa"), second)
        for act, form in (
            ("roles", {"role": "legal"}),
            ("holder", {"holder": "no_record"}),
            (f"roles/analyst/{agency.organization_id}/withdraw", {}),
        )
    ]
    # Nor do they say that an account is theirs, or make it so before another grants the role.
    answers.append(
        head.post(
            f"/identity/accounts/{unsaid.account_id}/holder",
            {"holder": "record", "educator_number": WILLAS_NUMBER},
        )
    )

    assert {answer.status_code for answer in answers} == {403}
    assert "/roles" not in head.get(f"/identity/accounts/{second.account_id}").text


def test_the_number_must_be_of_somebody_with_the_name(office: Office) -> None:
    office.import_persons(WILHELMINA)
    account = office.hire("willy", name="Willa Testworthy", is_said=False)
    other = office.hire("ann", name="Ann Other", is_said=False)

    said(office, account, WILLAS_NUMBER)
    with pytest.raises(InvalidInput) as unknown:
        said(office, other, "1")
    with pytest.raises(InvalidInput) as differs:
        said(office, other, WILLAS_NUMBER)
    assert {*unknown.value.errors, *differs.value.errors} == {"educator_number"}
    said(office, other, WILLAS_NUMBER, differ=True)

    entries = audited(office.app, "account holder said")
    record = str(office.person(WILLAS_NUMBER).educator_id)
    assert [entry.after["educator_id"] for entry in entries] == [record, record]
    assert office.account("willy").person_id == office.account("ann").person_id


def test_whose_it_is_can_be_corrected_but_not_of_an_account_that_was_registered(
    office: Office,
) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    account = office.hire("analyst", name=WILLAS_NAME)

    said(office, account, WILLAS_NUMBER)
    linked = office.account("analyst")
    said(office, account, None)
    unlinked = office.account("analyst")

    assert (linked.no_record_said_at, unlinked.said_educator_id) == (None, None)
    assert unlinked.is_holder_said
    with pytest.raises(HolderClaimed):
        said(office, office.account("willa"), None)


def test_an_account_from_before_keeps_working_and_is_listed_until_it_is_said(
    office: Office,
) -> None:
    account = office.hire("veteran", is_said=False, name="Vera Veteran")
    with office.transaction() as session:
        session.add(
            RoleHeld(
                role_held_id=account.account_id,
                account_id=account.account_id,
                role=Role.ANALYST,
                organization_id=office.agency().organization_id,
                granted_at=office.clock.now(),
            )
        )
    administrator, veteran = office.administrator(), office.browser()
    veteran.sign_in("veteran")
    principal = veteran.principal()

    assert principal is not None
    assert [held.role for held in principal.roles] == [Role.ANALYST]
    assert "holder=not_said" in administrator.get("/identity/accounts").text
    assert "Vera Veteran" in administrator.get("/identity/accounts?holder=not_said").text

    administrator.post(f"/identity/accounts/{account.account_id}/holder", {"holder": "no_record"})

    assert "holder=not_said" not in administrator.get("/identity/accounts").text
    assert "Vera Veteran" in administrator.get("/identity/accounts?holder=no_record").text


def test_who_was_said_to_have_no_record_and_may_have_one_is_found_and_linked(
    office: Office,
) -> None:
    office.import_persons(WILHELMINA)
    near = office.hire("near", name="Willa Testworthy")
    strong = office.hire("strong", name="TESTWORTHY Wilhelmina May")
    nobody = office.hire("nobody", name="Wilhelmina Other")
    by_mail = office.hire("willa", name="W. Otherwise")
    with office.transaction() as session:
        accounts.get_account(session, by_mail.account_id).email = "Educator@Example.org"
        accounts.get_account(session, by_mail.account_id).username_key = "staff"
    office.register("educator")

    with office.reading() as session:
        found = holders.possible_holders(session, (near, strong, nobody, office.account("staff")))

    reasons = [
        [set(map(str, each.reasons)) for each in found[account.account_id]]
        for account in (near, strong, nobody, by_mail)
    ]
    assert reasons == [
        [{"nickname", "given name left out"}],
        [{"same name"}],
        [],
        [{"same email address"}],
    ]

    administrator = office.administrator()
    listed = administrator.get("/identity/accounts?holder=no_record").text
    path = f"/identity/accounts/{by_mail.account_id}"
    assert listed.count(WILLAS_NUMBER) == 3
    assert "It is theirs" in administrator.get(path).text
    link = {"holder": "record", "educator_number": WILLAS_NUMBER, "same_person": "true"}
    assert administrator.post(f"{path}/holder", link).status_code == 303
    person_page = administrator.get(f"/identity/persons/{office.person(WILLAS_NUMBER).educator_id}")
    assert path in person_page.text


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({}, "Choose whether the person has a record"),
        ({"holder": "record"}, "Enter the number of the person"),
        ({"holder": "record", "educator_number": "1"}, "Nobody on record has this number"),
        ({"holder": "record", "educator_number": WILLAS_NUMBER}, "Both are the same person"),
    ],
)
def test_a_faulty_statement_says_what_to_correct(
    office: Office, form: dict[str, str], complaint: str
) -> None:
    office.import_persons(WILHELMINA)
    account = office.hire("ann", name="Ann Other", is_said=False)

    answer = office.administrator().post(f"/identity/accounts/{account.account_id}/holder", form)

    assert answer.status_code == 422
    assert complaint in answer.text


def test_an_operator_says_whose_an_account_is(office: Office) -> None:
    office.import_persons(WILHELMINA)
    runner = office.app.test_cli_runner()
    create = ["create-staff", "will", "w@agency.example", WILLAS_NAME, "--password", PASSWORD]
    grant = ["grant-role", "head", "analyst"]

    silent = runner.invoke(args=create)
    both = runner.invoke(args=[*create, "--no-record", "--educator-number", WILLAS_NUMBER])
    created = runner.invoke(args=[*create, "--educator-number", WILLAS_NUMBER])
    office.hire("head", is_said=False)
    early = runner.invoke(args=grant)
    other = runner.invoke(args=["say-holder", "head", "--educator-number", WILLAS_NUMBER])
    late_said = runner.invoke(args=["say-holder", "head", "--no-record"])
    granted = runner.invoke(args=grant)

    assert [each.exit_code for each in (silent, both, early, other)] == [2, 2, 1, 1]
    assert [each.exit_code for each in (created, late_said, granted)] == [0, 0, 0]
    assert "--no-record" in silent.output
    assert WILLAS_NAME.split()[1] in other.output
    assert office.account("will").said_educator_id == office.person(WILLAS_NUMBER).educator_id


def test_a_refused_statement_leaves_everything_as_it_was(office: Office) -> None:
    office.import_persons(WILHELMINA)
    account = office.hire("head", (Role.ADMINISTRATOR, office.agency()))
    before = len(audited(office.app))
    head = office.browser()
    head.sign_in("head")

    assert (
        head.post(
            f"/identity/accounts/{account.account_id}/holder", {"holder": "no_record"}
        ).status_code
        == 403
    )
    # "signed in" is all that was written down.
    assert len(audited(office.app)) == before + 1
