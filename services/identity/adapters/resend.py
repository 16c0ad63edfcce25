"""The signed ticket for requesting another confirmation email."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from chassis.i18n.text import translatable
from chassis.problems import NotAllowed

LIFETIME = timedelta(hours=1)


class TicketRefused(NotAllowed):
    """The ticket was altered or has expired."""

    title = translatable("We could not send another email")
    advice = translatable(
        "Sign in with your username and password; from there you can ask for a new email."
    )

    def __init__(self) -> None:
        super().__init__(translatable("This page was open for too long, or was changed."))


class ResendTickets:
    """Issues and reads tickets; only the account's owner gets one."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(
            secret,
            salt="confirmation mail",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def issue(self, account_id: UUID, now: datetime) -> str:
        """A ticket for a form field, valid for one hour."""
        expires = int((now + LIFETIME).timestamp())
        return str(self._serializer.dumps([str(account_id), expires]))

    def read(self, ticket: str, now: datetime) -> UUID:
        """The ticket's account; raises `TicketRefused`."""
        try:
            account_id, expires = self._serializer.loads(ticket)
        except (BadData, UnicodeEncodeError) as error:
            raise TicketRefused from error
        if now.timestamp() >= expires:
            raise TicketRefused
        return UUID(account_id)
