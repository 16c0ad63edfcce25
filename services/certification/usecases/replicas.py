"""Stores what identity and legal publish about educators, providers and holds."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.storage.replicas import keep_newest
from contracts.identity import OrganizationChanged, OrganizationKind
from contracts.legal import HoldFact
from services.certification.domain.replicas import (
    Educator,
    EducatorUnknown,
    Hold,
    HoldInForce,
    Provider,
)


def take_provider(session: Session, organization: OrganizationChanged) -> None:
    """Store a preparation provider's newest version; other kinds are not needed."""
    if organization.kind is OrganizationKind.PREPARATION_PROVIDER:
        keep_newest(session, Provider, organization, for_update=True)


def take_hold(session: Session, hold: HoldFact) -> None:
    """Store the newest version of a hold; locks the educator's row."""
    find_locked_educator(session, hold.educator_id)
    keep_newest(session, Hold, hold)


def find_locked_educator(session: Session, educator_id: UUID) -> Educator | None:
    """The educator, locked until this transaction ends.

    A decision and an order on the same person must see each other.
    """
    return session.get(Educator, educator_id, with_for_update=True)


def get_educator(session: Session, educator_id: UUID) -> Educator:
    """The educator, locked as by `find_locked_educator`; raises `EducatorUnknown`."""
    educator = find_locked_educator(session, educator_id)
    if educator is None:
        raise EducatorUnknown
    return educator


def refuse_if_held(session: Session, educator_id: UUID) -> None:
    """Raise `HoldInForce` while a hold on the educator is in force."""
    hold = session.scalar(
        select(Hold).where(Hold.educator_id == educator_id, Hold.lifted_on.is_(None)).limit(1)
    )
    if hold is not None:
        if hold.placed_on is None:
            raise HoldInForce(translatable("The hold is in force."))
        raise HoldInForce(
            translatable("The hold has been in force since {day}.", day=hold.placed_on)
        )
