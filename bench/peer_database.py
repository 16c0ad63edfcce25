"""The peers' PostgreSQL: the replica's population, in a cluster that is reused."""

import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from bench.population import WORK
from tests.servers.processes import ServerProcess, environment_without, find_program, free_port

SCHEMA = Path(__file__).parent / "peers/lookup.sql"
SETTINGS = ("shared_buffers=4GB", "max_wal_size=8GB", "max_connections=50")
CERTIFICATE_FIELDS = (
    ("certificate_number", False),
    ("holder_name", False),
    ("title", False),
    ("type", False),
    ("authorizations", True),
    ("rank", False),
    ("issued_on", False),
    ("effective_on", False),
    ("expires_on", False),
    ("status", False),
    ("status_text", False),
    ("notices", True),
)


class PeerDatabase:
    """A PostgreSQL with the usual durability, filled from a replica's file if it is new."""

    def __init__(self, replica: Path) -> None:
        self._replica = replica
        self._folder = WORK / f"postgres-{replica.stem}"
        self._port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        program = find_program("postgres")
        assert program is not None, "install PostgreSQL: apt-get install postgresql"
        self._initdb = program.with_name("initdb")
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        options = [part for setting in SETTINGS for part in ("-c", setting)]
        where = ["-D", str(self._data), "-p", str(self._port), "-h", "127.0.0.1", "-k", ""]
        self._process = ServerProcess(
            "PostgreSQL",
            [program, *where, *options],
            folder=self._folder,
            environment=environment_without("PG", HOME=str(self._folder)),
            user=self._user,
        )

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def start(self) -> "PeerDatabase":
        """Start it; fill it the first time."""
        is_filled = self._folder / "filled"
        if not is_filled.exists():
            shutil.rmtree(self._folder, ignore_errors=True)
            self._create_cluster()
        self._process.start(self._answers)
        if not is_filled.exists():
            self._fill()
            is_filled.touch()
        return self

    def stop(self) -> None:
        """Stop it; its data stays."""
        self._process.stop()

    def _create_cluster(self) -> None:
        self._folder.mkdir(parents=True)
        if self._user:
            shutil.chown(self._folder, self._user)
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            [str(self._initdb), "-D", str(self._data), *options],
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            cwd=self._folder,
            env=environment_without("PG", HOME=str(self._folder)),
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _fill(self) -> None:
        began = time.monotonic()
        with (
            closing(sqlite3.connect(f"file:{self._replica}?mode=ro", uri=True)) as file,
            psycopg.connect(self.url, autocommit=True) as connection,
        ):
            connection.execute(SCHEMA.read_text())
            _copy(connection, "educator", file.execute("select number_key, document from educator"))
            _copy(connection, "name", file.execute("select last, first, educator_number from name"))
            _copy(connection, "person", _persons(file))
            names = ", ".join(name for name, _ in CERTIFICATE_FIELDS)
            _copy(connection, f"certificate (number_key, {names})", _certificates(file))
            connection.execute("create index on certificate (number_key)")
            connection.execute("vacuum analyze")
        print(f"PostgreSQL filled in {time.monotonic() - began:.0f} s")


def _copy(connection: Any, table: str, rows: Any) -> None:
    with connection.cursor().copy(f"copy {table} from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _documents(file: sqlite3.Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, document in file.execute("select number_key, document from educator"):
        yield number, json.loads(document)


def _persons(file: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    for number, document in _documents(file):
        former = json.dumps(document["former_last_names"])
        yield number, document["educator_number"], document["name"], former


def _certificates(file: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    for number, document in _documents(file):
        for certificate in document["certificates"]:
            values = [
                json.dumps(certificate[name]) if is_json else certificate[name]
                for name, is_json in CERTIFICATE_FIELDS
            ]
            yield number, *values
