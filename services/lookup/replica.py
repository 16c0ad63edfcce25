"""The replica's one SQLite file, as readers see it: opened read-only, a connection a thread."""

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import current_app
from sqlalchemy.engine import make_url

Parameters = Sequence[object] | Mapping[str, object]


class NotAFileOfItsOwn(Exception):
    """A replica shares nothing: it keeps what it knows in a SQLite file of its own."""


class Replica:
    """Reads the file that the follower writes; neither ever waits for the other (WAL)."""

    def __init__(self, database_url: str) -> None:
        self.path = _file_of(database_url)
        self._open = threading.local()

    def all(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        """Every row that a select gives."""
        return self._connection().execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first row that a select gives, or None."""
        return self._connection().execute(sql, parameters).fetchone()

    def snapshot(self, target: Path) -> None:
        """Write a compact copy of one moment's state, while the follower goes on writing.

        It holds the stream's offset too, so that a new replica goes on from there.
        The copy appears under its name only when it is complete; raises `FileExistsError`.
        """
        if target.exists():
            raise FileExistsError(f"{target} is already there; remove it or choose another name")
        unfinished = target.with_name(f"{target.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        with closing(self._connect()) as connection:
            connection.execute("vacuum into ?", (str(unfinished),))
        unfinished.replace(target)

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._open, "connection", None)
        if connection is None:
            connection = self._open.connection = self._connect()
        return connection

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{quote(str(self.path))}?mode=ro", uri=True)


def _file_of(database_url: str) -> Path:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        raise NotAFileOfItsOwn(
            "Each lookup replica keeps its knowledge in one SQLite file of its own, but its "
            f"database URL names {url.get_backend_name()}{'' if url.database else ' in memory'}. "
            "Set LOOKUP_DATABASE_URL to sqlite:////path/of/its/file."
        )
    return Path(str(url.database))


def current_replica() -> Replica:
    """The replica whose application is running."""
    replica: Replica = current_app.extensions["replica"]
    return replica
