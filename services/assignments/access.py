"""Access to reports: districts send and read their own, the agency reads every district's."""

from uuid import UUID

from chassis.i18n.text import translatable
from chassis.problems import NotAllowed
from chassis.security.principal import Principal
from contracts.assignments import AssignmentsPermission

READERS = (AssignmentsPermission.REPORT, AssignmentsPermission.READ_ALL)


def find_district(principal: Principal, requested: UUID | None = None) -> UUID | None:
    """The requested district, or the person's own; None for who may read all and requests none.

    Raises `NotAllowed` for another district.
    """
    if requested is None:
        own = principal.organizations(AssignmentsPermission.REPORT)
        if own or principal.may(AssignmentsPermission.READ_ALL):
            return next(iter(own), None)
        raise NotAllowed(translatable("You do not represent a district."))
    refuse_unless_readable(principal, requested)
    return requested


def refuse_unless_readable(principal: Principal, organization_id: UUID) -> None:
    """Raise `NotAllowed` unless the person may read this district's data."""
    if not principal.may(AssignmentsPermission.READ_ALL):
        principal.refuse_unless_at(organization_id, AssignmentsPermission.REPORT)


def get_sender_district(principal: Principal, requested: UUID | None = None) -> UUID:
    """The district for which the person sends a report; raises `NotAllowed`."""
    district = requested or next(iter(principal.organizations(AssignmentsPermission.REPORT)), None)
    if district is None:
        raise NotAllowed(translatable("You do not represent a district."))
    principal.refuse_unless_at(district, AssignmentsPermission.REPORT)
    return district
