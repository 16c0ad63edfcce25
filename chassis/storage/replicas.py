"""Replicas: tables that hold what another service owns."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from contracts.event import Event

REPLICA_OF = "told by"


def replica_of(*facts: type[Event]) -> dict[str, Any]:
    """Arguments of a table of copies of what `facts` tell, each at its newest `version`.

    A fact of which there are kinds, as `PersonFact`, stands for all of them.
    To hear one again must do no more than bring the copy up to date.
    """
    kinds = [kind for fact in facts for kind in fact.__subclasses__() or (fact,)]
    return {"info": {REPLICA_OF: tuple(kind.topic for kind in kinds)}}


class Replica:
    """A mapped copy of what another service owns, at the newest version heard.

    Its key has the name of the field by which its facts name their subject.
    """

    version: Mapped[int]

    @abstractmethod
    def take(self, fact: Any) -> None:
        """Copy from a fact all that the service keeps, except key and version."""


Kept = TypeVar("Kept", bound=Replica)


def keep_newest(
    session: Session, replica: type[Kept], fact: Event, *, for_update: bool = False
) -> Kept | None:
    """Bring the copy of the fact's subject up to it; None when as much was known already.

    With `for_update` a copy that is there stays locked until the transaction ends.
    """
    known = session.get(replica, _key_of(fact), with_for_update=for_update)
    return _take(session, replica, known, fact)


def keep_newest_of_many(session: Session, replica: type[Kept], facts: Sequence[Event]) -> None:
    """Do as `keep_newest` for facts of one kind, in their order, with one select for all."""
    if not facts:
        return
    key = facts[0].subject_field
    among_them = getattr(replica, key).in_({_key_of(fact) for fact in facts})
    known = {getattr(row, key): row for row in session.scalars(select(replica).where(among_them))}
    for fact in facts:
        taken = _take(session, replica, known.get(_key_of(fact)), fact)
        if taken is not None:
            known[_key_of(fact)] = taken


def _take(session: Session, replica: type[Kept], known: Kept | None, fact: Event) -> Kept | None:
    if known is not None and known.version >= fact.version:
        return None
    row = known or replica(**{fact.subject_field: _key_of(fact)})
    row.version = fact.version
    row.take(fact)
    session.add(row)
    return row


def _key_of(fact: Event) -> Any:
    return getattr(fact, fact.subject_field)
