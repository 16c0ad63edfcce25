"""Replicas: local copies of what another service owns."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from contracts.event import Event

REPLICA_OF = "replica of"


def replica_of(*facts: type[Event]) -> dict[str, Any]:
    """Table arguments for a replica of the subjects of `facts`, each at its newest `version`.

    A base class, such as `PersonFact`, stands for all of its facts.
    Handling a fact again must do no more than update the replica.
    """
    kinds = [kind for fact in facts for kind in fact.__subclasses__() or (fact,)]
    return {"info": {REPLICA_OF: tuple(kind.topic for kind in kinds)}}


class Replica:
    """A mapped copy of what another service owns, at the newest version received.

    Its key has the same name as its facts' subject field.
    """

    version: Mapped[int]

    @abstractmethod
    def take(self, fact: Any) -> None:
        """Copy from a fact everything that the service stores, except the key and the version."""


AnyReplica = TypeVar("AnyReplica", bound=Replica)


def keep_newest(
    session: Session, replica: type[AnyReplica], fact: Event, *, for_update: bool = False
) -> AnyReplica | None:
    """Update the replica of the fact's subject; None if it was already at this version or newer.

    With `for_update` an existing row stays locked until the transaction ends.
    """
    row = session.get(replica, _key_of(fact), with_for_update=for_update)
    return _take(session, replica, row, fact)


def keep_newest_of_many(
    session: Session, replica: type[AnyReplica], facts: Sequence[Event]
) -> None:
    """Like `keep_newest`, for facts of one kind in their order, with one select for all."""
    if not facts:
        return
    key = facts[0].subject_field
    among_them = getattr(replica, key).in_({_key_of(fact) for fact in facts})
    rows = {getattr(row, key): row for row in session.scalars(select(replica).where(among_them))}
    for fact in facts:
        updated = _take(session, replica, rows.get(_key_of(fact)), fact)
        if updated is not None:
            rows[_key_of(fact)] = updated


def _take(
    session: Session, replica: type[AnyReplica], row: AnyReplica | None, fact: Event
) -> AnyReplica | None:
    if row is not None and row.version >= fact.version:
        return None
    row = row or replica(**{fact.subject_field: _key_of(fact)})
    row.version = fact.version
    row.take(fact)
    session.add(row)
    return row


def _key_of(fact: Event) -> Any:
    return getattr(fact, fact.subject_field)
