"""Takes over what other services told, at its newest version, and judges whom it concerns."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from contracts.certification import CertificateFact
from contracts.identity import OrganizationChanged, PersonFact
from services.assignments.domain.known import Certificate, Educator, Organization
from services.assignments.domain.report import Assignment, StaffMember, StaffNumber
from services.assignments.domain.standard import ReportingStandard
from services.assignments.usecases.judging import judge_again, wait_for_turn
from services.assignments.usecases.matching import match_staff


def learn_of_organizations(session: Session, facts: Sequence[OrganizationChanged]) -> None:
    """Know each organization as the newest fact tells."""
    ids = {fact.organization_id for fact in facts}
    found = session.scalars(select(Organization).where(Organization.organization_id.in_(ids)))
    known = {each.organization_id: each for each in found}
    for fact in facts:
        organization = known.get(fact.organization_id)
        if organization is None:
            organization = Organization(organization_id=fact.organization_id, version=0)
            known[fact.organization_id] = organization
            session.add(organization)
        if fact.version > organization.version:
            organization.apply(fact)


def learn_of_person(
    session: Session, standard: ReportingStandard, fact: PersonFact, day: date, now: datetime
) -> None:
    """Know the educator, and match and judge the staff who have their number."""
    wait_for_turn(session)
    educator = session.get(Educator, fact.educator_id)
    if educator is None:
        educator = Educator(educator_id=fact.educator_id, version=0, educator_number="")
        session.add(educator)
    if fact.version <= educator.version:
        return
    numbers = {educator.educator_number, fact.educator_number}
    educator.apply(fact)
    with_number = select(StaffNumber.staff_id).where(StaffNumber.number.in_(numbers))
    changed = match_staff(
        session,
        or_(
            StaffMember.educator_id == fact.educator_id,
            StaffMember.staff_id.in_(with_number),
        ),
    )
    if changed:
        judge_again(session, standard, Assignment.staff_id.in_(changed), day, now)


def learn_of_certificate(
    session: Session, standard: ReportingStandard, fact: CertificateFact, day: date, now: datetime
) -> None:
    """Know the certificate, and judge all that its holder teaches."""
    wait_for_turn(session)
    certificate = session.get(Certificate, fact.certificate_id)
    if certificate is None:
        certificate = Certificate(
            certificate_id=fact.certificate_id, version=0, educator_id=fact.educator_id
        )
        session.add(certificate)
    if fact.version <= certificate.version:
        return
    holders = {certificate.educator_id, fact.educator_id}
    certificate.apply(fact)
    judge_again(session, standard, StaffMember.educator_id.in_(holders), day, now)
