"""Sign-in. The password is checked between two transactions, so that no lock is held."""

import hashlib
from uuid import UUID

from chassis.context import current_context
from chassis.service import Service
from services.identity.adapters.passwords import (
    check_password,
    equalize_timing,
    hash_password,
    needs_rehash,
)
from services.identity.domain.account import Account, username_key
from services.identity.jurisdiction import IdentityRules
from services.identity.usecases import accounts, sessions
from services.identity.usecases.limits import begin_attempt, forgive


class WrongCredentials(Exception):
    """No account has this username and password; the caller must not reveal which is wrong."""


class NotConfirmed(Exception):
    """The credentials are right, but the address is not confirmed yet."""

    def __init__(self, account_id: UUID) -> None:
        super().__init__(account_id)
        self.account_id = account_id


def sign_in(
    service: Service, username: str, password: str, *, user_agent: str, replaced_token: str | None
) -> str:
    """Start a session and return its token; ends the browser's earlier session.

    Raises `WrongCredentials`, `NotConfirmed` and `usecases.limits.TooManyTries`.
    """
    rules: IdentityRules = service.rules
    now, by_username = service.now(), key_of("sign-in username", username_key(username))
    limits = {
        by_username: rules.limits.failures_per_username,
        key_of("sign-in address", current_context().address): rules.limits.failures_per_address,
    }
    with service.database.transaction() as session:
        attempts = begin_attempt(session, limits, rules.limits.window, now)
    account = _get_checked(service, username, password)
    with service.database.transaction() as session:
        forgive(session, attempts, by_username)
        if not account.is_confirmed:
            token = None
        else:
            if needs_rehash(account.password_hash):
                current = accounts.get_account(session, account.account_id)
                current.password_hash = hash_password(password)
            if replaced_token:
                sessions.end_session_by_token(session, replaced_token, now)
            token = sessions.start_session(
                session,
                account.account_id,
                address=current_context().address,
                user_agent=user_agent,
                now=now,
            )
    if token is None:
        raise NotConfirmed(account.account_id)
    return token


def _get_checked(service: Service, username: str, password: str) -> Account:
    with service.database.reading() as session:
        account = accounts.find_account_by_username(session, username)
    if account is None:
        equalize_timing(password)
        raise WrongCredentials
    if not check_password(account.password_hash, password):
        raise WrongCredentials
    return account


def key_of(kind: str, *values: object) -> str:
    """The key for counting attempts; hashed because people type passwords into the wrong field."""
    text = "\n".join(str(value) for value in values)
    return f"{kind} {hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
