"""Links in mail: the token is only in the mail; the database keeps its digest."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.i18n.language import writing_in
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
    """Mail the account a link of this kind; `write` builds the letter from its token.

    It is written in the account's language.
    """
    token = random_token()
    link = kind.send(account.account_id, token_digest(token), now)
    with writing_in(account.language):
        letter = write(token)
    session.add(link)
    session.add(letter.to(account, notice_id=link.link_id, now=now, holds_link_that_lets_in=True))
