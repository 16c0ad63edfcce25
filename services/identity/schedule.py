"""Daily jobs: remove expired rows and retire old signing keys."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from chassis.schedule import Schedule
from services.identity.adapters.captcha import LIFETIME as CAPTCHA_LIFETIME
from services.identity.domain.account import Account
from services.identity.domain.limits import Attempt, UsedChallenge
from services.identity.domain.mailed_link import PasswordReset
from services.identity.domain.registration import Registration
from services.identity.domain.session import AccountSession
from services.identity.usecases import keys, withdrawal

UNCONFIRMED_FOR = timedelta(days=7)
SESSIONS_KEPT_FOR = timedelta(days=90)
ATTEMPTS_KEPT_FOR = timedelta(days=1)

schedule = Schedule()


@schedule.every_day
def withdraw_unconfirmed_registrations(session: Session, day: date, now: datetime) -> None:
    """Free the username, address and Social Security number of accounts never confirmed."""
    abandoned = session.scalars(
        select(Account).where(
            Account.confirmed_at.is_(None), Account.opened_at <= now - UNCONFIRMED_FOR
        )
    ).all()
    for account in abandoned:
        if account.educator_id is not None:
            withdrawal.withdraw_unconfirmed(session, account.educator_id)
    session.execute(
        delete(Registration).where(
            Registration.expires_at <= now, Registration.account_id.is_(None)
        )
    )


@schedule.every_day
def forget_sessions_and_attempts(session: Session, day: date, now: datetime) -> None:
    """Remove old attempts, links and sessions: they protect nobody and reveal where people were."""
    session.execute(delete(Attempt).where(Attempt.at <= now - ATTEMPTS_KEPT_FOR))
    session.execute(delete(PasswordReset).where(PasswordReset.expires_at <= now))
    session.execute(delete(UsedChallenge).where(UsedChallenge.used_at <= now - CAPTCHA_LIFETIME))
    session.execute(
        delete(AccountSession).where(
            or_(
                AccountSession.ended_at <= now - SESSIONS_KEPT_FOR,
                AccountSession.last_seen_at <= now - SESSIONS_KEPT_FOR,
            )
        )
    )


@schedule.every_day
def retire_signing_keys(session: Session, day: date, now: datetime) -> None:
    """Stop publishing keys whose last token has long expired."""
    keys.retire_keys(session, now)
