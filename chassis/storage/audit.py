"""A service's audit trail: append-only, with each entry hashed over the one before it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from chassis.context import current_context
from chassis.storage.database import is_postgresql, moment_of
from chassis.storage.tables import AUDIT

BEGINNING = "0" * 64
_SEALED = ("actor", "address", "action", "subject", "before", "after", "correlation_id")


class ChainBroken(Exception):
    """An audit entry was changed, removed or inserted."""

    def __init__(self, position: int) -> None:
        super().__init__(f"the audit trail is broken at entry {position}")
        self.position = position


def record_entry(
    session: Session,
    action: str,
    subject: object,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Record who did what to which thing, within the transaction that does it.

    The actor and address come from the current context; the values must not hold secrets.
    """
    context = current_context()
    entry: dict[str, Any] = {
        "at": moment_of(session),
        "actor": context.actor,
        "address": context.address,
        "action": action,
        "subject": str(subject),
        "before": dict(before) if before else None,
        "after": dict(after) if after else None,
        "correlation_id": context.correlation_id,
        "previous_hash": _last_hash(session),
    }
    session.execute(insert(AUDIT).values(**entry, hash=_hash_of(entry)))


def _last_hash(session: Session) -> str:
    if is_postgresql(session):
        # One writer at a time; otherwise two entries would follow the same one.
        session.execute(text("select pg_advisory_xact_lock(hashtext('audit'))"))
    newest = select(AUDIT.c.hash).order_by(AUDIT.c.position.desc()).limit(1)
    return session.scalar(newest) or BEGINNING


def _hash_of(entry: Mapping[str, Any]) -> str:
    sealed = {name: entry[name] for name in _SEALED}
    sealed["at"] = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text_form = json.dumps(sealed, sort_keys=True, default=str)
    return hashlib.sha256((entry["previous_hash"] + text_form).encode()).hexdigest()


def verify(session: Session) -> int:
    """The number of entries in the chain; raises `ChainBroken` at the first broken one."""
    previous, count = BEGINNING, 0
    for row in session.execute(select(AUDIT).order_by(AUDIT.c.position)).mappings():
        if row["previous_hash"] != previous or row["hash"] != _hash_of(dict(row)):
            raise ChainBroken(row["position"])
        previous, count = row["hash"], count + 1
    return count
