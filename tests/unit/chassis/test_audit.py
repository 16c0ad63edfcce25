"""The audit trail: what was changed, removed or slipped in is found at its place."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from chassis.context import Context, acting_in
from chassis.storage import audit
from chassis.storage.audit import BEGINNING, ChainBroken
from chassis.storage.database import Database
from chassis.storage.tables import AUDIT


@pytest.fixture
def trail(database: Database) -> Database:
    """A database whose trail has five entries."""
    for number in range(1, 6):
        with database.transaction() as session:
            audit.record_entry(
                session, "fee changed", "INITIAL", after={"amount_cents": number * 100}
            )
    return database


def positions(database: Database) -> int:
    with database.reading() as session:
        return audit.verify(session)


def within(database: Database, work: Callable[[Session], object]) -> None:
    with database.transaction() as session:
        work(session)


def broken_at(database: Database) -> int:
    with pytest.raises(ChainBroken) as broken, database.reading() as session:
        audit.verify(session)
    return broken.value.position


def test_an_empty_trail_is_unbroken(database: Database) -> None:
    assert positions(database) == 0


def test_an_untouched_trail_is_unbroken(trail: Database) -> None:
    assert positions(trail) == 5


def test_an_entry_says_who_did_what_to_which_thing_from_where(database: Database) -> None:
    person = Context(actor="account 7", address="192.0.2.1", correlation_id="click-1")
    with acting_in(person), database.transaction() as session:
        audit.record_entry(
            session, "order entered", 42, before={"on": None}, after={"on": "2026-11-22"}
        )

    with database.reading() as session:
        entry = session.execute(select(AUDIT)).one()

    assert (entry.actor, entry.address, entry.correlation_id) == (
        "account 7",
        "192.0.2.1",
        "click-1",
    )
    assert (entry.action, entry.subject) == ("order entered", "42")
    assert (entry.before, entry.after) == ({"on": None}, {"on": "2026-11-22"})


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "somebody else"},
        {"address": "192.0.2.9"},
        {"action": "nothing much"},
        {"subject": "another"},
        {"after": {"amount_cents": 1}},
        {"before": {"amount_cents": 1}},
        {"correlation_id": "another"},
        {"hash": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_is_found_at_its_place(trail: Database, change: dict[str, object]) -> None:
    within(trail, lambda s: s.execute(update(AUDIT).where(AUDIT.c.position == 3).values(**change)))

    assert broken_at(trail) == 3


def test_a_changed_moment_is_found_at_its_place(trail: Database) -> None:
    with trail.reading() as session:
        earlier = session.scalar(select(AUDIT.c.at).where(AUDIT.c.position == 2))
    within(
        trail, lambda s: s.execute(update(AUDIT).where(AUDIT.c.position == 3).values(at=earlier))
    )

    assert broken_at(trail) == 3


@pytest.mark.parametrize(("removed", "found_at"), [(1, 2), (3, 4), (4, 5)])
def test_a_removed_entry_is_found_where_it_is_missing(
    trail: Database, removed: int, found_at: int
) -> None:
    within(trail, lambda s: s.execute(delete(AUDIT).where(AUDIT.c.position == removed)))

    assert broken_at(trail) == found_at


def test_an_entry_slipped_in_is_found_even_with_a_fitting_hash_of_its_own(trail: Database) -> None:
    def slip_in(session: Session) -> None:
        session.execute(update(AUDIT).where(AUDIT.c.position == 5).values(position=6))
        fourth = session.execute(select(AUDIT).where(AUDIT.c.position == 4)).mappings().one()
        forged = {**fourth, "position": 5, "subject": "forged", "previous_hash": fourth["hash"]}
        session.execute(insert(AUDIT).values({**forged, "hash": audit._hash_of(forged)}))

    within(trail, slip_in)

    assert broken_at(trail) == 6


def test_a_trail_begun_anew_in_the_middle_is_found(trail: Database) -> None:
    within(
        trail,
        lambda s: s.execute(
            update(AUDIT).where(AUDIT.c.position == 3).values(previous_hash=BEGINNING)
        ),
    )

    assert broken_at(trail) == 3


def test_what_is_rolled_back_leaves_no_entry(trail: Database) -> None:
    def fail(session: Session) -> None:
        audit.record_entry(session, "fee changed", "INITIAL")
        raise RuntimeError("the use case failed")

    with pytest.raises(RuntimeError):
        within(trail, fail)

    assert positions(trail) == 5


def test_notes_of_one_transaction_follow_each_other(trail: Database) -> None:
    with trail.transaction() as session:
        audit.record_entry(session, "first", 1)
        audit.record_entry(session, "second", 2)

    assert positions(trail) == 7
