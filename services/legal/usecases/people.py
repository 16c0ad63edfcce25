"""Finds educators and organizations in the replicas of identity's records."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.names.keys import sought_keys
from chassis.problems import NotFound, RuleBroken
from services.legal.domain.people import Educator, Organization

LONGEST_LIST = 20


class UnknownDistrict(RuleBroken):
    """No event from identity about the organization has arrived yet."""

    title = translatable("Your district's record has not reached us yet")
    advice = translatable("Try again in a few minutes.")


def get_educator(session: Session, educator_id: UUID) -> Educator:
    """The educator; raises `NotFound`."""
    educator = session.get(Educator, educator_id)
    if educator is None:
        raise NotFound(translatable("There is no such educator."))
    return educator


def get_organization(session: Session, organization_id: UUID) -> Organization:
    """The organization; raises `UnknownDistrict`."""
    organization = session.get(Organization, organization_id)
    if organization is None:
        raise UnknownDistrict
    return organization


def find_by_number(session: Session, educator_number: str) -> Educator | None:
    """The educator with this public number."""
    return session.scalar(select(Educator).where(Educator.educator_number == educator_number))


def find_by_name(session: Session, last_name: str, first_name: str) -> Sequence[Educator]:
    """Educators with this last name and beginning of the first name, at most `LONGEST_LIST`."""
    beginnings = [
        Educator.first_name_key.startswith(key, autoescape=True)
        for key in sought_keys(first_name)
        if key
    ]
    return session.scalars(
        select(Educator)
        .where(
            Educator.last_name_key.in_(sought_keys(last_name)),
            or_(false(), *beginnings),
        )
        .order_by(Educator.first_name_key, Educator.educator_number)
        .limit(LONGEST_LIST)
    ).all()
