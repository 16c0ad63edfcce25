"""Reactions: a notice from any service becomes a mail to its reader."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.messaging.reactions import Reactions
from contracts.certification import CertificationNoticeDue
from contracts.legal import LegalNoticeDue
from contracts.notices import NoticeDue, NoticeFact
from contracts.payments import PaymentsNoticeDue
from services.identity.usecases import notices
from services.identity.usecases.letters import letterhead

reactions = Reactions()


@reactions.when(CertificationNoticeDue, LegalNoticeDue, PaymentsNoticeDue)
def when_notice_due(session: Session, event: NoticeFact, at: datetime) -> None:
    """Write the mail; the courier sends it."""
    notices.write_notice(session, letterhead(), event, at)


@reactions.when(NoticeDue)
def when_notice_of_first_version_due(session: Session, event: NoticeDue, at: datetime) -> None:
    """Write the mail of a notice that was recorded before the upgrade."""
    notices.write_notice_of_first_version(session, letterhead(), event, at)
