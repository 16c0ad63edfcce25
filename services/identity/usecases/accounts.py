"""Staff accounts, and the roles that accounts hold at organizations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.messaging.outbox import record
from chassis.problems import InvalidInput, NotFound
from chassis.security.own_matter import refuse_own_matter
from chassis.storage import audit
from contracts.identity import Role
from services.identity.adapters.passwords import hash_password
from services.identity.domain.account import Account, username_key
from services.identity.jurisdiction import IdentityRules
from services.identity.usecases.organizations import get_organization
from services.identity.usecases.registration import refuse_taken_names


def create_staff_account(
    session: Session,
    rules: IdentityRules,
    *,
    username: str,
    email: str,
    password: str,
    display_name: str,
    now: datetime,
) -> Account:
    """A staff account, confirmed at once because the agency vouches for its owner.

    Raises `InvalidInput` for names that are taken and for a password that breaks the rule.
    """
    refuse_taken_names(session, rules, username, email)
    if faults := rules.password_faults(password, username, email, display_name):
        raise InvalidInput({"password": faults})
    account = Account.open(
        username=username,
        email=email,
        is_sole_email=rules.unique_email,
        password_hash=hash_password(password),
        display_name=display_name,
        now=now,
    )
    account.confirm(now)
    session.add(account)
    audit.record_entry(
        session, "staff account created", account.account_id, after={"username": username}
    )
    return account


def get_account(session: Session, account_id: UUID) -> Account:
    """The account; raises `NotFound`."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(translatable("There is no such account."))
    return account


def find_account_by_username(session: Session, username: str) -> Account | None:
    """The account with this username, ignoring case."""
    return session.scalar(select(Account).where(Account.username_key == username_key(username)))


def get_account_by_username(session: Session, username: str) -> Account:
    """The account with this username; raises `NotFound`."""
    account = find_account_by_username(session, username)
    if account is None:
        raise NotFound(translatable("No account has the username {username}.", username=username))
    return account


def grant_role(
    session: Session, account_id: UUID, role: Role, organization_id: UUID, now: datetime
) -> Account:
    """Grant an account a role at an organization, effective with its next token.

    Raises `OwnMatter`, `NotFound`, `HolderNotSaid`, `RoleDoesNotFit` and `RoleAlreadyHeld`.
    """
    refuse_own_matter(account_id)
    account = get_account(session, account_id)
    organization = get_organization(session, organization_id)
    record(session, account.grant(role, organization, now))
    audit.record_entry(
        session,
        "role granted",
        account_id,
        after={"role": role, "organization_id": str(organization_id)},
    )
    return account


def withdraw_role(session: Session, account_id: UUID, role: Role, organization_id: UUID) -> Account:
    """Withdraw a role, effective with the account's next token.

    Raises `OwnMatter`, so that one administrator is always left, `NotFound` and `RoleNotHeld`.
    """
    refuse_own_matter(account_id)
    account = get_account(session, account_id)
    record(session, account.withdraw(role, organization_id))
    audit.record_entry(
        session,
        "role withdrawn",
        account_id,
        before={"role": role, "organization_id": str(organization_id)},
    )
    return account


def choose_language(session: Session, account_id: UUID, language: str) -> None:
    """Choose the language of all mail to the account; raises `NotFound`."""
    account = get_account(session, account_id)
    before, account.language = account.language, language
    audit.record_entry(
        session,
        "language chosen",
        account_id,
        before={"language": before},
        after={"language": language},
    )
