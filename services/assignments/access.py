"""Whose reports a person may send and read: districts their own, analysts every district's."""

from uuid import UUID

from chassis.i18n.text import translatable
from chassis.problems import NotAllowed
from chassis.security.principal import Principal
from contracts.identity import Role

SENDERS = (Role.SUPERINTENDENT, Role.ASSIGNMENT_COORDINATOR)
READERS = (*SENDERS, Role.ANALYST)


def find_district(principal: Principal, asked: UUID | None = None) -> UUID | None:
    """The district that the person asks for, or their own; None for an analyst who names none.

    Raises `NotAllowed` for another organization's.
    """
    if asked is None:
        own = principal.organizations(*SENDERS)
        if own or principal.holds(Role.ANALYST):
            return next(iter(own), None)
        raise NotAllowed(translatable("You speak for no district."))
    refuse_unless_readable(principal, asked)
    return asked


def refuse_unless_readable(principal: Principal, organization_id: UUID) -> None:
    """Raise `NotAllowed` unless the person may read what belongs to this district."""
    if not principal.holds(Role.ANALYST):
        principal.refuse_unless_at(organization_id, *SENDERS)


def get_sender_district(principal: Principal, asked: UUID | None = None) -> UUID:
    """The district for which the person sends a report; raises `NotAllowed`."""
    district = asked or next(iter(principal.organizations(*SENDERS)), None)
    if district is None:
        raise NotAllowed(translatable("You speak for no district."))
    principal.refuse_unless_at(district, *SENDERS)
    return district
