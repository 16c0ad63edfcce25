"""A person is found by their name however it is written, and filed so that they can be."""

import pytest
from sqlalchemy import text

from chassis.operations import migrations
from services.identity import queries
from tests.unit.identity.office import (
    JOSE,
    NEWCOMERS_SEARCH,
    NEWCOMERS_SSN,
    WILHELMINA,
    WILHELMINAS_SEARCH,
    Office,
    account_form,
)

FOUND = "This is me!"


@pytest.mark.parametrize(
    ("on_file", "typed"),
    [
        (("Soren", "Odegard", ""), ("Søren", "Ødegård")),
        (("Y\u0131ld\u0131z", "Çelikkol", ""), ("Yildiz", "Celikkol")),
        (("Lukasz", "Wrobel", ""), ("Łukasz", "Wróbel")),
        (("Dang", "Nguyen", ""), ("Đặng", "Nguyễn")),
        (("Jürgen", "Weiß", ""), ("Juergen", "Weiss")),
        (("Keala", "Ka\u02bbahumanu", ""), ("Keala", "Kaahumanu")),
        (("Keala", "Ka\u02bbahumanu", ""), ("Keala", "Ka'ahumanu")),
        (("Wendell", "Ashgrove", "Jr."), ("Wendell", "Ashgrove")),
        (("Wendell", "Ashgrove", "Jr."), ("Wendell", "Ashgrove Jr")),
        (("Wendell", "Ashgrove", "Jr."), ("Wendell", "Ashgrove, Jr.")),
        (("", "Suharto", ""), ("", "Suharto")),
        (("Suharto", "", ""), ("", "Suharto")),
        (("Mai", "Nguyen", ""), ("Nguyen", "Mai")),
    ],
)
def test_a_record_is_found_however_the_name_is_written(
    office: Office, on_file: tuple[str, str, str], typed: tuple[str, str]
) -> None:
    first, last, suffix = on_file
    office.import_persons(f"200100007,{first},,{last},{suffix},,04/28/1986,345-67-6789\n")
    search = {**WILHELMINAS_SEARCH, "first_name": typed[0], "last_name": typed[1]}

    assert FOUND in office.browser().search(search).text


@pytest.mark.parametrize(
    "typed",
    [
        ("Wilhelmine", "Testworthy"),
        ("", "Testworthy"),
        ("Wilhelmina June", "Testworthy"),
        ("Wilhelmina", "Testworthy Jr."),
        ("Wilhelmina", "Testwortny"),
    ],
)
def test_a_name_that_is_only_alike_finds_no_record(office: Office, typed: tuple[str, str]) -> None:
    office.import_persons(WILHELMINA.replace(",,Maiden", ",Sr.,Maiden"))
    search = {**WILHELMINAS_SEARCH, "first_name": typed[0], "last_name": typed[1]}

    assert FOUND not in office.browser().search(search).text


def test_somebody_with_one_name_can_register(office: Office) -> None:
    browser = office.browser()
    browser.search({**NEWCOMERS_SEARCH, "first_name": "", "last_name": "Suharto"})

    answer = browser.post("/identity/register/account", account_form("suharto", ssn=NEWCOMERS_SSN))

    assert answer.status_code == 303
    assert office.account("suharto").display_name == "Suharto"


@pytest.mark.parametrize(
    "search", ["odegard", "Ødegård sø", "Oedegaard", "ODEGARD, Søren", "Ødegård Jr"]
)
def test_an_administrator_finds_each_spelling(office: Office, search: str) -> None:
    office.import_persons("200100007,Søren,,Ødegård,Jr.,,04/28/1986,345-67-6789\n", JOSE)

    with office.reading() as session:
        found = queries.persons(session, search, 1).items

    assert [person.educator_number for person in found] == ["200100007"]


def test_persons_on_file_before_an_upgrade_are_filed_again(office: Office) -> None:
    office.import_persons(JOSE, "200100007,Søren,,Ødegård,,,04/28/1986,345-67-6789\n")
    migrations.downgrade(office.service, "0004")
    with office.transaction() as session:
        session.execute(text("update person set name_key = 'as it was'"))

    migrations.upgrade(office.service)

    assert office.person("200100007").name_key == "odegard soren"
    assert office.person("200100002").name_key == "osample jose"
