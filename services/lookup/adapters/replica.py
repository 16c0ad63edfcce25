"""The replica's one SQLite file, as readers see it: opened read-only."""

import sqlite3
import sys
from collections import deque
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
        # Taken for the time of one select: by a thread or, in gevent's worker, by a greenlet.
        self._idle: deque[sqlite3.Connection] = deque()

    def all(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        """Every row that a select gives."""
        connection = self._take()
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            self._idle.append(connection)

    def one(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first row that a select gives, or None."""
        return next(iter(self.all(sql, parameters)), None)

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

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        file = f"file:{quote(str(self.path))}?mode=ro"
        return sqlite3.connect(file, uri=True, check_same_thread=False)


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


if __name__ == "__main__":
    # python -m services.lookup.adapters.replica FILE TARGET: copies while the web keeps answering.
    Replica(f"sqlite:///{sys.argv[1]}").snapshot(Path(sys.argv[2]))
