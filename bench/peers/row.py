"""What every framework's handler does: one INSERT per event, committed at once."""

import os
import threading
from typing import Any

import psycopg

BROKER = os.environ.get("BENCH_BROKER", "")
DATABASE = os.environ.get("BENCH_DATABASE", "")
INSERT = "insert into seen (certificate_id, version, number, holder) values (%s, %s, %s, %s)"

_local = threading.local()


def values_of(envelope: dict[str, Any]) -> tuple[Any, ...]:
    """The columns of the row."""
    fact = envelope["data"]
    names = ("certificate_id", "version", "certificate_number", "holder_name")
    return tuple(fact[name] for name in names)


def insert(envelope: dict[str, Any]) -> None:
    """Insert the row over this thread's connection."""
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(DATABASE, autocommit=True)
    _local.connection.execute(INSERT, values_of(envelope))
