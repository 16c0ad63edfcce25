"""Removes a registration whose address was never confirmed."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.identity.domain.account import Account
from services.identity.domain.mail import OutgoingMail
from services.identity.domain.mailed_link import Confirmation
from services.identity.domain.person import Person, VaultRow
from services.identity.domain.registration import Registration


def withdraw_unconfirmed(session: Session, educator_id: UUID) -> None:
    """Remove this person's unconfirmed account, if there is one.

    It frees the username, address and Social Security number; otherwise a person who mistyped
    their address could never register. A confirmed account is not changed.
    """
    account = session.scalar(select(Account).where(Account.educator_id == educator_id))
    if account is not None and account.is_confirmed:
        return
    if account is not None:
        session.execute(delete(Confirmation).where(Confirmation.account_id == account.account_id))
        session.execute(delete(OutgoingMail).where(OutgoingMail.account_id == account.account_id))
        session.execute(delete(Registration).where(Registration.account_id == account.account_id))
        session.delete(account)
    if session.get(Person, educator_id) is None:
        session.execute(delete(VaultRow).where(VaultRow.educator_id == educator_id))
    session.flush()
