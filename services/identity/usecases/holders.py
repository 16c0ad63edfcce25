"""Whose a staff account is: said by an administrator, so that nobody decides their own matter."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from chassis.i18n.text import Translatable, code_words, translatable
from chassis.messaging.outbox import record
from chassis.names.compare import Match, Reason, compare
from chassis.names.keys import sought_keys
from chassis.names.parts import Name
from chassis.problems import InvalidInput
from chassis.security.own_matter import refuse_own_matter
from chassis.storage import audit
from services.identity.domain.account import Account
from services.identity.domain.person import Person
from services.identity.usecases.accounts import get_account


class PossibleHolder(NamedTuple):
    """A person on record who may have a staff account; `match` is None if the names differ."""

    person: Person
    match: Match | None
    is_same_email: bool

    @property
    def reasons(self) -> list[Translatable]:
        """Why the person may have it."""
        # An account's name is one text, whose order is anybody's guess.
        of_name = self.match.reasons - {Reason.ORDER} or {Reason.SAME} if self.match else ()
        of_email = [translatable("same email address")] if self.is_same_email else []
        return [*map(code_words, sorted(of_name)), *of_email]

    @property
    def sureness(self) -> tuple[bool, int]:
        """How likely it is; the likeliest is the greatest."""
        return self.is_same_email, self.match.strength if self.match else 0


def say_holder(
    session: Session,
    account_id: UUID,
    educator_number: str | None,
    now: datetime,
    *,
    although_names_differ: bool = False,
) -> Account:
    """Say which person on record has a staff account; no number says that they have no record.

    Raises `OwnMatter` for one's own account or record, `NotFound`, `HolderClaimed`, and
    `InvalidInput` for a number that nobody has, or that somebody of another name has.
    """
    refuse_own_matter(account_id)
    account = get_account(session, account_id)
    educator_id = None
    if educator_number is not None:
        person = _get_by_number(session, educator_number)
        refuse_own_matter(person.educator_id)
        if not although_names_differ:
            _refuse_another_name(account, person)
        educator_id = person.educator_id
    before = _said(account)
    record(session, account.say_holder(educator_id, now))
    audit.record_entry(
        session, "account holder said", account_id, before=before, after=_said(account)
    )
    return account


def _said(account: Account) -> dict[str, str | bool | None]:
    return {
        "educator_id": str(account.said_educator_id) if account.said_educator_id else None,
        "has_no_record": account.no_record_said_at is not None,
    }


def _get_by_number(session: Session, educator_number: str) -> Person:
    person = session.scalar(select(Person).where(Person.educator_number == educator_number))
    if person is None:
        raise InvalidInput({"educator_number": [translatable("Nobody on record has this number.")]})
    return person


def _refuse_another_name(account: Account, person: Person) -> None:
    if _compare(account, person) is None:
        raise InvalidInput(
            {
                "educator_number": [
                    translatable(
                        "The record with this number is of {person}, the account of {holder}. "
                        "Check the number, or confirm that both are the same person.",
                        person=person.full_name,
                        holder=account.display_name,
                    )
                ]
            }
        )


def _compare(account: Account, person: Person) -> Match | None:
    return compare(person.name, Name(last=account.display_name))


def possible_holders(
    session: Session, accounts: Iterable[Account]
) -> dict[UUID, list[PossibleHolder]]:
    """Who on record may have each of these staff accounts, the likeliest first.

    Compared are all who have the account's last name, or an account with its email address.
    """
    return {
        account.account_id: sorted(
            _possible_holders(session, account), key=lambda each: each.sureness, reverse=True
        )
        for account in accounts
        if account.person_id is None
    }


def _possible_holders(session: Session, account: Account) -> Iterator[PossibleHolder]:
    same_email = set(
        session.scalars(
            select(Account.educator_id).where(
                func.lower(Account.email) == account.email.lower(),
                Account.educator_id.is_not(None),
                Account.confirmed_at.is_not(None),
            )
        )
    )
    keys = _last_name_keys(account.display_name)
    candidates = select(Person).where(
        or_(
            Person.educator_id.in_(same_email),
            *(Person.name_key.startswith(f"{key} ", autoescape=True) for key in keys),
        )
    )
    for person in session.scalars(candidates.order_by(Person.educator_number)):
        match = _compare(account, person)
        is_same_email = person.educator_id in same_email
        if match or is_same_email:
            yield PossibleHolder(person, match, is_same_email)


def _last_name_keys(display_name: str) -> set[str]:
    """The keys under which the person may be filed, whose last name is of one or more words."""
    words = display_name.split()
    last_names = {" ".join(words[at:]) for at in range(len(words))} | {words[0]} if words else set()
    return {key for name in last_names for key in sought_keys(name) if key}
