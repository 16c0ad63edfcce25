"""Writes to a replica, each in one transaction: apply facts, and record how far it has caught up.

In plain SQLite SQL, because a new replica applies every fact in the stream before it is ready.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from contracts.certification import CertificateFact
from services.lookup.domain.certificate import Shown, json_text, show
from services.lookup.domain.educator import EducatorDocument
from services.lookup.domain.freshness import Freshness
from services.lookup.domain.names import number_key
from services.lookup.jurisdiction import LookupRules

REFRESHED_AT_ONCE = 500

_STORED = "select version, educator_id from certificate where certificate_id = ?"
_UPSERT_CERTIFICATE = """
insert into certificate
    (certificate_id, number_key, educator_id, version, told, document, good_through)
values (?, ?, ?, ?, ?, ?, ?)
on conflict (certificate_id) do update set number_key = excluded.number_key,
    educator_id = excluded.educator_id, version = excluded.version, told = excluded.told,
    document = excluded.document, good_through = excluded.good_through
"""
_HELD = """
select certificate_id, told, document, good_through from certificate where educator_id = ?
"""
_UPDATE_CERTIFICATE = """
update certificate set document = ?, good_through = ? where certificate_id = ?
"""
_NUMBER = "select educator_number from educator where educator_id = ?"
_UPSERT_EDUCATOR = """
insert into educator (educator_id, number_key, educator_number, document, good_through)
values (?, ?, ?, ?, ?)
on conflict (educator_id) do update set number_key = excluded.number_key,
    educator_number = excluded.educator_number, document = excluded.document,
    good_through = excluded.good_through
"""
_DELETE_EDUCATOR = "delete from educator where educator_id = ?"
_NAMES = "select last, first from name where educator_number = ?"
_DELETE_NAMES = "delete from name where educator_number = ?"
_INSERT_NAME = "insert into name (last, first, educator_number) values (?, ?, ?)"
_OUTDATED = "select educator_id from educator where good_through < ? limit ?"


def take_in(
    session: Session, facts: Iterable[CertificateFact], rules: LookupRules, today: date
) -> None:
    """Keep each certificate's newest state; ignore facts that are not newer than the stored one.

    A holder of several changed certificates is written once.
    """
    file = _file_of(session)
    changed = {holder: None for fact in facts for holder in _upsert(file, fact, rules, today)}
    for holder in changed:
        _write_educator(file, holder, rules, today)


def _upsert(
    file: sqlite3.Connection, fact: CertificateFact, rules: LookupRules, today: date
) -> Sequence[str]:
    """Store a newer fact; return the educators whose documents must be rewritten."""
    holder = fact.educator_id.hex
    stored = file.execute(_STORED, (fact.certificate_id.hex,)).fetchone()
    if stored is not None and stored[0] >= fact.version:
        return ()
    shown = show(fact, today, rules)
    row = (
        fact.certificate_id.hex,
        number_key(fact.certificate_number),
        holder,
        fact.version,
        json_text(shown.newest_fact),
        shown.document,
        shown.good_through.isoformat(),
    )
    file.execute(_UPSERT_CERTIFICATE, row)
    return (holder,) if stored is None or stored[1] == holder else (stored[1], holder)


def catch_up(session: Session, moment: datetime, rules: LookupRules, today: date) -> None:
    """Record that the replica is complete through `moment`, and refresh some outdated documents.

    Until then `queries` refreshes such a document for each reader, so that neither readers nor
    incoming events wait when thousands of certificates expire on one day.
    """
    session.merge(Freshness(freshness_id=1, as_of=moment))
    file = _file_of(session)
    outdated = file.execute(_OUTDATED, (today.isoformat(), REFRESHED_AT_ONCE))
    for (educator_id,) in outdated.fetchall():
        _write_educator(file, educator_id, rules, today)


def _write_educator(
    file: sqlite3.Connection, educator_id: str, rules: LookupRules, today: date
) -> None:
    """Rewrite an educator's document and names from their certificates."""
    held = _held_on(file, educator_id, rules, today)
    page = EducatorDocument.of(held) if held else None
    (stored_number,) = file.execute(_NUMBER, (educator_id,)).fetchone() or (None,)
    if stored_number is not None and (page is None or page.number != stored_number):
        file.execute(_DELETE_NAMES, (stored_number,))
    if page is None:
        file.execute(_DELETE_EDUCATOR, (educator_id,))
        return
    row = (
        educator_id,
        number_key(page.number),
        page.number,
        page.document,
        page.good_through.isoformat(),
    )
    file.execute(_UPSERT_EDUCATOR, row)
    _write_names(file, page)


def _held_on(
    file: sqlite3.Connection, educator_id: str, rules: LookupRules, today: date
) -> list[Shown]:
    held = []
    rows = file.execute(_HELD, (educator_id,)).fetchall()
    for certificate_id, newest_fact, document, good_through in rows:
        stored = Shown(json.loads(newest_fact), document, date.fromisoformat(good_through))
        shown = stored.on(today, rules)
        if shown is not stored:
            refreshed = (shown.document, shown.good_through.isoformat(), certificate_id)
            file.execute(_UPDATE_CERTIFICATE, refreshed)
        held.append(shown)
    return held


def _write_names(file: sqlite3.Connection, page: EducatorDocument) -> None:
    keys = page.names
    if set(file.execute(_NAMES, (page.number,)).fetchall()) != keys:
        file.execute(_DELETE_NAMES, (page.number,))
        file.executemany(_INSERT_NAME, [(*key, page.number) for key in keys])


def _file_of(session: Session) -> sqlite3.Connection:
    """The session's raw SQLite connection, within its transaction."""
    file = session.connection().connection.driver_connection
    assert isinstance(file, sqlite3.Connection)
    return file
