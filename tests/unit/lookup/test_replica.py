"""A replica stands alone: one SQLite file of its own, fed by public facts, copied at work."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from chassis.ids import new_id
from chassis.messaging.inbox import Verdict
from chassis.operations import migrations
from chassis.security.tokens import key_reactions
from chassis.storage.tables import INBOX, PARKED
from chassis.testing import NOW, FixedClock, deliver, prepare, service_of, test_settings
from contracts import event_class
from services.lookup import queries
from services.lookup.adapters.replica import SharedDatabase
from services.lookup.app import create_app
from services.lookup.domain.names import NameKey
from services.lookup.schemas import (
    CertificateSchema,
    EducatorListSchema,
    EducatorSchema,
    FreshnessSchema,
    VerificationSchema,
)
from tests.unit.lookup.facts import held_by, issued, revoked, tell_caught_up
from tests.unit.lookup.test_documents import TODAY


def test_only_wholly_public_facts_are_heard(app: Flask) -> None:
    topics = service_of(app).reactions.topics

    assert [topic for topic in topics if not event_class(topic).is_wholly_public()] == []
    assert set(topics) - set(key_reactions.topics) == {
        f"certification.certificate-{change}.v1"
        for change in ("issued", "suspended", "reinstated", "revoked", "surrendered")
    }
    assert service_of(app).participant.follows_stream


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("postgresql+psycopg://lookup:secret@db/lookup", "postgresql"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "sqlite"),
    ],
)
def test_a_database_that_is_not_a_file_of_its_own_is_refused_at_start(
    tmp_path: Path, url: str, named: str
) -> None:
    with pytest.raises(SharedDatabase, match="LOOKUP_DATABASE_URL") as refusal:
        create_app(test_settings("lookup", tmp_path, DATABASE_URL=url))

    assert named in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_a_replica_is_ready_only_when_it_has_caught_up_once(tmp_path: Path) -> None:
    app = create_app(test_settings("lookup", tmp_path), FixedClock())
    client = app.test_client()
    assert client.get("/readyz").status_code == 503

    prepare(app)
    waiting = client.get("/readyz")
    assert (waiting.status_code, waiting.get_json()["waits for"]) == (
        503,
        "the first time that it has caught up",
    )
    assert client.get("/lookup/api/freshness").get_json()["as_of"] is None

    tell_caught_up(app)

    assert client.get("/readyz").status_code == 200
    service_of(app).database.close()


def test_a_replica_that_is_still_being_filled_says_so(tmp_path: Path) -> None:
    app = create_app(test_settings("lookup", tmp_path), FixedClock())
    prepare(app)

    answer = app.test_client().get("/lookup/verify/KY-2026-0000001")

    assert "This copy is still loading." in answer.text
    service_of(app).database.close()


def test_events_that_were_parked_are_counted_until_they_were_handled(
    app: Flask, client: FlaskClient
) -> None:
    replayed = new_id()
    with service_of(app).database.transaction() as session:
        values = {"topic": "x", "body": b"", "reason": "x", "parked_at": NOW}
        session.execute(
            insert(PARKED), [{"parked_id": new_id(), **values}, {"parked_id": replayed, **values}]
        )
    assert client.get("/lookup/api/freshness").get_json()["parked"] == 2

    with service_of(app).database.transaction() as session:
        session.execute(insert(INBOX).values(event_id=replayed, topic="x", handled_at=NOW))

    assert client.get("/lookup/api/freshness").get_json()["parked"] == 1


def test_an_event_that_the_follower_gave_up_is_counted_and_one_it_still_tries_is_not(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.messaging.inbox.BACK_OFF_SECONDS", (0.0,))
    deliver(app, held_by("Ada Lovelace", 100))
    same_number = held_by("Grace Hopper", 101, certificate_number="KY-2026-0000100")

    (first,) = deliver(app, same_number)
    assert first.verdict is Verdict.RETRY
    assert client.get("/lookup/api/freshness").get_json()["parked"] == 0
    (second,) = deliver(app, same_number)

    assert second.verdict is Verdict.PARK
    assert client.get("/lookup/api/freshness").get_json()["parked"] == 1
    assert client.get("/lookup/api/educators/100").get_json()["name"] == "Ada Lovelace"


def test_a_snapshot_is_a_whole_replica_that_can_go_on_by_itself(app: Flask, tmp_path: Path) -> None:
    deliver(app, issued(), held_by("Grace Hopper", 9))
    target = tmp_path / "new" / "lookup.sqlite"
    target.parent.mkdir()

    result = app.test_cli_runner().invoke(args=["snapshot", str(target)])
    deliver(app, revoked(TODAY))

    assert result.exit_code == 0, result.output
    assert [each.name for each in target.parent.iterdir()] == ["lookup.sqlite"]
    copy = create_app(test_settings("lookup", target.parent), FixedClock())
    client = copy.test_client()
    assert client.get("/readyz").status_code == 200
    path = "/lookup/api/certificates/KY-2026-0000001"
    assert client.get(path).get_json()["status"] == "active"
    deliver(copy, revoked(TODAY))
    assert client.get(path).data == app.test_client().get(path).data
    service_of(copy).database.close()


def test_a_snapshot_can_be_taken_while_the_follower_writes(app: Flask, tmp_path: Path) -> None:
    deliver(app, issued())
    with service_of(app).database.transaction() as session:
        session.execute(insert(INBOX).values(event_id=new_id(), topic="x", handled_at=NOW))
        result = app.test_cli_runner().invoke(args=["snapshot", str(tmp_path / "copy.sqlite")])

    assert result.exit_code == 0, result.output


def test_a_snapshot_does_not_overwrite_another(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite"
    target.write_bytes(b"precious")

    result = app.test_cli_runner().invoke(args=["snapshot", str(target)])

    assert result.exit_code != 0
    assert "already exists" in result.output
    assert target.read_bytes() == b"precious"


def test_readers_cannot_write(app: Flask) -> None:
    with pytest.raises(Exception, match="readonly"):
        app.extensions["replica"].all("delete from educator")


def test_the_documents_have_the_shapes_that_the_api_promises(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, revoked(TODAY), issued(2, expires_on=None, rank=None))

    for path, schema in (
        ("educators?name=lov", EducatorListSchema()),
        ("educators/202600001", EducatorSchema()),
        ("certificates/KY-2026-0000001", CertificateSchema()),
        ("verify/KY-2026-0000001", VerificationSchema()),
        ("verify/nothing", VerificationSchema()),
        ("freshness", FreshnessSchema()),
    ):
        answer = json.loads(client.get(f"/lookup/api/{path}").data)
        assert schema.validate(answer) == {}, path


def test_a_lookup_by_number_is_one_select(app: Flask, client: FlaskClient) -> None:
    deliver(app, issued())
    selects: list[str] = []
    replica = app.extensions["replica"]
    connection = replica._take()
    connection.set_trace_callback(selects.append)
    replica._idle.append(connection)

    client.get("/lookup/api/educators/202600001")
    client.get("/lookup/api/verify/KY-2026-0000001")

    assert len(selects) == 2


def test_a_lookup_by_number_searches_by_index_only(app: Flask) -> None:
    replica = app.extensions["replica"]
    for sql, parameters in (
        (queries._EDUCATOR, ["x"]),
        (queries._CERTIFICATE, ["x"]),
        (queries._NAMES, queries._range_of(NameKey("sm", ""), (-1, "", "", ""))),
    ):
        plan = [row[3] for row in replica.all(f"explain query plan {sql}", parameters)]
        assert [step for step in plan if "TEMP B-TREE" in step] == []
        assert [step for step in plan if "SCAN name" in step or "SCAN educator" in step] == []


def test_the_migrations_make_just_what_the_models_say(app: Flask) -> None:
    assert migrations.differences(service_of(app)) == []
