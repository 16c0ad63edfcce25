"""Queries for finished documents, by number and by name, and for their freshness."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from chassis.messaging.inbox import COUNT_PARKED
from services.lookup.adapters.replica import Replica
from services.lookup.domain.certificate import Shown
from services.lookup.domain.educator import EducatorDocument
from services.lookup.domain.freshness import Freshness
from services.lookup.domain.names import NameKey, interpretations_of, number_key
from services.lookup.jurisdiction import LookupRules

PAGE = 20
_LAST_LETTER = "\U0010ffff"

# One select each: the document, or none, and always the freshness.
_EDUCATOR = """
select cast(document as blob), good_through, educator_id, (select as_of from freshness)
from (select 1) left join educator on number_key = ?
"""
_HOLDER = """
select cast(document as blob), good_through, educator_id, (select as_of from freshness)
from (select 1) left join educator
on educator_id = (select educator_id from certificate where number_key = ?)
"""
_CERTIFICATE = """
select cast(document as blob), good_through, told, (select as_of from freshness)
from (select 1) left join certificate on number_key = ?
"""
_EDUCATORS = """
select educator_number, cast(document as blob), good_through, educator_id from educator
where educator_number in (select value from json_each(?))
"""
_CERTIFICATES = "select told, document, good_through from certificate where educator_id = ?"
# The table is sorted by its key, so an exact last name comes before longer ones. A separate select
# for it seeks straight to the first name, past thousands of other people called Smith.
_NAMES = """
select * from (
    select 0, last, first, educator_number from name
    where :rank < 1 and last = :last and first >= :first and first < :first_end
    and (0, last, first, educator_number) > (:rank, :after_last, :after_first, :after_number)
    order by first, educator_number limit :limit
) union all select * from (
    select 1, last, first, educator_number from name
    where last > :last and last < :last_end and first >= :first and first < :first_end
    and (1, last, first, educator_number) > (:rank, :after_last, :after_first, :after_number)
    order by last, first, educator_number limit :limit
) limit :limit
"""


class UnreadableCursor(ValueError):
    """This service did not issue the cursor."""


@dataclass(frozen=True)
class Found:
    """A document in UTF-8, or None, and the moment through which the replica is complete."""

    document: bytes | None
    as_of: datetime | None


@dataclass(frozen=True)
class FoundSome:
    """Up to a page of documents, and the cursor of the next page."""

    documents: Sequence[bytes]
    next_cursor: str | None
    as_of: datetime | None


def find_educator(replica: Replica, number: str, day: date, rules: LookupRules) -> Found:
    """The educator with this number."""
    return _found(replica, replica.one(_EDUCATOR, [number_key(number)]), day, rules)


def find_by_number(replica: Replica, number: str, day: date, rules: LookupRules) -> FoundSome:
    """The educator with this number, or the holder of the certificate with this number."""
    found = find_educator(replica, number, day, rules)
    if found.document is None:
        found = _found(replica, replica.one(_HOLDER, [number_key(number)]), day, rules)
    return FoundSome([found.document] if found.document else [], None, found.as_of)


def find_certificate(replica: Replica, number: str, day: date, rules: LookupRules) -> Found:
    """The certificate with this number."""
    document, through, newest_fact, as_of = replica.one(_CERTIFICATE, [number_key(number)])
    if document is not None and through < day.isoformat():
        shown = Shown(json.loads(newest_fact), document.decode(), date.fromisoformat(through))
        document = shown.on(day, rules).document.encode()
    return Found(document, _moment(as_of))


def _found(replica: Replica, row: Any, day: date, rules: LookupRules) -> Found:
    *stored, as_of = row
    return Found(_document_on(replica, stored, day, rules), _moment(as_of))


def _document_on(
    replica: Replica, stored: Sequence[Any], day: date, rules: LookupRules
) -> bytes | None:
    document, through, educator_id = stored
    if document is None or day.isoformat() <= through:
        return cast("bytes | None", document)
    certificates = [
        Shown(json.loads(newest_fact), text, date.fromisoformat(good_through)).on(day, rules)
        for newest_fact, text, good_through in replica.all(_CERTIFICATES, [educator_id])
    ]
    return EducatorDocument.of(certificates).document.encode()


def search(replica: Replica, name: str, cursor: str, day: date, rules: LookupRules) -> FoundSome:
    """Educators whose names begin with any interpretation of `name`: exact last names first.

    An educator found by two names may appear again on a later page.
    Raises `services.lookup.domain.names.TooFewLetters` and `UnreadableCursor`.
    """
    after = _read_cursor(cursor) if cursor else (-1, "", "", "")
    matches = sorted(
        {
            tuple(row)
            for key in interpretations_of(name)
            for row in replica.all(_NAMES, _range_of(key, after))
        }
    )
    first_of: dict[str, tuple[Any, ...]] = {}
    for match in matches:
        first_of.setdefault(match[3], match)
    numbers = list(first_of)[:PAGE]
    stored = {row[0]: row[1:] for row in replica.all(_EDUCATORS, [json.dumps(numbers)])}
    documents = [
        _document_on(replica, stored[number], day, rules) for number in numbers if number in stored
    ]
    return FoundSome(
        [document for document in documents if document is not None],
        _write_cursor(first_of[numbers[-1]]) if len(first_of) > PAGE else None,
        freshness(replica),
    )


def _range_of(key: NameKey, after: tuple[Any, ...]) -> dict[str, object]:
    rank, last, first, number = after
    return {
        "last": key.last,
        "last_end": key.last if key.is_whole_last_name else key.last + _LAST_LETTER,
        "first": key.first,
        "first_end": key.first + _LAST_LETTER,
        "rank": rank,
        "after_last": last,
        "after_first": first,
        "after_number": number,
        "limit": PAGE + 1,
    }


def _write_cursor(place: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _read_cursor(cursor: str) -> tuple[Any, ...]:
    try:
        rank, last, first, number = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, TypeError) as error:
        raise UnreadableCursor from error
    if not (isinstance(rank, int) and all(isinstance(part, str) for part in (last, first, number))):
        raise UnreadableCursor
    return rank, last, first, number


def freshness(replica: Replica) -> datetime | None:
    """The moment through which the replica is complete, or None until it first catches up."""
    return _moment(replica.one("select (select as_of from freshness)")[0])


def parked_count(replica: Replica) -> int:
    """How many events could not be applied, and are missing from what the replica shows."""
    count: int = replica.one(COUNT_PARKED)[0]
    return count


def waits_for(session: Session) -> str | None:
    """What a new replica waits for before it serves requests: reading the whole stream once."""
    return None if session.get(Freshness, 1) else "the first time that it has caught up"


def known_until(session: Session) -> datetime | None:
    """The moment through which this replica is complete, or None until it first catches up."""
    freshness = session.get(Freshness, 1)
    return freshness.as_of if freshness else None


def _moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if stored else None
