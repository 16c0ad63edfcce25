"""Updates the documents on certification's events, and records when the replica has caught up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.messaging.reactions import Reactions
from chassis.service import current_rules, current_service
from contracts.certification import (
    CertificateFact,
    CertificateIssued,
    CertificateReinstated,
    CertificateRevoked,
    CertificateSurrendered,
    CertificateSuspended,
)
from services.lookup import usecases
from services.lookup.jurisdiction import LookupRules

reactions = Reactions()


@reactions.when_many(
    CertificateIssued,
    CertificateSuspended,
    CertificateReinstated,
    CertificateRevoked,
    CertificateSurrendered,
)
def when_certificates_changed(session: Session, events: Sequence[CertificateFact]) -> None:
    """Write the documents of the certificates and their holders as of today.

    Not as of the event's time: a new replica reads events that are years old.
    """
    usecases.take_in(session, events, current_rules(LookupRules), current_service().today())


def when_caught_up(session: Session, moment: datetime) -> None:
    """Record that the replica is complete through `moment`."""
    usecases.catch_up(
        session, moment, current_rules(LookupRules), current_service().place.today(moment)
    )
