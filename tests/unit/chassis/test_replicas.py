"""A replica holds the newest that its owner told, in whatever order it comes."""

from collections.abc import Sequence
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.ids import new_id
from chassis.storage.database import Database
from chassis.storage.replicas import Replica, keep_newest, keep_newest_of_many
from contracts.identity import OrganizationChanged, OrganizationKind

ELM, OAK = new_id(), new_id()


class Base(DeclarativeBase):
    """The tables of these tests."""


class Organization(Replica, Base):
    """An organization's name."""

    __tablename__ = "organization"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]

    def take(self, fact: OrganizationChanged) -> None:
        """Copy the name."""
        self.name = fact.name


@pytest.fixture(autouse=True)
def tables(database: Database) -> None:
    Base.metadata.create_all(database.engine)


def named(name: str, version: int, organization_id: UUID = ELM) -> OrganizationChanged:
    return OrganizationChanged(
        organization_id=organization_id,
        version=version,
        kind=OrganizationKind.DISTRICT,
        name=name,
        state_number="001",
    )


def kept(database: Database) -> dict[UUID, tuple[str, int]]:
    with database.reading() as session:
        rows = session.scalars(select(Organization)).all()
    return {row.organization_id: (row.name, row.version) for row in rows}


FACTS = (named("first", 1), named("second", 2), named("third", 3), named("oak", 7, OAK))
KEPT = {ELM: ("third", 3), OAK: ("oak", 7)}


@pytest.mark.parametrize("facts", list(permutations(FACTS)))
def test_the_newest_is_kept_whatever_the_order(
    database: Database, facts: Sequence[OrganizationChanged]
) -> None:
    for fact in facts:
        with database.transaction() as session:
            keep_newest(session, Organization, fact)
    assert kept(database) == KEPT


@pytest.mark.parametrize("facts", list(permutations(FACTS)))
def test_the_newest_of_many_at_once_is_kept_whatever_the_order(
    database: Database, facts: Sequence[OrganizationChanged]
) -> None:
    with database.transaction() as session:
        keep_newest_of_many(session, Organization, facts[:2])
    with database.transaction() as session:
        keep_newest_of_many(session, Organization, facts[1:])
    assert kept(database) == KEPT


def test_only_what_is_news_gives_the_row(database: Database) -> None:
    with database.transaction() as session:
        taken = keep_newest(session, Organization, named("second", 2))
        assert taken is not None
        assert taken.name == "second"
        assert keep_newest(session, Organization, named("second told otherwise", 2)) is None
        assert keep_newest(session, Organization, named("first", 1)) is None
    assert kept(database) == {ELM: ("second", 2)}


def test_the_same_version_twice_at_once_is_taken_once(database: Database) -> None:
    with database.transaction() as session:
        facts = [named("told first", 1), named("told otherwise", 1)]
        keep_newest_of_many(session, Organization, facts)
    assert kept(database) == {ELM: ("told first", 1)}


def test_many_at_once_take_one_select(database: Database) -> None:
    selects: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(*call: object) -> None:
        selects.extend(word for word in str(call[2]).split()[:1] if word == "SELECT")

    with database.transaction() as session:
        facts = [named(f"district {each}", 1, new_id()) for each in range(50)]
        keep_newest_of_many(session, Organization, facts)
        keep_newest_of_many(session, Organization, ())
    assert selects == ["SELECT"]
    assert len(kept(database)) == 50
