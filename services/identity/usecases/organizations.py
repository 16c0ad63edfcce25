"""Organizations: imported from the state's list, or added one by one."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import code_words, translatable
from chassis.jurisdiction import Place
from chassis.messaging.outbox import record
from chassis.names.keys import search_key
from chassis.problems import InvalidInput, NotFound
from chassis.storage import audit
from contracts.identity import OrganizationChanged, OrganizationKind
from services.identity.domain.organization import LONGEST_NAME_KEY, Organization
from services.identity.formats.organizations import OrganizationEntry, read_organizations
from services.identity.formats.table import Fault, FileRefused
from services.identity.jurisdiction import IdentityRules


class OrganizationsImported(NamedTuple):
    """The outcome of an organization import."""

    added: int
    changed: int
    unchanged: int


def import_organizations(
    session: Session, rules: IdentityRules, place: Place, path: Path
) -> OrganizationsImported:
    """Import the state's list of districts and schools; raises `FileRefused`.

    Organizations missing from the file are not changed.
    """
    entries = read_organizations(path, rules.organization_file, place.school_year_begins)
    existing = {
        organization.state_number: organization
        for organization in session.scalars(select(Organization))
    }
    _refuse_other_kinds(path, entries, existing)
    facts: list[OrganizationChanged] = []
    before = len(existing)
    for entry in entries:
        fact = _apply_entry(session, entry, existing)
        if fact:
            facts.append(fact)
    record(session, *facts)
    added = len(existing) - before
    outcome = OrganizationsImported(added, len(facts) - added, len(entries) - len(facts))
    audit.record_entry(session, "organizations imported", path.name, after=outcome._asdict())
    return outcome


def _refuse_other_kinds(
    path: Path, entries: Iterable[OrganizationEntry], existing: dict[str, Organization]
) -> None:
    faults = [
        Fault(path.name, f'"{entry.state_number}" is already the number of {organization.name}.')
        for entry in entries
        if (organization := existing.get(entry.state_number))
        and organization.kind != _kind_of(entry)
    ]
    if faults:
        raise FileRefused(faults)


def _kind_of(entry: OrganizationEntry) -> OrganizationKind:
    return OrganizationKind.SCHOOL if entry.district_number else OrganizationKind.DISTRICT


def _apply_entry(
    session: Session, entry: OrganizationEntry, existing: dict[str, Organization]
) -> OrganizationChanged | None:
    organization = existing.get(entry.state_number)
    if organization is None:
        organization = Organization.add(_kind_of(entry), entry.name, entry.state_number)
        existing[entry.state_number] = organization
        session.add(organization)
    # Districts come before their schools.
    district = existing[entry.district_number] if entry.district_number else None
    return organization.describe(
        name=entry.name,
        nces_number=entry.nces_number,
        parent_id=district.organization_id if district else None,
        lowest_grade=entry.lowest_grade,
        highest_grade=entry.highest_grade,
        closed_on=entry.closed_on,
    )


def add_organization(
    session: Session,
    kind: OrganizationKind,
    name: str,
    state_number: str,
    *,
    nces_number: str | None = None,
    parent_id: UUID | None = None,
) -> Organization:
    """Add an organization that is on no list; raises `InvalidInput` for a taken number."""
    existing = find_organization_by_number(session, state_number)
    if existing:
        raise InvalidInput(
            {"state_number": [translatable("{name} already has this number.", name=existing.name)]}
        )
    organization = Organization.add(kind, name, state_number)
    session.add(organization)
    fact = organization.describe(name=name, nces_number=nces_number, parent_id=parent_id)
    assert fact is not None
    record(session, fact)
    audit.record_entry(
        session, "organization added", organization.organization_id, after={"name": name}
    )
    return organization


def ensure_agency(session: Session, rules: IdentityRules, name: str) -> Organization:
    """The agency's own organization, added if missing and renamed if its name changed."""
    agency = find_organization_by_number(session, rules.agency_number)
    if agency is None:
        return add_organization(session, OrganizationKind.AGENCY, name, rules.agency_number)
    if fact := agency.describe(name=name):
        record(session, fact)
    return agency


def get_organization(session: Session, organization_id: UUID) -> Organization:
    """The organization; raises `NotFound`."""
    organization = session.get(Organization, organization_id)
    if organization is None:
        raise NotFound(translatable("There is no such organization."))
    return organization


def find_organization_by_number(session: Session, state_number: str) -> Organization | None:
    """The organization with this state number."""
    return session.scalar(select(Organization).where(Organization.state_number == state_number))


MOST_NAMED = 5
"""Among how many an administrator chooses by number."""


def get_organization_called(session: Session, text: str, kind: OrganizationKind) -> Organization:
    """The open organization of this kind with this number or name, or the only one whose name has
    this in it; raises `NotFound`, and `InvalidInput` where several have.
    """
    if (numbered := find_organization_by_number(session, text)) is not None:
        return numbered
    named = _named(session, text, kind)
    exact = [each for each in named if each.name_key == search_key(text)]
    if len(exact or named) > 1:
        listed = ", ".join(f"{each.name} ({each.state_number})" for each in named[:MOST_NAMED])
        message = translatable(
            "Several have this name. Enter the number of one: {all}.", all=listed
        )
        raise InvalidInput({"organization": [message]})
    if not named:
        raise NotFound(
            translatable(
                "No {kind} has the name or number {typed}.", kind=code_words(kind), typed=text
            )
        )
    return (exact or named)[0]


def _named(session: Session, text: str, kind: OrganizationKind) -> Sequence[Organization]:
    key = search_key(text)[:LONGEST_NAME_KEY]
    if not key:
        return []
    return session.scalars(
        select(Organization)
        .where(
            Organization.kind == kind,
            Organization.closed_on.is_(None),
            Organization.name_key.contains(key, autoescape=True),
        )
        .order_by(Organization.name_key, Organization.state_number)
    ).all()


def get_organization_by_number(session: Session, state_number: str) -> Organization:
    """The organization with this state number; raises `NotFound`."""
    organization = find_organization_by_number(session, state_number)
    if organization is None:
        raise NotFound(
            translatable("No organization has the state number {number}.", number=state_number)
        )
    return organization
