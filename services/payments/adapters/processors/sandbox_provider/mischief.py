"""Mischief: fault injection that duplicates, delays, reorders or drops webhooks."""

import sqlite3
from dataclasses import asdict, dataclass

PROCESS_WIDE = ""
"""The scope of mischief that is not limited to one checkout."""


@dataclass(frozen=True, slots=True)
class Mischief:
    """The faults applied to each webhook; none by default.

    `duplicate` is how many times it is sent; `delay_seconds` how late; `drop_first` how many of its
    first deliveries are dropped; `reorder` holds it until the next one has been sent.
    """

    duplicate: int = 1
    delay_seconds: float = 0
    reorder: bool = False
    drop_first: int = 0


SCHEMA = """
CREATE TABLE IF NOT EXISTS mischief (
    scope TEXT NOT NULL PRIMARY KEY,
    duplicate INTEGER NOT NULL,
    delay_seconds REAL NOT NULL,
    reorder INTEGER NOT NULL,
    drop_first INTEGER NOT NULL
);
"""


def set_mischief(connection: sqlite3.Connection, scope: str, mischief: Mischief) -> None:
    """Put `mischief` in force for a checkout id or `PROCESS_WIDE`, replacing any earlier one."""
    connection.execute(
        "INSERT OR REPLACE INTO mischief"
        " VALUES (:scope, :duplicate, :delay_seconds, :reorder, :drop_first)",
        {"scope": scope, **asdict(mischief)},
    )


def mischief_for(connection: sqlite3.Connection, checkout_id: str) -> tuple[str, Mischief]:
    """The mischief in force for a checkout, its own before the process-wide one, and its scope."""
    row = connection.execute(
        "SELECT * FROM mischief WHERE scope IN (?, ?) ORDER BY scope DESC LIMIT 1",
        (checkout_id, PROCESS_WIDE),
    ).fetchone()
    if row is None:
        return PROCESS_WIDE, Mischief()
    return row["scope"], Mischief(
        duplicate=row["duplicate"],
        delay_seconds=row["delay_seconds"],
        reorder=bool(row["reorder"]),
        drop_first=row["drop_first"],
    )
