"""Names on PostgreSQL and SQLite: every service holds the longest one, and files each again."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from chassis.ids import new_id
from chassis.messaging.inbox import Verdict
from chassis.operations import migrations
from chassis.testing import deliver, moment, person, prepare, service_of, test_settings, working
from contracts.identity import OrganizationKind
from services.certification.domain.certificate import Certificate
from services.certification.usecases import applications, certificates
from services.identity.domain.account import Account
from services.identity.domain.organization import Organization
from services.identity.domain.person import Person
from services.identity.formats.persons import LONGEST

READERS = ("assignments", "certification", "legal")
NUMBER = "209999999"
LETTERS = ("M", "ß", "\u9418")
"""One that is its own plain form, and two whose plain forms are longer."""


def longest(letter: str) -> dict[str, Any]:
    """A name that fills each of its fields with this letter."""
    parts = ("first_name", "middle_name", "last_name", "suffix")
    return {part: letter * LONGEST[part] for part in parts}


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, service: str, tmp_path: Path) -> Iterator[Flask]:
    """A service with its schema, on each database."""
    environ = {}
    if request.param == "postgresql":
        environ["DATABASE_URL"] = request.getfixturevalue("postgres_url")
    module = importlib.import_module(f"services.{service}.app")
    app: Flask = module.create_app(test_settings(service, tmp_path, **environ))
    prepare(app)
    yield app
    service_of(app).database.close()


@pytest.mark.parametrize("service", ["identity"])
@pytest.mark.parametrize("letter", LETTERS)
def test_identity_holds_the_longest_name(app: Flask, letter: str) -> None:
    with working(app) as (session, service):
        recorded = Person.record(
            educator_id=new_id(),
            educator_number=NUMBER,
            birth_date=service.today(),
            now=service.now(),
            **longest(letter),
        )
        account = Account.open(
            username="longest",
            email="longest@example.org",
            is_sole_email=False,
            password_hash="",
            display_name=recorded.full_name,
            now=service.now(),
        )
        session.add_all((recorded, account))
        organization = Organization.add(OrganizationKind.DISTRICT, letter * 200, "999")
        organization.describe(name=letter * 200)
        session.add(organization)

    assert len(recorded.full_name) == 203


@pytest.mark.parametrize("service", READERS)
@pytest.mark.parametrize("letter", LETTERS)
def test_every_reader_of_persons_holds_the_longest_name(app: Flask, letter: str) -> None:
    (outcome,) = deliver(app, person(new_id(), NUMBER, **longest(letter)))

    assert outcome.verdict == Verdict.HANDLED


@pytest.mark.parametrize("service", ["certification"])
def test_the_longest_name_is_written_on_an_application_and_a_certificate(app: Flask) -> None:
    educator_id = new_id()
    deliver(app, person(educator_id, NUMBER, **longest("M")))

    with working(app) as (session, service):
        applications.start_application(
            session,
            service.rules,
            educator_id=educator_id,
            certificate_type="PROF",
            authorization_codes=("SEC_MATH",),
            **moment(service),
        )
        certificates.record_legacy_certificate(
            session,
            service.rules,
            educator_id=educator_id,
            certificate_number="9",
            certificate_type="PROF",
            authorization_codes=("SEC_MATH",),
            issued_on=service.today(),
            expires_on=None,
            rank=None,
        )

    with service.database.reading() as session:
        certificate = session.scalars(select(Certificate)).one()
        assert len(certificate.holder_name) == 203


@pytest.mark.parametrize(
    ("service", "before", "table"),
    [
        ("assignments", "0003", "educator"),
        ("identity", "0004", "person"),
        ("legal", "0002", "educator"),
    ],
)
def test_an_upgrade_files_everybody_again(app: Flask, before: str, table: str) -> None:
    names: dict[str, Any] = {"first_name": "Søren", "last_name": "Ødegård"}
    if app.name == "identity":
        with working(app) as (session, service):
            session.add(
                Person.record(
                    educator_id=new_id(),
                    educator_number=NUMBER,
                    birth_date=service.today(),
                    now=service.now(),
                    **names,
                )
            )
    else:
        deliver(app, person(new_id(), NUMBER, **names))
    service = service_of(app)
    keys = text(f"select * from {table} where educator_number = '{NUMBER}'")
    with service.database.reading() as session:
        filed = session.execute(keys).mappings().one()
    stale = {
        "assignments": "name_key = 'srendegard'",
        "identity": "name_key = 'ødegard søren'",
        "legal": "first_name_key = 'søren', last_name_key = 'ødegard'",
    }[app.name]
    migrations.downgrade(service, before)
    with service.database.transaction() as session:
        session.execute(text(f"update {table} set {stale}"))

    migrations.upgrade(service)

    with service.database.reading() as session:
        assert session.execute(keys).mappings().one() == filed
