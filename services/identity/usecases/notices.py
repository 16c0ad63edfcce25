"""Turns notices from other services into mail to their readers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.language import ENGLISH
from chassis.observability.logging import log
from contracts.notices import NoticeDue, NoticeFact, Recipient
from services.identity.domain.account import Account, RoleHeld
from services.identity.domain.mail import OutgoingMail
from services.identity.usecases.letters import Letterhead


def write_notice(
    session: Session, letterhead: Letterhead, notice: NoticeFact, now: datetime
) -> None:
    """Queue the notice's mail to each of its readers, once, in the language of their account.

    A person without a confirmed account gets no mail; they see the matter on the service's pages
    once they register.
    """
    written = set(
        session.scalars(
            select(OutgoingMail.account_id).where(OutgoingMail.notice_id == notice.notice_id)
        )
    )
    if (email := notice.recipient.email) is not None:
        if None not in written:
            letter = letterhead.notice(None, notice, ENGLISH)
            session.add(letter.to_address(email, notice_id=notice.notice_id, now=now))
        return
    readers = _readers(session, notice.recipient)
    if not readers:
        log.info("notice has no reader", notice_id=str(notice.notice_id))
    for account in readers:
        if account.account_id not in written:
            letter = letterhead.notice(account.display_name, notice, account.language)
            session.add(letter.to(account, notice_id=notice.notice_id, now=now))


def write_notice_of_first_version(
    session: Session, letterhead: Letterhead, notice: NoticeDue, now: datetime
) -> None:
    """Like `write_notice`, for a notice that a service of 0.2.0 recorded; in English."""
    if notice.educator_id is None and notice.role is None:
        log.info("notice has no reader", notice_id=str(notice.notice_id))
        return
    recipient = Recipient(
        educator_id=notice.educator_id, organization_id=notice.organization_id, role=notice.role
    )
    due = NoticeFact(
        version=notice.version,
        notice_id=notice.notice_id,
        kind="unknown",
        recipient=recipient,
        title={ENGLISH: notice.title},
        text={ENGLISH: notice.text},
        link=notice.link,
    )
    write_notice(session, letterhead, due, now)


def _readers(session: Session, recipient: Recipient) -> Sequence[Account]:
    confirmed = select(Account).where(Account.confirmed_at.is_not(None))
    if recipient.educator_id is not None:
        return session.scalars(confirmed.where(Account.educator_id == recipient.educator_id)).all()
    holders = select(RoleHeld.account_id).where(
        RoleHeld.role == recipient.role, RoleHeld.organization_id == recipient.organization_id
    )
    return session.scalars(confirmed.where(Account.account_id.in_(holders))).all()
