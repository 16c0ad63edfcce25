"""Read-only access to the replica's SQLite file."""

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

from chassis.settings import SettingsFault

Parameters = Sequence[object] | Mapping[str, object]


class SharedDatabase(SettingsFault):
    """A replica needs its own SQLite file; it cannot share a database."""


class Replica:
    """Reads the file that the follower writes; neither waits for the other (WAL)."""

    def __init__(self, database_url: str) -> None:
        self.path = _file_of(database_url)
        # Each is taken for one select, by a thread or, in gevent's worker, by a greenlet.
        self._idle: deque[sqlite3.Connection] = deque()

    def all(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        """Every row of a select."""
        connection = self._take()
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            self._idle.append(connection)

    def one(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first row of a select, or None."""
        return next(iter(self.all(sql, parameters)), None)

    def snapshot(self, target: Path) -> None:
        """Write a consistent, compact copy while the follower keeps writing.

        It includes the stream's offset, so a new replica continues from there.
        The file gets its name only when it is complete; raises `FileExistsError`.
        """
        if target.exists():
            raise FileExistsError(f"{target} already exists; remove it or choose another name")
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
        sentence = (
            "Each lookup replica needs its own SQLite file, but its database URL names "
            f"{url.get_backend_name()}{'' if url.database else ' in memory'}; "
            "set LOOKUP_DATABASE_URL to sqlite:////path/of/its/file."
        )
        raise SharedDatabase([sentence])
    return Path(str(url.database))


def current_replica() -> Replica:
    """The replica of the current application."""
    replica: Replica = current_app.extensions["replica"]
    return replica


if __name__ == "__main__":
    # python -m services.lookup.adapters.replica FILE TARGET copies in a process of its own.
    Replica(f"sqlite:///{sys.argv[1]}").snapshot(Path(sys.argv[2]))
