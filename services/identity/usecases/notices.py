"""Turns notices from other services into mail to their readers' accounts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.observability.logging import log
from contracts.notices import NoticeDue
from services.identity.domain.account import Account, RoleHeld
from services.identity.domain.mail import OutgoingMail
from services.identity.usecases.letters import Letterhead


def write_notice(
    session: Session, letterhead: Letterhead, notice: NoticeDue, now: datetime
) -> None:
    """Queue the notice's mail to each of its readers' accounts, once.

    A person without a confirmed account gets no mail; they see the matter on the service's pages
    once they register.
    """
    readers = _readers(session, notice)
    if not readers:
        log.info("notice has no reader", notice_id=str(notice.notice_id))
    written = set(
        session.scalars(
            select(OutgoingMail.account_id).where(OutgoingMail.notice_id == notice.notice_id)
        )
    )
    for account in readers:
        if account.account_id not in written:
            letter = letterhead.notice(account.display_name, notice)
            session.add(letter.to(account, notice_id=notice.notice_id, now=now))


def _readers(session: Session, notice: NoticeDue) -> Sequence[Account]:
    confirmed = select(Account).where(Account.confirmed_at.is_not(None))
    if notice.educator_id is not None:
        return session.scalars(confirmed.where(Account.educator_id == notice.educator_id)).all()
    if notice.role is None:
        return []
    holders = select(RoleHeld.account_id).where(RoleHeld.role == notice.role)
    if notice.organization_id is not None:
        holders = holders.where(RoleHeld.organization_id == notice.organization_id)
    return session.scalars(confirmed.where(Account.account_id.in_(holders))).all()
