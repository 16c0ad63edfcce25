"""Reactions: a notice from any service becomes a mail to its reader."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.messaging.reactions import Reactions
from contracts.notices import NoticeDue
from services.identity.usecases import notices
from services.identity.usecases.letters import letterhead

reactions = Reactions()


@reactions.when(NoticeDue)
def when_notice_due(session: Session, event: NoticeDue, at: datetime) -> None:
    """Write the mail; the courier sends it."""
    notices.write_notice(session, letterhead(), event, at)
