"""Educators and districts are copied from identity's facts, and found by number or name."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from chassis.ids import new_id
from chassis.operations import migrations
from chassis.testing import deliver, service_of
from contracts.identity import PersonClaimed
from services.legal.domain.people import Educator, Organization
from tests.unit.legal.casework import (
    DISTRICT,
    EDUCATOR,
    OTHER_EDUCATOR,
    district,
    person,
    superintendent,
)


def name_of(app: Flask, educator_id: UUID = EDUCATOR) -> str:
    with service_of(app).database.reading() as session:
        educator = session.get(Educator, educator_id)
    assert educator is not None
    return educator.full_name


def test_only_newer_facts_change_an_educator(app: Flask) -> None:
    married = person(version=4, last_name="Testworthy-Sample")
    claimed = PersonClaimed(**{**vars(person()), "version": 3, "last_name": "Outdated"})

    deliver(app, married, claimed)
    assert name_of(app) == "Wilhelmina Testworthy-Sample"
    deliver(app, PersonClaimed(**{**vars(person()), "version": 5, "first_name": "Minna"}))
    assert name_of(app) == "Minna Testworthy"


def test_only_newer_facts_change_an_organization(app: Flask) -> None:
    deliver(app, district(name="Elm Independent", version=3), district(name="Old", version=2))

    with service_of(app).database.reading() as session:
        organization = session.get(Organization, DISTRICT)
    assert organization is not None
    assert organization.name == "Elm Independent"


def search(client: FlaskClient, **form: str) -> str:
    return client.post("/legal/complaints/new", data=form).text


def test_an_educator_is_found_by_number(app: Flask) -> None:
    page = search(superintendent(app), educator_number=" 201812345 ")

    assert f"/legal/complaints/new/{EDUCATOR}" in page
    assert str(OTHER_EDUCATOR) not in page


@pytest.mark.parametrize(
    ("last_name", "first_name", "found"),
    [
        ("TESTWORTHY", "wil", [EDUCATOR, OTHER_EDUCATOR]),
        ("Testworthy", "Wilhelmina", [EDUCATOR]),
        ("Test", "Wil", []),
        ("Testworthy", "%", []),
    ],
)
def test_an_educator_is_found_by_last_name_and_the_beginning_of_the_first(
    app: Flask, last_name: str, first_name: str, found: list[UUID]
) -> None:
    page = search(superintendent(app), last_name=last_name, first_name=first_name)

    assert [each for each in (EDUCATOR, OTHER_EDUCATOR) if str(each) in page] == found
    assert ("No educator found" in page) is (not found)


def test_names_are_found_without_their_accents(app: Flask) -> None:
    accented = new_id()
    deliver(app, person(accented, first_name="José", last_name="Núñez"))

    assert str(accented) in search(superintendent(app), last_name="nunez", first_name="jose")


@pytest.mark.parametrize(
    ("on_file", "typed"),
    [
        (("Søren", "Ødegård"), ("Soren", "Oedegaard")),
        (("Niamh", "O'Carrollan"), ("niamh", "O\u2019Carrollan")),
        (("Keala", "Ka\u02bbahumanu"), ("Kea", "Kaahumanu")),
        (("Ana", "Peñaflor-Ruiz"), ("Ana", "Penaflor Ruiz")),
        (("Mary-Ann", "Ashgrove"), ("Mary Ann", "Ashgrove Jr.")),
    ],
)
def test_names_are_found_however_they_are_written(
    app: Flask, on_file: tuple[str, str], typed: tuple[str, str]
) -> None:
    filed = new_id()
    deliver(app, person(filed, first_name=on_file[0], last_name=on_file[1]))

    assert str(filed) in search(superintendent(app), first_name=typed[0], last_name=typed[1])


def test_educators_of_the_version_before_are_filed_again(app: Flask) -> None:
    service, filed = service_of(app), new_id()
    deliver(app, person(filed, first_name="Søren", last_name="O'Hara Núñez-Lee"))
    migrations.downgrade(service, "0002")
    with service.database.transaction() as session:
        as_before = {"first_name_key": "søren", "last_name_key": "o'hara nunez-lee"}
        session.execute(update(Educator).values(as_before))

    migrations.upgrade(service)

    assert str(filed) in search(
        superintendent(app), first_name="Soren", last_name="OHara Nunez Lee"
    )


@pytest.mark.parametrize("form", [{}, {"last_name": "Testworthy"}, {"first_name": "Wil"}])
def test_too_little_to_search_by_is_asked_for(app: Flask, form: dict[str, str]) -> None:
    answer = superintendent(app).post("/legal/complaints/new", data=form)

    assert answer.status_code == 422
    assert str(EDUCATOR) not in answer.text


def test_an_unknown_educator_is_not_there(app: Flask) -> None:
    client = superintendent(app)

    assert client.get(f"/legal/complaints/new/{new_id()}").status_code == 404
    assert client.get("/legal/complaints/new").status_code == 200
