"""A fact gains a field: readers get it for what they already know, and only for that."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import contracts.event
from chassis.app import build_app
from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.messaging.outbox import record
from chassis.messaging.reactions import Reactions
from chassis.operations import recovery, republish
from chassis.operations.operator import operator_context
from chassis.service import Service
from chassis.storage import audit
from chassis.storage.database import Versioned
from chassis.storage.tables import AUDIT, OUTBOX, service_metadata
from chassis.testing import deliver, recorded, service_of, test_settings
from contracts.event import Event, event_class, public

SHELVED, JOINED = "library.book-shelved.v1", "library.member-joined.v1"


class Base(DeclarativeBase):
    """The tables of a library, and of one that copies its books."""

    metadata = service_metadata()


class Book(Versioned, Base):
    """A book, whose shelf the library has always known."""

    __tablename__ = "book"

    book_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str]
    shelf: Mapped[str | None]

    def shelved(self) -> Event:
        """What today's fact tells of it."""
        values: dict[str, Any] = {"book_id": self.book_id, "title": self.title}
        fact = event_class(SHELVED)
        return fact(version=self.version, **values, **_known(fact, shelf=self.shelf))


class Member(Versioned, Base):
    """A member, of whom another fact tells."""

    __tablename__ = "member"

    member_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)

    def joined(self) -> Event:
        """What the fact tells of them."""
        values: dict[str, Any] = {"member_id": self.member_id}
        return event_class(JOINED)(version=self.version, **values)


class Copy(Base):
    """What a reader keeps of a book."""

    __tablename__ = "copy"

    book_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    shelf: Mapped[str | None]


def _known(fact: type[Event], **values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in fact.marks()}


@pytest.fixture(autouse=True)
def first_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts as they were released first; other tests do not know them."""
    monkeypatch.setattr(contracts.event, "_classes", dict(contracts.event._classes))

    class BookShelved(Event, topic=SHELVED, subject="book_id"):
        """A book was put on its shelf."""

        book_id: UUID = public()
        title: str = public()

    class MemberJoined(Event, topic=JOINED, subject="member_id"):
        """Somebody joined the library."""

        member_id: UUID = public()


def gain_the_shelf() -> None:
    """From now on the fact tells which shelf it is."""

    class BookShelved(Event, topic=SHELVED, subject="book_id"):
        """A book was put on its shelf."""

        book_id: UUID = public()
        title: str = public()
        shelf: str | None = public(default=None)


def announcements(session: Session) -> Iterator[Event]:
    for book in session.scalars(select(Book).order_by(Book.title)):
        assert len(session.identity_map) <= republish.BATCH + 1
        yield book.shelved()
    for member in session.scalars(select(Member)):
        yield member.joined()


def library(name: str, folder: Path, **environ: str) -> Flask:
    """A library, which copies the books of every library that it hears of."""
    reactions = Reactions()

    @reactions.when(event_class(SHELVED))
    def when_book_shelved(session: Session, event: Any, at: datetime) -> None:
        known = session.get(Copy, event.book_id)
        if known is None or known.version < event.version:
            shelf = getattr(event, "shelf", None)
            session.merge(Copy(book_id=event.book_id, version=event.version, shelf=shelf))

    service = Service(
        name=name,
        title="Library",
        settings=test_settings(name, folder, **environ),
        metadata=Base.metadata,
        clock=SystemClock(),
        reactions=reactions,
        announce=announcements,
    )
    app = build_app(service, [], [])
    folder.mkdir(parents=True, exist_ok=True)
    Base.metadata.create_all(service.database.engine)
    return app


@pytest.fixture(params=["sqlite", "postgresql"])
def owner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    environ = {}
    if request.param == "postgresql":
        environ["DATABASE_URL"] = request.getfixturevalue("postgres_url")
    made = library("library", tmp_path / "owner", **environ)
    yield made
    service_of(made).database.close()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Flask]:
    made = library("reader", tmp_path / "reader")
    yield made
    service_of(made).database.close()


def shelve(owner: Flask, title: str, shelf: str | None = "A1") -> UUID:
    """The id of a book that was shelved and announced."""
    with service_of(owner).database.transaction() as session:
        book = Book(book_id=new_id(), title=title, shelf=shelf, version=1)
        session.add(book)
        record(session, book.shelved())
        return book.book_id


def join(owner: Flask) -> None:
    with service_of(owner).database.transaction() as session:
        member = Member(member_id=new_id(), version=1)
        session.add(member)
        record(session, member.joined())


def carry(owner: Flask, reader: Flask) -> None:
    deliver(reader, *recorded(owner))


def run(owner: Flask, *options: str) -> Result:
    return owner.test_cli_runner().invoke(args=["republish", *options])


def changed(owner: Flask) -> list[str]:
    result = run(owner, "--changed")
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def shelves(reader: Flask) -> dict[UUID, str | None]:
    with service_of(reader).database.reading() as session:
        return {copy.book_id: copy.shelf for copy in session.scalars(select(Copy))}


def facts_of(owner: Flask) -> list[Event]:
    return recorded(owner)


def versions_of(owner: Flask, table: type[Versioned]) -> list[int]:
    with service_of(owner).database.reading() as session:
        return list(session.scalars(select(table.version)))


def test_a_reader_gets_a_new_field_of_what_it_already_has(owner: Flask, reader: Flask) -> None:
    book_id = shelve(owner, "Emma", "B2")
    carry(owner, reader)
    assert shelves(reader) == {book_id: None}

    gain_the_shelf()
    assert changed(owner) == [
        f"{SHELVED}: 1 facts were recorded",
        "1 facts were recorded, 0 left unchanged",
    ]
    carry(owner, reader)

    assert shelves(reader) == {book_id: "B2"}
    assert versions_of(owner, Book) == [2]


def test_so_it_does_when_everything_is_announced_again(owner: Flask, reader: Flask) -> None:
    book_id = shelve(owner, "Emma", "B2")
    carry(owner, reader)

    gain_the_shelf()
    run(owner)
    carry(owner, reader)

    assert shelves(reader) == {book_id: "B2"}


def test_a_second_run_records_nothing(owner: Flask) -> None:
    shelve(owner, "Emma")
    gain_the_shelf()
    changed(owner)
    before = facts_of(owner)

    assert changed(owner) == ["0 facts were recorded, 1 left unchanged"]
    assert facts_of(owner) == before
    assert versions_of(owner, Book) == [2]


def test_a_fact_that_did_not_change_is_not_sent_again(owner: Flask) -> None:
    join(owner)
    shelve(owner, "Emma")
    with service_of(owner).database.transaction() as session:
        session.execute(update(OUTBOX).values(published_at=service_of(owner).now()))
    gain_the_shelf()

    changed(owner)

    with service_of(owner).database.reading() as session:
        waiting = session.scalars(select(OUTBOX.c.topic).where(OUTBOX.c.published_at.is_(None)))
        assert waiting.all() == [SHELVED]
    assert versions_of(owner, Member) == [1]


def test_a_new_field_that_is_empty_tells_nothing_and_is_not_sent(owner: Flask) -> None:
    shelve(owner, "Emma", shelf=None)
    gain_the_shelf()

    assert changed(owner) == ["0 facts were recorded, 1 left unchanged"]


@pytest.mark.parametrize("version", [3, republish.VERSIONS + 2, 3 * republish.VERSIONS + 1])
def test_a_change_that_no_fact_tells_of_is_not_sent(owner: Flask, version: int) -> None:
    shelve(owner, "Emma")
    with service_of(owner).database.transaction() as session:
        session.execute(update(Book).values(version=version))

    assert changed(owner) == ["0 facts were recorded, 1 left unchanged"]


def test_nor_is_its_version_raised_when_it_was_never_told(owner: Flask) -> None:
    shelve(owner, "Emma")
    with service_of(owner).database.transaction() as session:
        session.execute(update(Book).values(version=3))
    gain_the_shelf()

    assert changed(owner)[-1] == "1 facts were recorded, 0 left unchanged"
    assert [fact.version for fact in facts_of(owner)] == [1, 3]
    assert versions_of(owner, Book) == [3]


def test_what_was_never_recorded_is(owner: Flask) -> None:
    shelve(owner, "Emma")
    with service_of(owner).database.transaction() as session:
        session.execute(delete(OUTBOX))

    assert changed(owner)[-1] == "1 facts were recorded, 0 left unchanged"
    assert [fact.version for fact in facts_of(owner)] == [1]


def test_however_many_there_are_few_are_in_memory(
    owner: Flask, reader: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(republish, "BATCH", 2)
    shelved = {shelve(owner, f"Volume {number}", f"C{number}") for number in range(7)}
    carry(owner, reader)
    gain_the_shelf()

    assert changed(owner)[-1] == "7 facts were recorded, 0 left unchanged"
    carry(owner, reader)
    assert shelves(reader).keys() == shelved
    assert sorted(filter(None, shelves(reader).values())) == [f"C{number}" for number in range(7)]


def test_what_is_changed_meanwhile_is_left_to_that_change(
    owner: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve(owner, "Emma")
    gain_the_shelf()
    compared = republish._compared

    def reshelve(session: Session, facts: Any) -> Any:
        found = compared(session, facts)
        with service_of(owner).database.transaction() as writing:
            book = writing.scalars(select(Book)).one()
            book.shelf, book.version = "D4", book.version + 1
            record(writing, book.shelved())
        return found

    monkeypatch.setattr(republish, "_compared", reshelve)

    assert changed(owner)[-1].startswith("0 facts were recorded")
    assert [fact.version for fact in facts_of(owner)] == [1, 2]


def test_the_audit_trail_names_the_operator(owner: Flask) -> None:
    shelve(owner, "Emma")
    gain_the_shelf()
    changed(owner)

    with service_of(owner).database.reading() as session:
        [entry] = session.execute(select(AUDIT).order_by(AUDIT.c.position)).all()
        assert audit.verify(session) == 1
    assert (entry.actor, entry.action) == (operator_context().actor, "facts republished")
    assert entry.after == {SHELVED: 1}


def test_a_fact_about_what_has_no_version_is_named(
    owner: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve(owner, "Emma")
    gain_the_shelf()
    monkeypatch.setattr(recovery, "versioned_tables", lambda service: [])

    result = run(owner, "--changed")

    assert isinstance(result.exception, republish.NoVersionToRaise)
    assert str(result.exception).startswith(f"{SHELVED} changed, but no versioned table")


def test_an_operator_chooses_one_of_the_two(owner: Flask) -> None:
    assert run(owner, "--changed", "--as-newest").exit_code == 2
