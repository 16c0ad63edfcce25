"""Handlers for events from identity; each updates a replica."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.messaging.reactions import Reactions
from chassis.storage.replicas import keep_newest
from contracts.identity import OrganizationChanged, PersonClaimed, PersonFact, PersonRecorded
from services.legal.domain.people import Educator, Organization

reactions = Reactions()


@reactions.when(PersonRecorded, PersonClaimed)
def when_person_recorded(session: Session, event: PersonFact, at: datetime) -> None:
    """Store the educator's newest version, for superintendents to find."""
    keep_newest(session, Educator, event)


@reactions.when(OrganizationChanged)
def when_organization_changed(session: Session, event: OrganizationChanged, at: datetime) -> None:
    """Store the organization's name."""
    keep_newest(session, Organization, event)
