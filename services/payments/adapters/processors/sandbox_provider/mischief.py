"""Mischief: how webhooks are made to come twice, late, out of order or not at first, on purpose."""

import sqlite3
from dataclasses import asdict, dataclass

PROCESS_WIDE = ""
"""The scope of mischief, where it is not one checkout's."""


@dataclass(frozen=True, slots=True)
class Mischief:
    """What is done to each webhook; the default is nothing.

    `duplicate` is how many times it comes; `delay_seconds` how late; `drop_first` how many of its
    first sendings are lost on the way; `reorder` holds it until the next one has gone.
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
    """Put `mischief` in force for a checkout id or `PROCESS_WIDE`, instead of what was."""
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
