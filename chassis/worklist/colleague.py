"""Who can have an item: the staff accounts that may work on the queue."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.i18n.text import translatable
from chassis.jurisdiction import Grants
from chassis.messaging.reactions import Reactions
from chassis.problems import InvalidInput
from chassis.security.principal import Principal
from chassis.storage.replicas import Replica, keep_newest, replica_of
from chassis.worklist.item import Worker
from chassis.worklist.tables import Base
from contracts.identity import Role, RolesChanged
from contracts.permission import Permission

reactions = Reactions()
"""For the reactions of a service that has a queue."""


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


@reactions.when(RolesChanged)
def when_roles_changed(session: Session, event: RolesChanged, at: datetime) -> None:
    """Store who works here."""
    keep_newest(session, Colleague, event)


def worker_of(principal: Principal) -> Worker:
    """The signed-in person as who can have an item."""
    return Worker(principal.account_id, principal.display_name, principal.own_ids)


def colleagues_who_may(
    session: Session, grants: Grants, permissions: Sequence[Permission]
) -> list[Colleague]:
    """The accounts that have any of these permissions, by name."""
    colleagues = session.scalars(
        select(Colleague).order_by(Colleague.display_name, Colleague.account_id)
    )
    return [colleague for colleague in colleagues if colleague.may(grants, permissions)]


def get_worker(
    session: Session, grants: Grants, permissions: Sequence[Permission], account_id: UUID | None
) -> Worker:
    """The colleague with this account; raises `InvalidInput` for who may not work here."""
    colleague = session.get(Colleague, account_id) if account_id else None
    if colleague is None or not colleague.may(grants, permissions):
        raise InvalidInput({"holder": [translatable("Choose a colleague from the list.")]})
    return colleague.worker
