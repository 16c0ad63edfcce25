"""Who can have an item: the staff accounts that may work on the queue."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.jurisdiction import Grants
from chassis.messaging.reactions import Reactions
from chassis.problems import InvalidInput
from chassis.security.principal import Principal
from chassis.storage.replicas import keep_newest
from chassis.worklist.domain import Colleague, Worker
from contracts.identity import RolesChanged
from contracts.permission import Permission

reactions = Reactions()
"""For the reactions of a service that has a queue."""


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
