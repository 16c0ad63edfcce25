"""Address confirmation, which activates the account and publishes a new person."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.messaging.outbox import record
from chassis.problems import NotFound
from chassis.storage import audit
from chassis.storage.sequences import next_number
from services.identity.adapters.tokens import token_digest
from services.identity.domain.account import Account
from services.identity.domain.mailed_link import Confirmation
from services.identity.domain.person import Person
from services.identity.domain.registration import Registration
from services.identity.jurisdiction import IdentityRules
from services.identity.usecases.letters import Letterhead
from services.identity.usecases.mailed_links import mail_link


class UnknownLink(NotFound):
    """No link has this token, or a later registration replaced it."""

    title = translatable("This link does not work")
    advice = translatable(
        "Use the whole link from the newest email. If you registered again, only the later "
        "registration counts. If a week has passed, please register again."
    )


def send_confirmation(
    session: Session, letterhead: Letterhead, account: Account, now: datetime
) -> None:
    """Mail a link to the account's address; earlier links stay valid until they expire.

    Raises `AccountAlreadyConfirmed`.
    """
    account.refuse_if_confirmed()
    mail_link(
        session,
        Confirmation,
        account,
        lambda token: letterhead.confirmation(account.display_name, token),
        now,
    )


def find_confirmation(session: Session, token: str) -> tuple[Confirmation, Account]:
    """The mailed link and its account; raises `UnknownLink`."""
    row = session.execute(
        select(Confirmation, Account)
        .join(Account, Account.account_id == Confirmation.account_id)
        .where(Confirmation.token_digest == token_digest(token))
    ).first()
    if row is None:
        raise UnknownLink(
            translatable("The link may be incomplete, or from an earlier registration.")
        )
    return row[0], row[1]


def confirm_address(session: Session, rules: IdentityRules, token: str, now: datetime) -> Account:
    """Activate the account and claim its person.

    Raises `UnknownLink`, `AccountAlreadyConfirmed` and `LinkExpired`.
    """
    confirmation, account = find_confirmation(session, token)
    # Two clicks at once: the second waits here, and then sees that the first has confirmed.
    session.refresh(account, with_for_update=True)
    account.refuse_if_confirmed()
    confirmation.refuse_if_expired(now)
    account.confirm(now)
    person = _get_or_record_person(session, rules, account, now)
    fact = person.claim(now)
    session.flush()
    record(session, fact)
    audit.record_entry(session, "address confirmed", account.account_id)
    return account


def _get_or_record_person(
    session: Session, rules: IdentityRules, account: Account, now: datetime
) -> Person:
    person = session.get(Person, account.educator_id, with_for_update=True)
    registration = session.scalar(
        select(Registration).where(Registration.account_id == account.account_id)
    )
    if person is None:
        if registration is None:
            raise UnknownLink
        person = Person.record(
            educator_id=registration.educator_id,
            educator_number=_new_educator_number(session, rules),
            first_name=registration.first_name,
            middle_name=registration.middle_name,
            last_name=registration.last_name,
            suffix=registration.suffix,
            birth_date=registration.birth_date,
            now=now,
        )
        session.add(person)
        record(session, person.recorded())
    # Registration is done; do not keep a second copy of the birth date.
    session.execute(delete(Registration).where(Registration.account_id == account.account_id))
    return person


def _new_educator_number(session: Session, rules: IdentityRules) -> str:
    """The next number the legacy system did not issue."""
    while True:
        number = rules.educator_number.written(
            next_number(session, "educator", first=rules.educator_number.first)
        )
        taken = select(Person.educator_id).where(Person.educator_number == number)
        if session.scalar(taken) is None:
            return number
