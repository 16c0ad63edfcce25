"""Persons: import from the legacy system, and revealing a sealed number."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.messaging.outbox import record
from chassis.problems import InvalidInput, NotFound
from chassis.security.own_matter import refuse_own_matter
from chassis.storage import audit
from services.identity.adapters.vault import Vault
from services.identity.domain.person import Person, VaultRow
from services.identity.formats.persons import PersonEntry, open_table, read_persons
from services.identity.formats.table import Table
from services.identity.usecases.withdrawal import withdraw_unconfirmed

_CHUNK = 500
Value = TypeVar("Value")


class PersonsImported(NamedTuple):
    """The outcome of a person import."""

    added: int
    known: int


def import_persons(
    session: Session, vault: Vault, path: Path, today: date, now: datetime
) -> PersonsImported:
    """Import the legacy system's persons, all or none; raises `FileRefused`.

    Each Social Security number and each educator number belongs to one person: a later row that
    repeats one is a fault. A row whose two numbers match a person on file is skipped, so that the
    same file can be imported again.
    """
    table = open_table(path)
    entries = read_persons(table, today)
    indexes = {entry.row: vault.blind_index(entry.ssn) for entry in entries}
    _refuse_repetitions(table, entries, indexes)
    holders = _find_holders(session, indexes.values())
    persons = _find_persons(session, holders.values())
    fresh: list[PersonEntry] = []
    for entry in entries:
        holder = persons.get(holders.get(indexes[entry.row]))
        if holder is None or holder.educator_number != entry.educator_number:
            if holder is not None:
                table.fault(entry.row, "ssn", "belongs to a person who is already on file.")
            fresh.append(entry)
    _refuse_taken_numbers(session, table, fresh)
    table.refuse_if_faulty()
    for entry in fresh:
        if (pending := holders.get(indexes[entry.row])) is not None:
            # Somebody is registering as new while their record arrives; they must claim it instead.
            withdraw_unconfirmed(session, pending)
        _record_entry(session, vault, entry, now)
    outcome = PersonsImported(len(fresh), len(entries) - len(fresh))
    audit.record_entry(session, "persons imported", path.name, after=outcome._asdict())
    return outcome


def _refuse_repetitions(
    table: Table, entries: Sequence[PersonEntry], indexes: dict[int, bytes]
) -> None:
    first_of_ssn: dict[bytes, int] = {}
    first_of_number: dict[str, int] = {}
    for entry in entries:
        first = first_of_ssn.setdefault(indexes[entry.row], entry.row)
        if first != entry.row:
            table.fault(entry.row, "ssn", f"is the same number as in row {first}.")
        first = first_of_number.setdefault(entry.educator_number, entry.row)
        if first != entry.row:
            table.fault(entry.row, "educator_number", f"is the same number as in row {first}.")


def _find_holders(session: Session, indexes: Collection[bytes]) -> dict[bytes, UUID]:
    holders: dict[bytes, UUID] = {}
    for chunk in _chunks(list(indexes)):
        rows = session.execute(
            select(VaultRow.blind_index, VaultRow.educator_id).where(
                VaultRow.blind_index.in_(chunk)
            )
        )
        holders |= {row.blind_index: row.educator_id for row in rows}
    return holders


def _find_persons(session: Session, ids: Collection[UUID]) -> dict[UUID | None, Person]:
    found: dict[UUID | None, Person] = {}
    for chunk in _chunks(list(ids)):
        persons = session.scalars(select(Person).where(Person.educator_id.in_(chunk)))
        found |= {person.educator_id: person for person in persons}
    return found


def _refuse_taken_numbers(session: Session, table: Table, fresh: Sequence[PersonEntry]) -> None:
    rows = {entry.educator_number: entry.row for entry in fresh}
    for chunk in _chunks(list(rows)):
        taken = session.scalars(
            select(Person.educator_number).where(Person.educator_number.in_(chunk))
        )
        for number in taken:
            table.fault(
                rows[number],
                "educator_number",
                "belongs to a person who is already on file.",
            )


def _chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def _record_entry(session: Session, vault: Vault, entry: PersonEntry, now: datetime) -> None:
    person = Person.record(
        educator_id=new_id(),
        educator_number=entry.educator_number,
        first_name=entry.first_name,
        middle_name=entry.middle_name,
        last_name=entry.last_name,
        suffix=entry.suffix,
        former_last_names=entry.former_last_names,
        birth_date=entry.birth_date,
        now=now,
    )
    sealed = vault.seal(entry.ssn, person.educator_id)
    session.add_all((person, VaultRow.keep(person.educator_id, sealed)))
    record(session, person.recorded())


def get_person(session: Session, educator_id: UUID) -> Person:
    """The person; raises `NotFound`."""
    person = session.get(Person, educator_id)
    if person is None:
        raise NotFound(translatable("There is no such person."))
    return person


def reveal_ssn(session: Session, vault: Vault, educator_id: UUID, reason: str) -> str:
    """The whole Social Security number, as 123-45-6789; records who asked and why.

    Raises `OwnMatter`, `InvalidInput` without a reason, `NotFound`, and `vault.SealBroken`.
    """
    refuse_own_matter(educator_id)
    if len(reason.strip()) < 5:
        raise InvalidInput({"reason": [translatable("Say what you need the number for.")]})
    person = get_person(session, educator_id)
    row = session.get(VaultRow, educator_id)
    if row is None:
        raise NotFound(translatable("There is no Social Security number for this person."))
    audit.record_entry(
        session,
        "social security number shown",
        educator_id,
        after={"reason": reason.strip(), "educator_number": person.educator_number},
    )
    return vault.open(row.sealed, educator_id)
