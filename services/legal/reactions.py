"""When identity told of a person or an organization, keep the copy that legal needs."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.messaging.reactions import Reactions
from contracts.identity import OrganizationChanged, PersonClaimed, PersonRecorded
from services.legal.usecases import people

reactions = Reactions()


@reactions.when(PersonRecorded)
def when_person_recorded(session: Session, event: PersonRecorded, at: datetime) -> None:
    """Keep the educator, so that superintendents find them."""
    people.keep_educator(session, event)


@reactions.when(PersonClaimed)
def when_person_claimed(session: Session, event: PersonClaimed, at: datetime) -> None:
    """Keep the educator as they now are."""
    people.keep_educator(session, event)


@reactions.when(OrganizationChanged)
def when_organization_changed(session: Session, event: OrganizationChanged, at: datetime) -> None:
    """Keep the organization's name."""
    people.keep_organization(session, event)
