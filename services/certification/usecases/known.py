"""Keeps what identity and legal tell of educators, providers, and holds."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from contracts.identity import OrganizationChanged, OrganizationKind, PersonFact
from contracts.legal import HoldFact
from services.certification.domain.known import (
    Educator,
    EducatorUnknown,
    Hold,
    HoldInForce,
    Provider,
)


def know_educator(session: Session, person: PersonFact) -> None:
    """Keep the newest that was heard of a person."""
    known = session.get(Educator, person.educator_id, with_for_update=True)
    if known is not None and known.version >= person.version:
        return
    educator = known or Educator(educator_id=person.educator_id)
    educator.version = person.version
    educator.educator_number = person.educator_number
    educator.full_name = person.full_name
    educator.last_name = person.last_name
    educator.former_last_names = list(person.former_last_names)
    session.add(educator)


def know_provider(session: Session, organization: OrganizationChanged) -> None:
    """Keep the newest that was heard of a preparation provider; other kinds are not needed."""
    if organization.kind is not OrganizationKind.PREPARATION_PROVIDER:
        return
    known = session.get(Provider, organization.organization_id, with_for_update=True)
    if known is not None and known.version >= organization.version:
        return
    provider = known or Provider(organization_id=organization.organization_id)
    provider.version = organization.version
    provider.name = organization.name
    session.add(provider)


def know_hold(
    session: Session, hold: HoldFact, *, placed_on: date | None, lifted_on: date | None
) -> None:
    """Keep the newest that was heard of legal's hold on an educator."""
    find_locked_educator(session, hold.educator_id)
    known = session.get(Hold, hold.hold_id)
    if known is not None and known.version >= hold.version:
        return
    kept = known or Hold(hold_id=hold.hold_id)
    kept.version = hold.version
    kept.educator_id = hold.educator_id
    kept.placed_on = placed_on or kept.placed_on
    kept.lifted_on = lifted_on
    session.add(kept)


def find_locked_educator(session: Session, educator_id: UUID) -> Educator | None:
    """The educator, whom no other transaction decides about until this one ends.

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
    """Raise `HoldInForce` while a hold of legal's on the educator is in force."""
    held = session.scalar(
        select(Hold).where(Hold.educator_id == educator_id, Hold.lifted_on.is_(None)).limit(1)
    )
    if held is not None:
        if held.placed_on is None:
            raise HoldInForce(translatable("The hold is in force."))
        raise HoldInForce(translatable("The hold is in force since {day}.", day=held.placed_on))
