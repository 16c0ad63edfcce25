"""When certification told the state of a certificate, show it; when all is handled, say so."""

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
    """Write the documents of the certificates and their holders, as they are today.

    Not as they were when that was told: a replica that is new reads facts that are years old.
    """
    usecases.take_in(session, events, current_rules(LookupRules), current_service().today())


def when_caught_up(session: Session, moment: datetime) -> None:
    """Note that everything up to `moment` is known."""
    usecases.catch_up(
        session, moment, current_rules(LookupRules), current_service().place.today(moment)
    )
