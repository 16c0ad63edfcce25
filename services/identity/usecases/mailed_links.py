"""A link in a letter: its token leaves in the letter alone, and only its digest is kept."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from services.identity.adapters.tokens import random_token, token_digest
from services.identity.domain.account import Account
from services.identity.domain.mailed_link import MailedLink
from services.identity.usecases.letters import Letter


def mail_link(
    session: Session,
    kind: type[MailedLink],
    account: Account,
    write: Callable[[str], Letter],
    now: datetime,
) -> None:
    """Mail the account a link of this kind, in the letter that `write` makes around its token."""
    token = random_token()
    link = kind.send(account.account_id, token_digest(token), now)
    letter = write(token)
    session.add(link)
    session.add(letter.to(account, notice_id=link.link_id, now=now, holds_link_that_lets_in=True))
