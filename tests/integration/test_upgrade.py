"""What release 0.1.0 left is kept by today's migrations, and continued by today's code.

`tests/data/release_0_1_0` has its databases, of a demonstration that was stopped in the middle.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import Boolean, Column, Connection, MetaData, delete, inspect, select, text

from chassis.messaging.inbox import Delivery, Inbox, Outcome, Verdict
from chassis.messaging.outbox import unpublished
from chassis.operations import migrations
from chassis.operations.republish import republish, republish_changed
from chassis.service import Service
from chassis.storage import audit
from chassis.storage.tables import INBOX, PARKED
from chassis.testing import service_of
from contracts.envelope import decode
from services.__main__ import EmbeddedSuite
from services.demonstration.accounts import EDUCATOR, PASSWORD
from services.demonstration.journey.walker import sign_in
from services.demonstration.visitor import Visitor
from services.names import WITH_DATABASE, WITHOUT_DATABASE
from tests.integration.bus_world import eventually
from tests.servers import PostgresServer
from tests.servers.processes import free_port
from tests.suite import embedded_suite, wait_until_quiet

RELEASE = Path(__file__).parents[1] / "data" / "release_0_1_0"
DAY = date(2026, 12, 2)
"""The day of the upgrade, whatever today is; the release was stopped on the day before."""
REVOKED, ITS_HOLDER, THEIR_LAST_NAME = "KY-2026-0100001", "leopold.gxdlf", "Thistledown-Gxdlf"
"""The journey's certificate: the order that revokes it waited in legal, and nobody had heard it."""
IN_FORCE = "K00900001"

REWRITTEN = {
    "alembic_version.version_num": "it names today's revision",
    "legal.educator.first_name_key": "0003 writes search keys in their plain form",
    "legal.educator.last_name_key": "0003 writes search keys in their plain form",
}
"""The columns that have not the values which the release left, and why; all others have them.

A table that a migration moves or splits gets a line here too, and the test its new place.
"""

Rows = Mapping[str, list[dict[str, Any]]]
"""The rows of each table."""


@dataclass
class Upgraded:
    """The suite on what the release left, once it has handled what waited.

    `left` are each service's rows before today's migrations, and `kept` those right after.
    """

    suite: EmbeddedSuite
    left: Mapping[str, Rows]
    kept: Mapping[str, Rows]

    @property
    def services(self) -> dict[str, Service]:
        return services_of(self.suite)

    def visitor(self, username: str | None = None) -> Visitor:
        made = Visitor(f"http://localhost:{self.suite.port}")
        if username is not None:
            sign_in(made, username, PASSWORD)
        return made


def services_of(suite: EmbeddedSuite) -> dict[str, Service]:
    return {name: service_of(app) for name, app in suite.apps.items()}


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.faults)]
)
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgraded]:
    ahead = DAY - datetime.now(UTC).date()
    environ = {
        "VAR_DIR": str(tmp_path_factory.mktemp("release")),
        "PORT": str(free_port()),
        "DAYS_AHEAD": str(ahead.days),
    }
    with ExitStack() as stack:
        if request.param == "postgresql":
            environ |= empty_databases(request.getfixturevalue("postgres"), stack)
        suite = stack.enter_context(embedded_suite(environ))
        services = services_of(suite)
        for service in services.values():
            load_release(service)
        left = {name: rows_of(service) for name, service in services.items()}
        suite.prepare()
        kept = {name: rows_of(service) for name, service in services.items()}
        suite.start()
        wait_until_quiet(suite.apps)
        yield Upgraded(suite, left, kept)


def empty_databases(postgres: PostgresServer, stack: ExitStack) -> dict[str, str]:
    """The setting that names an empty database, for each service that can have one."""
    settings = {}
    for service in sorted(WITH_DATABASE):
        name = f"test_{uuid4().hex[:12]}"
        settings[f"{service.upper()}_DATABASE_URL"] = postgres.create_database(name)
        stack.callback(postgres.drop_database, name)
    return settings


def load_release(service: Service) -> None:
    """Give the service the database that the release left it.

    On SQLite it has the release's own schema; on PostgreSQL the one that its revision has today.
    """
    script = (RELEASE / f"{service.name}.sql").read_text(encoding="utf-8")
    url = service.database.engine.url
    with closing(
        sqlite3.connect(str(url.database) if service.database.is_sqlite else ":memory:")
    ) as release:
        release.executescript(script)
        if not service.database.is_sqlite:
            (revision,) = release.execute("select version_num from alembic_version").fetchone()
            migrations.upgrade(service, revision)
            with service.database.engine.begin() as connection:
                copy_rows(release, connection)


def copy_rows(release: sqlite3.Connection, connection: Connection) -> None:
    """Copy all rows to PostgreSQL, which reads most values as SQLite writes them."""
    connection.exec_driver_sql("set local time zone 'UTC'")  # SQLite keeps no zone of an instant
    metadata = MetaData()
    metadata.reflect(connection)
    connection.exec_driver_sql("delete from alembic_version")
    for table in metadata.sorted_tables:
        columns = list(table.columns)
        names = ", ".join(f'"{column.name}"' for column in columns)
        places = ", ".join("%s" for _ in columns)
        for row in release.execute(f'select {names} from "{table.name}"'):
            values = tuple(map(_value, columns, row))
            connection.exec_driver_sql(
                f'insert into "{table.name}" ({names}) values ({places})', values
            )
        if "position" in table.columns and table.columns["position"].server_default is not None:
            connection.exec_driver_sql(
                f"select setval(pg_get_serial_sequence('{table.name}', 'position'),"
                f' (select coalesce(max(position), 0) + 1 from "{table.name}"), false)'
            )


def _value(column: Column[Any], stored: Any) -> Any:
    return bool(stored) if isinstance(column.type, Boolean) and stored is not None else stored


def rows_of(service: Service) -> Rows:
    with service.database.engine.connect() as connection:
        return {
            table: [
                dict(row) for row in connection.execute(text(f'select * from "{table}"')).mappings()
            ]
            for table in inspect(connection).get_table_names()
        }


def lost(upgraded: Upgraded, service: str, table: str, columns: Collection[str]) -> list[str]:
    """What the release had in these columns of a table, taken together, and today's has not."""
    before, after = (
        Counter(repr([row[column] for column in columns]) for row in rows[service][table])
        for rows in (upgraded.left, upgraded.kept)
    )
    return sorted((before - after).elements())


def test_every_row_of_the_release_is_kept(upgraded: Upgraded) -> None:
    assert sum(len(rows) for tables in upgraded.left.values() for rows in tables.values()) > 350
    rewritten, gone = set(), {}
    for service, tables in upgraded.left.items():
        for table, rows in tables.items():
            columns = list(rows[0]) if rows else []
            changed = {name for name in columns if lost(upgraded, service, table, [name])}
            prefix = "" if table == "alembic_version" else f"{service}."
            rewritten |= {f"{prefix}{table}.{name}" for name in changed}
            rest = [name for name in columns if name not in changed]
            if missing := lost(upgraded, service, table, rest):
                gone[f"{service}.{table}"] = missing
    assert gone == {}
    assert rewritten == set(REWRITTEN)


def test_the_schema_of_the_release_became_todays(upgraded: Upgraded) -> None:
    differences = {
        name: migrations.differences(service) for name, service in upgraded.services.items()
    }
    assert [name for name, found in differences.items() if found] == []


def test_audit_trails_are_unbroken_from_the_release_on(upgraded: Upgraded) -> None:
    for name, service in upgraded.services.items():
        with service.database.reading() as session:
            assert audit.verify(session) >= len(upgraded.left[name]["audit"])
    assert len(upgraded.left["legal"]["audit"]) > 20


def test_the_public_verifies_certificates_by_their_numbers(upgraded: Upgraded) -> None:
    address = f"http://localhost:{upgraded.suite.port}/lookup/api/verify"
    said = {
        number: requests.get(f"{address}/{number}", timeout=10).json()
        for number in (IN_FORCE, REVOKED)
    }
    assert said[IN_FORCE]["valid"] is True
    assert said[REVOKED]["reason"] == "revoked"


def test_an_educator_signs_in_with_their_password_and_sees_their_certificate(
    upgraded: Upgraded,
) -> None:
    educator = upgraded.visitor(EDUCATOR)
    educator.open("/certification/")
    educator.open(educator.link_to("/certification/certificates/"), expect=IN_FORCE)


def test_the_agency_and_the_district_find_what_they_left(upgraded: Upgraded) -> None:
    analyst = upgraded.visitor("analyst")
    (application,) = upgraded.left["certification"]["application"]
    analyst.open("/certification/queue")
    analyst.open(
        f"/certification/queue/{UUID(str(application['application_id']))}", expect=THEIR_LAST_NAME
    )
    upgraded.visitor("legal").open("/legal/cases", expect=THEIR_LAST_NAME)
    upgraded.visitor("coordinator").open("/assignments/findings", expect=THEIR_LAST_NAME)


def test_notices_that_waited_are_messages_of_those_whom_they_are_for(upgraded: Upgraded) -> None:
    educator = upgraded.visitor(ITS_HOLDER)
    educator.open("/identity/messages", expect="concerning you was opened")
    assert "FO-2026-001" in educator.text


def test_whatever_the_release_recorded_is_handled_by_todays_readers(upgraded: Upgraded) -> None:
    recorded = [
        Delivery(bytes(row["body"]), row["topic"])
        for rows in upgraded.left.values()
        for row in rows["outbox"]
    ]
    for delivery in recorded:
        assert decode(delivery.body, delivery.topic).topic == delivery.topic
    assert len({delivery.topic for delivery in recorded}) > 12
    for name, service in upgraded.services.items():
        assert {outcome.verdict for outcome in heard_anew(service, recorded)} <= {
            Verdict.HANDLED
        }, name


def heard_anew(service: Service, recorded: Collection[Delivery]) -> list[Outcome]:
    """What a reader does with the deliveries that are for it, if it had never had them."""
    with service.database.transaction() as session:
        session.execute(delete(INBOX))
    topics = service.reactions.topics
    return Inbox(service.participant).handle([each for each in recorded if each.topic in topics])


def test_owners_republish_what_they_own_and_readers_take_it(upgraded: Upgraded) -> None:
    for name, service in upgraded.services.items():
        changed = republish_changed(service)
        assert changed.unchanged + changed.recorded.total() > 0 or name in WITHOUT_DATABASE
        assert (republish(service) > 0) == (name not in WITHOUT_DATABASE)
    eventually(lambda: {unpublished_in(service) for service in upgraded.services.values()} == {0})
    for service in upgraded.services.values():
        with service.database.reading() as session:
            assert session.scalars(select(PARKED.c.reason)).all() == []


def unpublished_in(service: Service) -> int:
    with service.database.reading() as session:
        return unpublished(session)[0]
