"""The queue of webhooks: each stays until the receiver responds with a 2xx.

All functions run inside the caller's transaction, so a webhook is queued in the same commit as
the capture or refund it reports.
"""

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from services.payments.adapters.processors.processor import CardReport
from services.payments.adapters.processors.sandbox_provider.mischief import mischief_for

BACK_OFF_SECONDS = (0.2, 1, 5, 30, 120, 600)
"""Delays after the first, second, … failed delivery; the last one repeats indefinitely."""

REORDER_HOLD = timedelta(seconds=5)
"""How long a webhook waits to be overtaken before it goes anyway."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    body BLOB NOT NULL,
    due_at TEXT NOT NULL,
    held_in TEXT,
    drops_left INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_failure TEXT,
    delivered_at TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (due_at) WHERE delivered_at IS NULL;
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook that is due. `drops_left` is how many more deliveries mischief drops."""

    id: int
    url: str
    body: bytes
    attempts: int
    drops_left: int


def instant(moment: datetime) -> str:
    """A UTC instant as the book writes it, so that text order is time order."""
    return moment.isoformat(timespec="microseconds")


def queue(connection: sqlite3.Connection, url: str, report: CardReport) -> None:
    """Queue the webhook that carries `report`, with the mischief in force for it."""
    scope, mischief = mischief_for(connection, report.checkout_id)
    due_at = report.occurred_at + timedelta(seconds=mischief.delay_seconds)
    held_in = None
    if mischief.reorder and not _release_held(connection, scope, due_at):
        due_at, held_in = due_at + REORDER_HOLD, scope
    body = json.dumps({**asdict(report), "occurred_at": instant(report.occurred_at)}).encode()
    for _ in range(mischief.duplicate):
        connection.execute(
            "INSERT INTO deliveries (url, body, due_at, held_in, drops_left)"
            " VALUES (?, ?, ?, ?, ?)",
            (url, body, instant(due_at), held_in, mischief.drop_first),
        )


def find_due(connection: sqlite3.Connection, now: datetime) -> list[Delivery]:
    """The webhooks to send now, oldest due first."""
    rows = connection.execute(
        "SELECT id, url, body, attempts, drops_left FROM deliveries"
        " WHERE delivered_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT 50",
        (instant(now),),
    )
    return [Delivery(**row) for row in rows]


def find_next_due(connection: sqlite3.Connection) -> datetime | None:
    """When the next webhook is due, None when all are delivered."""
    (due_at,) = connection.execute(
        "SELECT min(due_at) FROM deliveries WHERE delivered_at IS NULL"
    ).fetchone()
    return datetime.fromisoformat(due_at) if due_at else None


def record_delivered(connection: sqlite3.Connection, delivery: Delivery, now: datetime) -> None:
    """Record that the receiver responded with a 2xx."""
    connection.execute(
        "UPDATE deliveries SET delivered_at = ?, attempts = attempts + 1, held_in = NULL"
        " WHERE id = ?",
        (instant(now), delivery.id),
    )


def record_failed(
    connection: sqlite3.Connection, delivery: Delivery, failure: str, now: datetime
) -> None:
    """Record a failed delivery and schedule the next one after its back-off."""
    wait = BACK_OFF_SECONDS[min(delivery.attempts, len(BACK_OFF_SECONDS) - 1)]
    connection.execute(
        "UPDATE deliveries SET attempts = attempts + 1, drops_left = max(drops_left - 1, 0),"
        " last_failure = ?, due_at = ?, held_in = NULL WHERE id = ?",
        (failure, instant(now + timedelta(seconds=wait)), delivery.id),
    )


def retry_at_once(connection: sqlite3.Connection, now: datetime) -> None:
    """After a restart, make failed webhooks due and reset their back-off."""
    connection.execute(
        "UPDATE deliveries SET due_at = ?, attempts = 0"
        " WHERE delivered_at IS NULL AND attempts > 0",
        (instant(now),),
    )


def _release_held(connection: sqlite3.Connection, scope: str, overtaken_at: datetime) -> bool:
    """Send whatever is held in `scope` right after a webhook due at `overtaken_at`, if any is."""
    released = connection.execute(
        "UPDATE deliveries SET held_in = NULL, due_at = ? WHERE held_in = ?",
        (instant(overtaken_at + timedelta(milliseconds=1)), scope),
    )
    return released.rowcount > 0
