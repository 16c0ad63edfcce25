"""The provider's book: one SQLite file with all its data, for reconciliation with a ledger.

Every change is one transaction that includes the webhook reporting it, and survives a kill.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from chassis.clock import Clock
from services.payments.adapters.processors.sandbox_provider import (
    checkouts,
    deliveries,
    mischief,
    refunds,
)

SCHEMA = checkouts.SCHEMA + refunds.SCHEMA + deliveries.SCHEMA + mischief.SCHEMA

CAPTURES = """
SELECT reference, checkout_id, invoice_number, amount_cents, currency, card_brand, last_four,
       captured_at
FROM captures JOIN checkouts USING (checkout_id)
ORDER BY captured_at
"""
REFUNDS = """
SELECT refund_id, reference, refunds.amount_cents, currency, refunded_at
FROM refunds JOIN captures USING (reference) JOIN checkouts USING (checkout_id)
ORDER BY refunded_at
"""
SUMS = """
SELECT currency, sum(captured) AS captured_cents, sum(refunded) AS refunded_cents
FROM (
    SELECT currency, amount_cents AS captured, 0 AS refunded
    FROM captures JOIN checkouts USING (checkout_id)
    UNION ALL
    SELECT currency, 0, refunds.amount_cents
    FROM refunds JOIN captures USING (reference) JOIN checkouts USING (checkout_id)
)
GROUP BY currency
ORDER BY currency
"""
WAITING = "SELECT count(*) AS webhooks_waiting FROM deliveries WHERE delivered_at IS NULL"


class Book:
    """The book in the file `path`."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True)
        self._turn = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)

    def now(self) -> datetime:
        """The provider's current time."""
        return self._clock.now()

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction: commits when the block ends, rolls back if it raises."""
        with self._turn, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection

    def contents(self) -> dict[str, Any]:
        """All captures and refunds, sums by currency, and the number of undelivered webhooks."""
        with self.transaction() as connection:
            return {
                "captures": [dict(row) for row in connection.execute(CAPTURES)],
                "refunds": [dict(row) for row in connection.execute(REFUNDS)],
                "sums": [dict(row) for row in connection.execute(SUMS)],
                **dict(connection.execute(WAITING).fetchone()),
            }
