"""Registration: search for one's record, claim it or start a new one, open an account.

A new person is published only when the address is confirmed and the person is claimed: until then
the person may not exist, and a published event cannot be taken back.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotAllowed, RuleBroken
from chassis.storage import audit
from contracts.notices import ALWAYS
from services.identity.adapters.tokens import random_token, token_digest
from services.identity.adapters.vault import Vault
from services.identity.domain.account import Account, username_key
from services.identity.domain.person import Person, VaultRow
from services.identity.domain.registration import Registration, RegistrationLost
from services.identity.domain.ssn import SocialSecurityNumber
from services.identity.jurisdiction import IdentityRules
from services.identity.usecases.confirmation import send_confirmation
from services.identity.usecases.letters import Letterhead
from services.identity.usecases.withdrawal import withdraw_unconfirmed


class SsnOnFile(RuleBroken):
    """A Social Security number belongs to one person; the message does not reveal whom."""

    title = translatable("We already have a record with this Social Security number")
    advice = translatable(
        "Do not create a second one. If you have an account, sign in. If not, search again "
        "with your name as it is on your certificate, or a former last name. If neither helps, "
        "or you think somebody else uses your number, write to the agency; the address is at the "
        "bottom of this page."
    )

    def __init__(self) -> None:
        super().__init__(translatable("Each person has one record, so no new one was created."))


class TakenMeanwhile(RuleBroken):
    """A concurrent registration took the same username, address or number first."""

    title = translatable("Somebody else took this username a moment ago")
    advice = translatable("Go back and choose another username.")


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """The account form's values; `ssn` is required for a person who is not on file."""

    username: str
    email: str
    password_hash: str = field(repr=False)
    language: str = ALWAYS
    middle_name: str | None = None
    suffix: str | None = None
    ssn: SocialSecurityNumber | None = None


def search_record(
    session: Session,
    *,
    first_name: str,
    last_name: str,
    birth_date: date,
    ssn_last_four: str,
    now: datetime,
) -> tuple[Registration, str]:
    """Search for the record of a registering person; also returns the token for the next steps.

    The four fields match a record but do not prove identity.
    """
    candidates = session.scalars(
        select(Person)
        .join(VaultRow, VaultRow.educator_id == Person.educator_id)
        .where(Person.birth_date == birth_date, VaultRow.last_four == ssn_last_four)
    )
    token = random_token()
    registration = Registration.begin(
        token_digest=token_digest(token),
        matches=[person for person in candidates if person.is_called(first_name, last_name)],
        first_name=first_name,
        last_name=last_name,
        birth_date=birth_date,
        ssn_last_four=ssn_last_four,
        now=now,
    )
    session.add(registration)
    return registration, token


def find_registration(session: Session, token: str, now: datetime) -> Registration | None:
    """The registration in progress for a browser's token."""
    return session.scalar(
        select(Registration).where(
            Registration.token_digest == token_digest(token), Registration.expires_at > now
        )
    )


def get_registration(session: Session, token: str, now: datetime) -> Registration:
    """The registration in progress for a browser's token; raises `RegistrationLost`."""
    registration = find_registration(session, token, now)
    if registration is None:
        raise RegistrationLost
    return registration


def open_account(
    session: Session,
    rules: IdentityRules,
    vault: Vault,
    letterhead: Letterhead,
    registration_id: UUID,
    chosen: NewAccount,
    now: datetime,
) -> Account:
    """Open the registration's account and mail its confirmation.

    Submitting the form twice opens one account. Raises `RegistrationLost`, `NotAllowed`,
    `PersonAlreadyClaimed`, `SsnOnFile`, and `InvalidInput` for names that are taken.
    """
    registration = session.get(Registration, registration_id, with_for_update=True)
    if registration is None:
        raise RegistrationLost
    registration.refuse_if_over(now)
    if registration.account_id is not None:
        return _get_opened(session, registration.account_id)
    if not registration.may_open_account:
        raise NotAllowed(translatable("This search did not find a record of yours."))
    if registration.is_new_person:
        display_name = _take_new_person(session, vault, registration, chosen)
    else:
        display_name = _take_found_person(session, registration)
    withdraw_unconfirmed(session, registration.educator_id)
    refuse_taken_names(session, rules, chosen.username, chosen.email)
    account = Account.open(
        username=chosen.username,
        email=chosen.email,
        is_sole_email=rules.unique_email,
        password_hash=chosen.password_hash,
        display_name=display_name,
        educator_id=registration.educator_id,
        language=chosen.language,
        now=now,
    )
    session.add(account)
    if chosen.ssn and registration.is_new_person:
        sealed = vault.seal(chosen.ssn, registration.educator_id)
        session.add(VaultRow.keep(registration.educator_id, sealed))
    registration.account_id = account.account_id
    try:
        session.flush()
    except IntegrityError as error:
        raise TakenMeanwhile from error
    send_confirmation(session, letterhead, account, now)
    audit.record_entry(
        session, "account opened", account.account_id, after={"username": account.username}
    )
    return account


def _get_opened(session: Session, account_id: UUID) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise RegistrationLost
    return account


def _take_found_person(session: Session, registration: Registration) -> str:
    person = session.get(Person, registration.educator_id, with_for_update=True)
    if person is None:
        raise RegistrationLost
    person.refuse_if_claimed()
    return person.full_name


def _take_new_person(
    session: Session, vault: Vault, registration: Registration, chosen: NewAccount
) -> str:
    if chosen.ssn is None:
        raise InvalidInput({"ssn": [translatable("Enter your Social Security number.")]})
    if chosen.ssn.last_four != registration.ssn_last_four:
        raise InvalidInput(
            {"ssn": [translatable("The last four digits are not the ones you searched with.")]}
        )
    holder = session.scalar(
        select(VaultRow.educator_id).where(VaultRow.blind_index == vault.blind_index(chosen.ssn))
    )
    if holder is not None:
        if session.get(Person, holder) is not None:
            raise SsnOnFile
        withdraw_unconfirmed(session, holder)
    registration.middle_name, registration.suffix = chosen.middle_name, chosen.suffix
    return registration.full_name


def refuse_taken_names(session: Session, rules: IdentityRules, username: str, email: str) -> None:
    """Raise `InvalidInput` for a taken username, or a taken address where addresses are unique."""
    errors: dict[str, list[str]] = {}
    if session.scalar(
        select(Account.account_id).where(Account.username_key == username_key(username))
    ):
        errors["username"] = [translatable("This username is taken. Choose another one.")]
    if rules.unique_email and session.scalar(
        select(Account.account_id).where(Account.sole_email == email.casefold())
    ):
        errors["email"] = [
            translatable("Another account uses this email address; each account needs its own.")
        ]
    if errors:
        raise InvalidInput(errors)
