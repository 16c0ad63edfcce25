"""Sessions: started at sign-in, marked as seen, and ended one by one or all at once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.problems import NotFound
from chassis.storage import audit
from services.identity.adapters.tokens import random_token, token_digest
from services.identity.domain.session import AccountSession


def start_session(
    session: Session,
    account_id: UUID,
    *,
    address: str | None,
    user_agent: str,
    now: datetime,
) -> str:
    """Start a session and return the token for the browser's cookie."""
    token = random_token()
    started = AccountSession.start(
        account_id=account_id,
        token_digest=token_digest(token),
        address=address,
        user_agent=user_agent,
        now=now,
    )
    session.add(started)
    audit.record_entry(
        session, "signed in", account_id, after={"session_id": str(started.session_id)}
    )
    return token


def record_seen(session: Session, session_id: UUID, now: datetime) -> None:
    """Record that the session is in use."""
    session.execute(
        update(AccountSession)
        .where(AccountSession.session_id == session_id)
        .values(last_seen_at=now)
    )


def end_session_by_token(session: Session, token: str, now: datetime) -> None:
    """End the session of a browser's token, if there is one."""
    found = session.scalar(
        select(AccountSession).where(AccountSession.token_digest == token_digest(token))
    )
    if found is not None and found.ended_at is None:
        found.end(now)
        audit.record_entry(
            session, "signed out", found.account_id, after={"session_id": str(found.session_id)}
        )


def end_session(session: Session, session_id: UUID, account_id: UUID, now: datetime) -> None:
    """End one of the account's own sessions; raises `NotFound`."""
    found = session.get(AccountSession, session_id)
    if found is None or found.account_id != account_id:
        raise NotFound(translatable("You have no such sign-in."))
    found.end(now)
    audit.record_entry(session, "session ended", account_id, after={"session_id": str(session_id)})


def end_all_sessions(session: Session, account_id: UUID, now: datetime) -> int:
    """End every session of the account; returns how many there were."""
    open_sessions = session.scalars(
        select(AccountSession).where(
            AccountSession.account_id == account_id, AccountSession.ended_at.is_(None)
        )
    ).all()
    for open_session in open_sessions:
        open_session.end(now)
    audit.record_entry(
        session, "signed out everywhere", account_id, after={"ended": len(open_sessions)}
    )
    return len(open_sessions)
