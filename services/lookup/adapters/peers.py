"""Starts a new replica from the snapshot of a peer instead of the whole stream."""

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
# The peer first writes its snapshot, which takes about a minute for a million educators.
TIMEOUT_SECONDS = 600
CHUNK_BYTES = 1024 * 1024


class IncompleteSnapshot(OSError):
    """A peer's snapshot ended early."""


def begin_from_peer(replica: Replica, peer_url: str) -> bool:
    """Fetch a peer's snapshot if this replica has no file yet; returns whether it did.

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
        urlopen(url, timeout=TIMEOUT_SECONDS) as answer,  # noqa: S310  # the operator's setting
        target.open("wb") as file,
    ):
        shutil.copyfileobj(answer, file, CHUNK_BYTES)
    if target.stat().st_size != int(answer.headers["Content-Length"]):
        raise IncompleteSnapshot(f"{url} sent only {target.stat().st_size} bytes")


def _forget_freshness(file: Path) -> None:
    """Clear the peer's freshness: this replica is ready only once it has caught up itself."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("delete from freshness")
        connection.commit()
        connection.execute("pragma wal_checkpoint(truncate)")
