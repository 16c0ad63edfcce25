"""Read queries: people, organizations, accounts, and the session lookup behind every request."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from chassis.names.keys import search_key, sought_keys
from chassis.storage.page import Page, page_of
from contracts.event import Event
from contracts.identity import OrganizationKind
from services.identity.domain.account import Account, RoleHeld, username_key
from services.identity.domain.mail import OutgoingMail
from services.identity.domain.organization import Organization
from services.identity.domain.person import Person, VaultRow
from services.identity.domain.session import AccountSession
from services.identity.domain.signing_key import KeySet
from services.identity.jurisdiction import SessionLimits

PAGE_SIZE = 25


@dataclass(frozen=True)
class Visit:
    """An open session with its account and roles.

    `other_ids` are the person on record, and each account that is theirs.
    """

    session_id: UUID
    account_id: UUID
    started_at: datetime
    last_seen_at: datetime
    display_name: str
    educator_id: UUID | None
    other_ids: frozenset[UUID]
    roles: frozenset[tuple[str, UUID]]


def find_visit(session: Session, digest: str, limits: SessionLimits, now: datetime) -> Visit | None:
    """The open session of this token, with its account's roles, in one query."""
    same_persons = aliased(Account)
    person_id: ColumnElement[UUID] = func.coalesce(Account.educator_id, Account.said_educator_id)
    rows = session.execute(
        select(
            AccountSession.session_id,
            AccountSession.account_id,
            AccountSession.started_at,
            AccountSession.last_seen_at,
            Account.display_name,
            Account.educator_id,
            person_id.label("person_id"),
            same_persons.account_id.label("same_persons_account_id"),
            RoleHeld.role,
            RoleHeld.organization_id,
        )
        .join(Account, Account.account_id == AccountSession.account_id)
        .outerjoin(same_persons, is_account_of(person_id, same_persons))
        .outerjoin(RoleHeld, RoleHeld.account_id == Account.account_id)
        .where(AccountSession.token_digest == digest, *_is_open(limits, now))
    ).all()
    if not rows:
        return None
    first = rows[0]
    return Visit(
        session_id=first.session_id,
        account_id=first.account_id,
        started_at=first.started_at,
        last_seen_at=first.last_seen_at,
        display_name=first.display_name,
        educator_id=first.educator_id,
        other_ids=frozenset(
            each for row in rows for each in (row.person_id, row.same_persons_account_id) if each
        ),
        roles=frozenset((row.role, row.organization_id) for row in rows if row.role is not None),
    )


def is_account_of(
    person_id: ColumnElement[UUID], account: type[Account] = Account
) -> ColumnElement[bool]:
    """Whether the account is this person's: the one they registered with, or a staff account."""
    return or_(
        and_(account.educator_id == person_id, account.confirmed_at.is_not(None)),
        account.said_educator_id == person_id,
    )


def _is_open(limits: SessionLimits, now: datetime) -> tuple[Any, ...]:
    return (
        AccountSession.ended_at.is_(None),
        AccountSession.last_seen_at > now - limits.idle,
        AccountSession.started_at > now - limits.longest,
    )


def open_sessions(
    session: Session, account_id: UUID, limits: SessionLimits, now: datetime
) -> Sequence[AccountSession]:
    """The account's open sessions, most recently used first."""
    return session.scalars(
        select(AccountSession)
        .where(AccountSession.account_id == account_id, *_is_open(limits, now))
        .order_by(AccountSession.last_seen_at.desc())
    ).all()


def organizations(
    session: Session, text: str, kind: OrganizationKind | None, page: int
) -> Page[Organization]:
    """Organizations whose name contains the text or whose number begins with it, by name."""
    query = select(Organization)
    if text:
        key = search_key(text)
        by_name = Organization.name_key.contains(key, autoescape=True) if key else None
        by_number = Organization.state_number.istartswith(text, autoescape=True)
        query = query.where(by_number if by_name is None else or_(by_name, by_number))
    if kind:
        query = query.where(Organization.kind == kind)
    in_order = query.order_by(Organization.name_key, Organization.state_number)
    return page_of(session, in_order, page, PAGE_SIZE)


def all_organizations(session: Session, *kinds: OrganizationKind) -> Sequence[Organization]:
    """The open organizations of these kinds, by name."""
    return session.scalars(
        select(Organization)
        .where(Organization.kind.in_(kinds), Organization.closed_on.is_(None))
        .order_by(Organization.name_key)
    ).all()


def names_of_parents(session: Session, children: Sequence[Organization]) -> dict[UUID, str]:
    """The name of each organization's parent, by the parent's id."""
    ids = {child.parent_id for child in children if child.parent_id}
    rows = session.execute(
        select(Organization.organization_id, Organization.name).where(
            Organization.organization_id.in_(ids)
        )
    )
    return {row.organization_id: row.name for row in rows}


def persons(session: Session, text: str, page: int) -> Page[Person]:
    """Persons by the beginning of their last name, or "last first", or by their number."""
    words = [keys for word in text.split() if (keys := sought_keys(word))[0]]
    beginnings = (
        " ".join(keys[0] for keys in words),
        " ".join(keys[-1] for keys in words),
        # A last name of several words, such as "Van Dyke".
        *sought_keys(text),
    )
    query = select(Person).where(
        or_(
            Person.educator_number == text.strip(),
            *(Person.name_key.startswith(key, autoescape=True) for key in set(beginnings)),
        )
    )
    in_order = query.order_by(Person.name_key, Person.educator_number)
    return page_of(session, in_order, page, PAGE_SIZE)


class Holder(StrEnum):
    """What is known of whose staff accounts are."""

    NOT_SAID = "not_said"
    """They hold a role, and nobody has said whose they are."""
    NO_RECORD = "no_record"
    """They were said to belong to persons without a record."""


_HOLDER_IS = {
    Holder.NOT_SAID: and_(
        Account.educator_id.is_(None),
        Account.said_educator_id.is_(None),
        Account.no_record_said_at.is_(None),
        Account.roles.any(),
    ),
    Holder.NO_RECORD: Account.no_record_said_at.is_not(None),
}


def count_accounts(session: Session, holder: Holder) -> int:
    """How many staff accounts there are of which this is known."""
    query = select(func.count()).select_from(Account).where(_HOLDER_IS[holder])
    return session.scalar(query) or 0


def accounts(session: Session, text: str, page: int, holder: Holder | None = None) -> Page[Account]:
    """Accounts by the beginning of their username, or by a part of the name or address."""
    query = select(Account)
    if holder:
        query = query.where(_HOLDER_IS[holder])
    if text:
        query = query.where(
            or_(
                Account.username_key.startswith(username_key(text), autoescape=True),
                Account.display_name.icontains(text, autoescape=True),
                Account.email.icontains(text, autoescape=True),
            )
        )
    return page_of(session, query.order_by(Account.username_key), page, PAGE_SIZE)


def messages_to(session: Session, account_id: UUID, page: int) -> Page[OutgoingMail]:
    """The mail sent to an account, newest first, without mails that hold a sign-in link."""
    query = _messages_to(account_id).order_by(OutgoingMail.mail_id.desc())
    return page_of(session, query, page, PAGE_SIZE)


def find_message(session: Session, account_id: UUID, mail_id: UUID) -> OutgoingMail | None:
    """One of the messages to an account."""
    return session.scalar(_messages_to(account_id).where(OutgoingMail.mail_id == mail_id))


def _messages_to(account_id: UUID) -> Select[OutgoingMail]:
    return select(OutgoingMail).where(
        OutgoingMail.account_id == account_id, OutgoingMail.holds_link_that_lets_in.is_(False)
    )


def find_account_of(session: Session, educator_id: UUID) -> Account | None:
    """The person's confirmed account."""
    return session.scalar(
        select(Account).where(Account.educator_id == educator_id, Account.confirmed_at.is_not(None))
    )


def staff_accounts_of(session: Session, educator_id: UUID) -> Sequence[Account]:
    """The staff accounts that were said to be this person's."""
    said = select(Account).where(Account.said_educator_id == educator_id)
    return session.scalars(said.order_by(Account.username_key)).all()


def find_last_four(session: Session, educator_id: UUID) -> str | None:
    """The last four digits of the person's Social Security number."""
    return session.scalar(select(VaultRow.last_four).where(VaultRow.educator_id == educator_id))


def public_keys(session: Session) -> list[dict[str, str]]:
    """The keys that verify tokens, as JSON Web Keys (RFC 7517)."""
    return [
        {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": key.kid}
        | {"x": key.x, "y": key.y}
        for key_set in session.scalars(select(KeySet))
        for key in key_set.keys
    ]


def announcements(session: Session) -> Iterator[Event]:
    """The current state of the signing keys, organizations, persons, and staff accounts."""
    for key_set in session.scalars(select(KeySet)):
        yield key_set.state()
    for organization in session.scalars(select(Organization)):
        yield organization.state()
    for person in session.scalars(select(Person)):
        yield person.state()
    for account in session.scalars(select(Account).where(Account.version > 0)):
        yield account.state()
