"""A new replica takes a peer's copy, goes on from where that was, and is ready when caught up."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from sqlalchemy import insert
from werkzeug.serving import make_server

from chassis.messaging.rabbitmq.stream_consumer import find_offset
from chassis.operations.cli import migrate
from chassis.storage.tables import STREAM_OFFSET
from chassis.testing import NOW, FixedClock, deliver, service_of, test_settings
from services.lookup.adapters.peers import ADDRESS
from services.lookup.app import create_app
from tests.unit.lookup.facts import held_by, issued, tell_caught_up

EDUCATOR = "/lookup/api/educators/202600001"


@pytest.fixture
def peer(app: Flask) -> Iterator[str]:
    """The address of a replica that knows one educator and has read 42 events."""
    deliver(app, issued())
    with service_of(app).database.transaction() as session:
        session.execute(
            insert(STREAM_OFFSET).values(stream="lookup.events", position=42, event_at=NOW)
        )
    with served(app) as address:
        yield address


class served:  # noqa: N801  # used as a verb
    """An application at an address of this machine."""

    def __init__(self, app: Flask) -> None:
        self._server = make_server("127.0.0.1", 0, app, threaded=True)

    def __enter__(self) -> str:
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return f"http://127.0.0.1:{self._server.port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def started(folder: Path, peer_url: str) -> Flask:
    """A replica as it is after its first command."""
    made = create_app(test_settings("lookup", folder, LOOKUP_PEER_URL=peer_url), FixedClock())
    migrate(service_of(made))
    return made


def offset_of(app: Flask) -> int | None:
    with service_of(app).database.reading() as session:
        return find_offset(session, "lookup.events")


def close(app: Flask) -> None:
    service_of(app).database.close()


def test_a_new_replica_knows_what_its_peer_knew_and_reads_on_from_there(
    tmp_path: Path, peer: str
) -> None:
    new = started(tmp_path / "new", peer)

    assert new.test_client().get(EDUCATOR).get_json()["name"] == "Ada Lovelace"
    assert offset_of(new) == 42
    close(new)


def test_it_is_ready_only_when_it_has_caught_up_itself(tmp_path: Path, peer: str) -> None:
    new = started(tmp_path / "new", peer)
    assert new.test_client().get("/readyz").status_code == 503

    tell_caught_up(new)

    assert new.test_client().get("/readyz").status_code == 200
    close(new)


def test_what_the_peer_learns_afterward_is_not_in_the_copy_and_can_be_taken_in(
    app: Flask, tmp_path: Path, peer: str
) -> None:
    new = started(tmp_path / "new", peer)
    later = held_by("Grace Hopper", 101)
    deliver(app, later)
    assert new.test_client().get("/lookup/api/educators/101").status_code == 404

    deliver(new, later, issued())

    assert new.test_client().get("/lookup/api/educators/101").status_code == 200
    close(new)


def test_a_replica_that_has_a_file_keeps_it(tmp_path: Path, peer: str) -> None:
    close(started(tmp_path / "kept", ""))

    kept = started(tmp_path / "kept", peer)

    assert kept.test_client().get(EDUCATOR).status_code == 404
    close(kept)


def test_without_a_peer_that_answers_the_stream_is_read_from_its_beginning(tmp_path: Path) -> None:
    new = started(tmp_path / "new", "http://127.0.0.1:9")

    assert offset_of(new) is None
    close(new)


def test_a_peer_that_is_not_caught_up_gives_no_copy(tmp_path: Path) -> None:
    filling = started(tmp_path / "filling", "")
    with served(filling) as address:
        refused = filling.test_client().get(ADDRESS)
        new = started(tmp_path / "new", address)

    assert refused.status_code == 503
    assert offset_of(new) is None
    close(filling)
    close(new)


def test_a_copy_that_was_cut_short_is_thrown_away(tmp_path: Path) -> None:
    peer = Flask("peer")

    @peer.get(ADDRESS)
    def half() -> Response:
        answer = Response(b"SQLite format 3\0")
        answer.content_length = 4096
        return answer

    with served(peer) as address:
        new = started(tmp_path / "new", address)

    assert offset_of(new) is None
    assert list((tmp_path / "new").glob("*.unfinished*")) == []
    close(new)


def test_a_copy_leaves_nothing_behind_at_the_peer(app: Flask, tmp_path: Path, peer: str) -> None:
    before = {path.name for path in tmp_path.iterdir()}

    close(started(tmp_path / "new", peer))

    assert {path.name for path in tmp_path.iterdir()} - before <= {"new"}
