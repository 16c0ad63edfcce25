"""Nobody acts in their own matter, whatever roles they hold (law 8)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from chassis.ids import new_id
from chassis.security.access import requires
from chassis.testing import audited, client_of, learn, recorded, service_of
from contracts.certification import CertificationPermission
from contracts.identity import Role, SigningKeysChanged
from services.identity.domain.person import Person
from services.names import SERVICES
from tests.api.staff_commands import (
    ABOUT_NO_PERSON,
    STAFF,
    WAYS,
    Command,
    Way,
    deny,
    open_service,
    staff_commands,
)
from tests.architecture.suite import create_app
from tests.unit.identity.office import Office

OWN_MATTER = "urn:credence:problem:own-matter"


def give(app: Flask, command: Command, *own_ids: UUID) -> TestResponse:
    """Have a person who holds every role, and whose these ids are, give the command.

    A single id is the account's and the educator's; of several, the first is the account's.
    """
    account_id, *others = own_ids
    client = client_of(
        app,
        STAFF,
        account_id=account_id,
        educator_id=None if others else account_id,
        other_ids=others,
    )
    headers = {"Accept": "application/problem+json", "Idempotency-Key": "key-00000001"}
    if command.document is not None:
        return client.post(command.path, json=command.document, headers=headers)
    return client.post(command.path, data=command.form, headers=headers)


@pytest.fixture
def app(way: Way, tmp_path: Path) -> Iterator[Flask]:
    made = open_service(way.route.split("/")[1], tmp_path)
    yield made
    service_of(made).database.close()


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_who_is_the_subject_of_a_command_may_not_give_it(app: Flask, way: Way) -> None:
    command = way.ready(app)
    before = audited(app), recorded(app)

    refused = give(app, command, command.about)

    # An account of staff, which opens no record, and whose holder is known.
    refused_to_second_account = give(app, command, new_id(), command.about)

    for each in (refused, refused_to_second_account):
        assert each.status_code == 403
        assert OWN_MATTER in each.text
    assert (audited(app), recorded(app)) == before
    # A colleague may: it was refused for its subject, and not for anything else.
    assert give(app, command, new_id()).status_code in (200, 201, 303)
    assert len(audited(app)) > len(before[0])


@pytest.fixture
def identity(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "identity")
    yield office
    office.close()


def test_who_has_an_account_of_staff_besides_does_not_decide_with_it(
    identity: Office, tmp_path: Path
) -> None:
    app = open_service("certification", tmp_path)
    command = deny(app)
    # A later version than that of the tests' own key.
    (keys,) = recorded(identity.app, SigningKeysChanged)
    learn(app, SigningKeysChanged(**{**vars(keys), "version": 9}))
    with identity.transaction() as session:
        session.add(
            Person.record(
                educator_id=command.about,
                educator_number="200100001",
                first_name="Wilhelmina",
                last_name="Testworthy",
                birth_date=date(1986, 4, 28),
                now=identity.clock.now(),
            )
        )
    identity.hire("analyst", (Role.ANALYST, identity.agency()), whose="200100001")
    identity.hire("colleague", (Role.ANALYST, identity.agency()))

    answers = []
    for username in ("analyst", "colleague"):
        browser = identity.browser()
        browser.sign_in(username)
        bearer = {"Authorization": f"Bearer {browser.token('certification')}"}
        answers.append(client_of(app).post(command.path, data=command.form, headers=bearer))

    assert [answer.status_code for answer in answers] == [403, 303]
    assert "someone else must do it" in answers[0].text
    service_of(app).database.close()


@pytest.mark.parametrize("service", SERVICES)
def test_every_command_of_staff_is_tried_or_is_about_no_person(
    service: str, tmp_path: Path
) -> None:
    app = create_app(service, tmp_path)

    listed = {way.route for way in WAYS} | ABOUT_NO_PERSON.keys()

    assert set(staff_commands(app)) == {each for each in listed if f" /{service}/" in each}, (
        "tests/api/staff_commands.py lists every command"
    )
    service_of(app).database.close()


def test_there_are_no_fewer_commands_than_there_were() -> None:
    assert len({way.route for way in WAYS}) >= 28
    assert len(ABOUT_NO_PERSON) == 9


def test_a_new_command_of_staff_is_seen() -> None:
    library = Flask("library", static_folder=None)
    lend = requires(CertificationPermission.APPLY, CertificationPermission.REVIEW)(lambda: "")
    library.add_url_rule("/library/lend", view_func=lend, methods=["GET", "POST"])
    read = requires(CertificationPermission.APPLY)(lambda: "")
    library.add_url_rule("/library/read", "read", read, methods=["POST"])

    assert list(staff_commands(library)) == ["POST /library/lend"]
