"""What shared work consists of: items, the notes on them, views, acts on many, and colleagues.

The tables stand in the database of each service that has such work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.jurisdiction import Grants
from chassis.names.keys import search_key
from chassis.problems import InvalidInput, RuleBroken
from chassis.security.own_matter import refuse_own_matter
from chassis.storage.database import Versioned
from chassis.storage.replicas import Replica, replica_of
from chassis.storage.tables import NAMING
from chassis.storage.types import Instant
from contracts.identity import Role, RolesChanged
from contracts.permission import Permission

WORKLIST = MetaData(naming_convention=NAMING)
"""For `service_metadata(WORKLIST)`."""


class Base(DeclarativeBase):
    """The tables of shared work."""

    metadata = WORKLIST


LONGEST_VIEW_NAME = 40
LONGEST_SOUGHT = 400
A_LATER_DAY = translatable("Choose a day after today.")


class HeldByColleague(RuleBroken):
    """One person at a time works on an item."""

    title = translatable("A colleague has this")
    advice = translatable("Ask them, or take it over on its page; they will see that you have it.")

    def __init__(self, name: str) -> None:
        super().__init__(translatable("{name} is working on it.", name=name))


class NotWaiting(RuleBroken):
    """What is done, or not yet there, can be given to nobody."""

    title = translatable("This is not waiting for anybody")
    advice = translatable("Look at its page to see what became of it.")


@dataclass(frozen=True)
class Worker:
    """Somebody who can have an item; `own_ids` are those of their accounts and records."""

    account_id: UUID
    name: str
    own_ids: frozenset[UUID]


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a service says of a thing that waits: what is listed, sought, and sorted by.

    `person_id` is the educator whom it is about, who may not work on it; `kind` and `waiting_for`
    are codes that the service's queue has words for.
    """

    item_id: UUID
    number: str
    person_id: UUID
    person_name: str
    kind: str
    waiting_for: str


class WorkItem(Versioned, Base):
    """A thing in a queue, from when it came until it is done; it may come again."""

    __tablename__ = "work_item"
    __table_args__ = (
        Index("ix_work_item_waiting", "queue", "done_at", "due_on", "came_at"),
        Index("ix_work_item_holder", "holder_id", "done_at"),
    )

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[UUID]
    person_name: Mapped[str] = mapped_column(String(250))
    sought: Mapped[str] = mapped_column(String(LONGEST_SOUGHT))
    kind: Mapped[str] = mapped_column(String(40))
    waiting_for: Mapped[str] = mapped_column(String(20))
    came_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    holder_id: Mapped[UUID | None]
    holder_name: Mapped[str | None] = mapped_column(String(250))
    held_since: Mapped[datetime | None] = mapped_column(Instant)
    aside_until: Mapped[date | None]
    aside_why: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def of(cls, queue: str, work: Work, due_on: date, now: datetime) -> "WorkItem":
        """A new item, which nobody has."""
        item = cls(item_id=work.item_id, queue=queue, version=1, came_at=now, due_on=due_on)
        item._describe(work)
        return item

    def _describe(self, work: Work) -> None:
        self.number, self.kind = work.number, work.kind
        self.person_id, self.person_name = work.person_id, work.person_name
        self.waiting_for = work.waiting_for
        self.sought = sought_in(f"{work.number} {work.person_name}")

    def keep(self, work: Work) -> None:
        """Take over what the service says of the thing."""
        before = (self.number, self.kind, self.person_name, self.waiting_for)
        if before != (work.number, work.kind, work.person_name, work.waiting_for):
            self._describe(work)
            self.version += 1

    def come_again(self, work: Work, due_on: date, now: datetime) -> None:
        """Wait again, for whoever had it before."""
        self._describe(work)
        self.came_at, self.due_on, self.done_at = now, due_on, None
        self.aside_until = self.aside_why = None
        self.version += 1

    def finish(self, now: datetime) -> None:
        """Leave the queue."""
        self.done_at = now
        self.aside_until = self.aside_why = None
        self.version += 1

    @property
    def is_waiting(self) -> bool:
        """Whether it is in the queue, set aside or not."""
        return self.done_at is None

    def is_aside(self, today: date) -> bool:
        """Whether it is to be looked at on a later day."""
        return self.aside_until is not None and self.aside_until > today

    def is_late(self, today: date) -> bool:
        """Whether it should have been done before today."""
        return self.is_waiting and self.due_on < today

    def refuse_unless_waiting(self) -> None:
        """Raise `NotWaiting` for what is done."""
        if not self.is_waiting:
            raise NotWaiting

    def refuse_if_held_by_another(self, worker: Worker) -> None:
        """Raise `HeldByColleague` if somebody else has it."""
        if self.holder_id not in (None, worker.account_id):
            raise HeldByColleague(self.holder_name or "")

    def give_to(self, worker: Worker, now: datetime) -> None:
        """Let somebody have it, whoever had it before.

        Raises `NotWaiting`, and `OwnMatter` or `InvalidInput` if it is about them or about the
        acting person.
        """
        self.refuse_unless_waiting()
        refuse_own_matter(self.person_id)
        if self.person_id in worker.own_ids:
            raise InvalidInput(
                {"holder": [translatable("This is about {name} themselves.", name=worker.name)]}
            )
        if self.holder_id != worker.account_id:
            self.holder_id, self.holder_name, self.held_since = worker.account_id, worker.name, now
            self.version += 1

    def give_back(self) -> None:
        """Let nobody have it; raises `NotWaiting` and `OwnMatter`."""
        self.refuse_unless_waiting()
        refuse_own_matter(self.person_id)
        if self.holder_id is not None:
            self.holder_id = self.holder_name = self.held_since = None
            self.version += 1

    def set_aside(self, until: date, why: str, today: date) -> None:
        """Look at it again on a later day; raises `NotWaiting`, `OwnMatter` and `InvalidInput`."""
        self.refuse_unless_waiting()
        refuse_own_matter(self.person_id)
        if until <= today:
            raise InvalidInput({"until": [A_LATER_DAY]})
        self.aside_until, self.aside_why = until, why
        self.version += 1

    def bring_back(self) -> None:
        """Look at it now; raises `NotWaiting` and `OwnMatter`."""
        self.refuse_unless_waiting()
        refuse_own_matter(self.person_id)
        if self.aside_until is not None:
            self.aside_until = self.aside_why = None
            self.version += 1


def sought_in(text: str) -> str:
    """The form in which items are sought: words in small letters, without accents or signs."""
    return " ".join(filter(None, map(search_key, text.split())))[:LONGEST_SOUGHT]


class WorkNote(Base):
    """A note, which stays as it was written."""

    __tablename__ = "work_note"

    note_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("work_item.item_id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    writer_id: Mapped[UUID]
    writer_name: Mapped[str] = mapped_column(String(250))
    written_at: Mapped[datetime] = mapped_column(Instant)


class SavedView(Base):
    """A person's view; `query` is that of the page's address."""

    __tablename__ = "work_view"
    __table_args__ = (UniqueConstraint("account_id", "queue", "name"),)

    view_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID]
    queue: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(LONGEST_VIEW_NAME))
    query: Mapped[str] = mapped_column(String(500))


class BulkKind(StrEnum):
    """What can be done to many items at once."""

    ASSIGN = "assign"
    GIVE_BACK = "give_back"
    SET_ASIDE = "set_aside"
    BRING_BACK = "bring_back"


class WorkBulk(Base):
    """An act on many items, with how each was before and at which version it left it."""

    __tablename__ = "work_bulk"

    bulk_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    queue: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[UUID]
    kind: Mapped[BulkKind] = mapped_column(String(20))
    done_at: Mapped[datetime] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class Colleague(Replica, Base):
    """A staff account and its roles, as last published by identity."""

    __tablename__ = "colleague"
    __table_args__ = replica_of(RolesChanged)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    display_name: Mapped[str] = mapped_column(String(250))
    educator_id: Mapped[UUID | None]
    roles: Mapped[list[str]] = mapped_column(JSON)

    def take(self, fact: RolesChanged) -> None:
        """Copy the name, the holder and the roles."""
        self.display_name, self.educator_id = fact.display_name, fact.educator_id
        self.roles = sorted({held.role for held in fact.roles})

    def may(self, grants: Grants, permissions: Sequence[Permission]) -> bool:
        """Whether any role of the account gives any of these permissions."""
        return bool(grants.of(*map(Role, self.roles)) & set(permissions))

    @property
    def worker(self) -> Worker:
        """The colleague as who can have an item."""
        own = {each for each in (self.account_id, self.educator_id) if each}
        return Worker(self.account_id, self.display_name, frozenset(own))
