"""A new replica begins with the copy of a peer that has caught up, instead of the whole stream."""

import shutil
import sqlite3
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from chassis.observability.logging import log
from services.lookup.adapters.replica import Replica

ADDRESS = "/internal/snapshot"
# A peer first makes its copy, which takes about a minute for a million educators.
PATIENCE_SECONDS = 600
PIECE_BYTES = 1024 * 1024


class CutShort(OSError):
    """A peer's copy ended before it was whole."""


def begin_from_peer(replica: Replica, peer_url: str) -> bool:
    """Take a peer's copy where this replica has no file yet; tells whether it did.

    Without one, the follower reads the stream from its beginning.
    """
    if not peer_url or replica.path.exists():
        return False
    replica.path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = replica.path.with_name(f"{replica.path.name}.unfinished")
    try:
        _fetch(f"{peer_url.rstrip('/')}{ADDRESS}", unfinished)
        _forget_freshness(unfinished)
    except (OSError, URLError, HTTPException, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        log.warning("no snapshot from a peer, reading the whole stream", error=str(error))
        return False
    unfinished.replace(replica.path)
    log.info("began from a peer's snapshot", bytes=replica.path.stat().st_size)
    return True


def _fetch(url: str, target: Path) -> None:
    with (
        urlopen(url, timeout=PATIENCE_SECONDS) as answer,  # noqa: S310  # the operator's setting
        target.open("wb") as file,
    ):
        shutil.copyfileobj(answer, file, PIECE_BYTES)
    if target.stat().st_size != int(answer.headers["Content-Length"]):
        raise CutShort(f"{url} gave {target.stat().st_size} bytes, and not all")


def _forget_freshness(file: Path) -> None:
    """What was fresh at the peer is not yet here: the replica is ready when it has caught up."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("delete from freshness")
        connection.commit()
        connection.execute("pragma wal_checkpoint(truncate)")
