"""When identity told of a person or an organization, keep the copy that legal needs."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.messaging.reactions import Reactions
from chassis.storage.replicas import keep_newest
from contracts.identity import OrganizationChanged, PersonClaimed, PersonFact, PersonRecorded
from services.legal.domain.people import Educator, Organization

reactions = Reactions()


@reactions.when(PersonRecorded, PersonClaimed)
def when_person_became_known(session: Session, event: PersonFact, at: datetime) -> None:
    """Keep the educator as they now are, so that superintendents find them."""
    keep_newest(session, Educator, event)


@reactions.when(OrganizationChanged)
def when_organization_changed(session: Session, event: OrganizationChanged, at: datetime) -> None:
    """Keep the organization's name."""
    keep_newest(session, Organization, event)
