"""Password reset by a mailed link.

The pages never reveal whether an address has an account; only the mail does.
"""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from chassis.i18n.language import writing_in
from chassis.ids import new_id
from chassis.storage import audit
from services.identity.adapters.tokens import token_digest
from services.identity.domain.account import Account
from services.identity.domain.mailed_link import PasswordReset
from services.identity.usecases.confirmation import send_confirmation
from services.identity.usecases.letters import Letterhead
from services.identity.usecases.mailed_links import mail_link
from services.identity.usecases.sessions import end_all_sessions


class ResetLinkSpent(Exception):
    """No valid link has this token: it was used, it expired, or it never existed."""


def send_sign_in_help(session: Session, letterhead: Letterhead, email: str, now: datetime) -> None:
    """Mail each account with this address its username and a link to choose a new password.

    An account whose address was never confirmed gets its confirmation mail again.
    """
    accounts = session.scalars(
        select(Account).where(func.lower(Account.email) == email.lower())
    ).all()
    for account in accounts:
        if account.is_confirmed:
            _send_reset(session, letterhead, account, now)
        else:
            send_confirmation(session, letterhead, account, now)


def _send_reset(session: Session, letterhead: Letterhead, account: Account, now: datetime) -> None:
    mail_link(
        session,
        PasswordReset,
        account,
        lambda token: letterhead.password_reset(account.display_name, account.username, token),
        now,
    )
    audit.record_entry(session, "password reset asked for", account.account_id)


def get_account_to_reset(session: Session, token: str, now: datetime) -> Account:
    """The account of a mailed link that is still valid; raises `ResetLinkSpent`."""
    account = session.scalar(
        select(Account)
        .join(PasswordReset, PasswordReset.account_id == Account.account_id)
        .where(PasswordReset.token_digest == token_digest(token), PasswordReset.expires_at > now)
    )
    if account is None:
        raise ResetLinkSpent
    return account


def reset_password(
    session: Session, letterhead: Letterhead, token: str, password_hash: str, now: datetime
) -> None:
    """Set the new password and end every reset link and session of the account.

    The owner gets a mail about it, in case it was somebody else. Raises `ResetLinkSpent`.
    """
    account = get_account_to_reset(session, token, now)
    # Two clicks at once: the second waits here, and then finds the link already used.
    session.refresh(account, with_for_update=True)
    get_account_to_reset(session, token, now)
    account.password_hash = password_hash
    session.execute(delete(PasswordReset).where(PasswordReset.account_id == account.account_id))
    audit.record_entry(session, "password reset", account.account_id)
    end_all_sessions(session, account.account_id, now)
    with writing_in(account.language):
        letter = letterhead.password_changed(account.display_name)
    session.add(letter.to(account, notice_id=new_id(), now=now))
