"""What a replica does, each in one transaction: take in a fact, and note how far it has come.

In SQLite's own words, because a new replica takes in every fact there ever was before it is ready.
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

RENEWED_AT_ONCE = 500

_KNOWN = "select version, educator_id from certificate where certificate_id = ?"
_KEEP_CERTIFICATE = """
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
_RENEW_CERTIFICATE = """
update certificate set document = ?, good_through = ? where certificate_id = ?
"""
_NUMBER = "select educator_number from educator where educator_id = ?"
_KEEP_EDUCATOR = """
insert into educator (educator_id, number_key, educator_number, document, good_through)
values (?, ?, ?, ?, ?)
on conflict (educator_id) do update set number_key = excluded.number_key,
    educator_number = excluded.educator_number, document = excluded.document,
    good_through = excluded.good_through
"""
_FORGET_EDUCATOR = "delete from educator where educator_id = ?"
_NAMES = "select last, first from name where educator_number = ?"
_FORGET_NAMES = "delete from name where educator_number = ?"
_KEEP_NAME = "insert into name (last, first, educator_number) values (?, ?, ?)"
_OUTDATED = "select educator_id from educator where good_through < ? limit ?"


def take_in(
    session: Session, facts: Iterable[CertificateFact], rules: LookupRules, today: date
) -> None:
    """Keep each certificate's newest state; a fact that is not newer than what is known says
    nothing. A holder of several of them is written once.
    """
    file = _file_of(session)
    changed = {holder: None for fact in facts for holder in _keep(file, fact, rules, today)}
    for holder in changed:
        _write_educator(file, holder, rules, today)


def _keep(
    file: sqlite3.Connection, fact: CertificateFact, rules: LookupRules, today: date
) -> Sequence[str]:
    """Keep a certificate if the fact is news; gives whose documents must be written anew."""
    holder = fact.educator_id.hex
    known = file.execute(_KNOWN, (fact.certificate_id.hex,)).fetchone()
    if known is not None and known[0] >= fact.version:
        return ()
    shown = show(fact, today, rules)
    kept = (
        fact.certificate_id.hex,
        number_key(fact.certificate_number),
        holder,
        fact.version,
        json_text(shown.told),
        shown.document,
        shown.good_through.isoformat(),
    )
    file.execute(_KEEP_CERTIFICATE, kept)
    return (holder,) if known is None or known[1] == holder else (known[1], holder)


def catch_up(session: Session, moment: datetime, rules: LookupRules, today: date) -> None:
    """Note that everything up to `moment` is known, and renew some documents of a past day.

    Until its turn comes, such a document is made for each reader (see `queries`): when thousands of
    certificates expire on one day, neither readers nor the events that come in need wait.
    """
    session.merge(Freshness(freshness_id=1, as_of=moment))
    file = _file_of(session)
    outdated = file.execute(_OUTDATED, (today.isoformat(), RENEWED_AT_ONCE))
    for (educator_id,) in outdated.fetchall():
        _write_educator(file, educator_id, rules, today)


def _write_educator(
    file: sqlite3.Connection, educator_id: str, rules: LookupRules, today: date
) -> None:
    """Write an educator's document and names anew from their certificates."""
    held = _held_on(file, educator_id, rules, today)
    page = EducatorDocument.of(held) if held else None
    (known,) = file.execute(_NUMBER, (educator_id,)).fetchone() or (None,)
    if known is not None and (page is None or page.number != known):
        file.execute(_FORGET_NAMES, (known,))
    if page is None:
        file.execute(_FORGET_EDUCATOR, (educator_id,))
        return
    kept = (
        educator_id,
        number_key(page.number),
        page.number,
        page.document,
        page.good_through.isoformat(),
    )
    file.execute(_KEEP_EDUCATOR, kept)
    _write_names(file, page)


def _held_on(
    file: sqlite3.Connection, educator_id: str, rules: LookupRules, today: date
) -> list[Shown]:
    held = []
    rows = file.execute(_HELD, (educator_id,)).fetchall()
    for certificate_id, told, document, good_through in rows:
        stored = Shown(json.loads(told), document, date.fromisoformat(good_through))
        shown = stored.on(today, rules)
        if shown is not stored:
            renewed = (shown.document, shown.good_through.isoformat(), certificate_id)
            file.execute(_RENEW_CERTIFICATE, renewed)
        held.append(shown)
    return held


def _write_names(file: sqlite3.Connection, page: EducatorDocument) -> None:
    keys = page.names
    if set(file.execute(_NAMES, (page.number,)).fetchall()) != keys:
        file.execute(_FORGET_NAMES, (page.number,))
        file.executemany(_KEEP_NAME, [(*key, page.number) for key in keys])


def _file_of(session: Session) -> sqlite3.Connection:
    """The session's connection itself, within its transaction."""
    file = session.connection().connection.driver_connection
    assert isinstance(file, sqlite3.Connection)
    return file
