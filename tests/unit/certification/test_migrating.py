"""A migration keeps what is stored, also where SQLite builds a table again that others refer to."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from chassis.operations import migrations
from chassis.testing import service_of
from services.certification.domain.application import Application
from tests.unit.certification import story


def test_an_application_and_its_elements_outlive_a_longer_column(app: Flask) -> None:
    service = service_of(app)
    application_id = story.start(app)

    migrations.downgrade(service, "0002")
    migrations.upgrade(service)

    with service.database.reading() as session:
        application = session.scalars(select(Application)).one()
        assert str(application.application_id) == str(application_id)
        assert len(application.elements) >= 5


def test_references_are_checked_before_a_migration_is_kept_and_after_it(app: Flask) -> None:
    service = service_of(app)
    story.start(app)

    with pytest.raises(migrations.BrokenReferences), migrations._transaction(service) as connection:
        connection.execute(text("delete from application"))

    with pytest.raises(IntegrityError), service.database.transaction() as session:
        session.execute(text("delete from application"))
    with service.database.reading() as session:
        assert session.scalar(text("select count(*) from application")) == 1
