"""Reactions to identity's and certification's events: store the fact, then judge those affected.

Judging is as of today, not as of the day on which the fact was recorded: a late event must not
bring back yesterday's judgment.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.messaging.reactions import Reactions
from chassis.service import current_rules, current_service
from chassis.storage.replicas import keep_newest_of_many
from contracts.certification import (
    CertificateFact,
    CertificateIssued,
    CertificateReinstated,
    CertificateRevoked,
    CertificateSurrendered,
    CertificateSuspended,
)
from contracts.identity import OrganizationChanged, PersonClaimed, PersonFact, PersonRecorded
from services.assignments.domain.replicas import Organization
from services.assignments.jurisdiction import AssignmentRules
from services.assignments.usecases import replicas

reactions = Reactions()


@reactions.when_many(OrganizationChanged)
def when_organizations_changed(session: Session, events: Sequence[OrganizationChanged]) -> None:
    """Store the organizations; a state's whole list arrives at once."""
    keep_newest_of_many(session, Organization, events)


@reactions.when(PersonRecorded, PersonClaimed)
def when_person_changed(session: Session, event: PersonFact, at: datetime) -> None:
    """Match staff with the educator's number, and judge what they teach."""
    today = current_service().today()
    replicas.take_person(session, current_rules(AssignmentRules).standard, event, today, at)


@reactions.when(
    CertificateIssued,
    CertificateSuspended,
    CertificateReinstated,
    CertificateRevoked,
    CertificateSurrendered,
)
def when_certificate_changed(session: Session, event: CertificateFact, at: datetime) -> None:
    """Judge again everything that the certificate's holder teaches."""
    today = current_service().today()
    replicas.take_certificate(session, current_rules(AssignmentRules).standard, event, today, at)
