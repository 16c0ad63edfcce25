"""Mail: one message to one person, written to a folder or handed to an SMTP server."""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from uuid import UUID

from chassis.i18n.text import translatable

_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.eml")
_TIMEOUT_SECONDS = 30


class InvalidAddress(ValueError):
    """The text is not one plain email address, such as ann@example.org."""


class MailNotFound(LookupError):
    """The folder has no mail with this name."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to one person. `to` is a bare address; raises `InvalidAddress`."""

    to: str
    subject: str
    # Never logged: the text may hold a sign-in link.
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        address_of(self.to)


@dataclass(frozen=True, slots=True)
class DeliveredMail:
    """A mail in the folder; `name` is its file name."""

    name: str
    sent_at: datetime
    to: str
    subject: str
    text: str = field(repr=False)


class Deliverer(Protocol):
    """Delivers mail.

    Returns once the next hop has accepted it and raises otherwise, so that the caller can retry.
    A mail may arrive twice; the same notice always has the same Message-ID.
    """

    def deliver(self, mail: Mail, *, notice_id: UUID, now: datetime) -> None:
        """Hand the mail over; raises if it was not accepted."""
        ...


class FolderDeliverer:
    """Writes each mail as `<notice id>.eml` to a folder that only its owner can read.

    Notice ids are time-ordered, and so are the names; a repeated notice replaces its file.
    """

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = address_of(sender)

    def deliver(self, mail: Mail, *, notice_id: UUID, now: datetime) -> None:
        """Write the mail to the folder; raises `OSError` when it cannot be written."""
        message = build_message(mail, sender=self._sender, notice_id=notice_id, now=now)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as file:
            file.write(message.as_bytes())
        Path(file.name).replace(self._folder / f"{notice_id}.eml")

    def list_mail(self) -> list[DeliveredMail]:
        """Every mail in the folder, newest first."""
        names = [path.name for path in self._folder.glob("*.eml") if _NAME.fullmatch(path.name)]
        mails = [self.read_mail(name) for name in names]
        return sorted(mails, key=lambda mail: (mail.sent_at, mail.name), reverse=True)

    def read_mail(self, name: str) -> DeliveredMail:
        """The mail with that name; raises `MailNotFound`, also for an invalid name."""
        if not _NAME.fullmatch(name):
            raise MailNotFound(name)
        try:
            content = (self._folder / name).read_bytes()
        except FileNotFoundError as error:
            raise MailNotFound(name) from error
        message = message_from_bytes(content, policy=policy.default)
        text = message.get_body(("plain",))
        return DeliveredMail(
            name=name,
            sent_at=message["Date"].datetime,
            to=str(message["To"]),
            subject=str(message["Subject"]),
            text=text.get_content() if text else "",
        )


class SmtpDeliverer:
    """Hands each mail to an SMTP server.

    With `starttls` the connection is encrypted and the server's certificate verified before
    anything else is sent. A password requires such a connection, else `ValueError`.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sender: str,
        username: str | None = None,
        password: str | None = None,
        starttls: bool = True,
    ) -> None:
        if username and not starttls:
            raise ValueError("A mail password is sent over STARTTLS only; switch it on.")
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._starttls = starttls
        self._sender = address_of(sender)

    def deliver(self, mail: Mail, *, notice_id: UUID, now: datetime) -> None:
        """Send the mail; raises `smtplib.SMTPException` or `OSError` if it was not accepted."""
        message = build_message(mail, sender=self._sender, notice_id=notice_id, now=now)
        with smtplib.SMTP(
            self._host,
            self._port,
            # Without it, smtplib looks up the machine's own name, which can hang on slow DNS.
            local_hostname=self._sender.domain,
            timeout=_TIMEOUT_SECONDS,
        ) as server:
            if self._starttls:
                server.starttls(context=ssl.create_default_context())
            if self._username:
                server.login(self._username, self._password or "")
            server.send_message(message, self._sender.addr_spec, [mail.to])


def build_message(mail: Mail, *, sender: Address, notice_id: UUID, now: datetime) -> EmailMessage:
    """The MIME message; the same notice always has the same Message-ID.

    Raises `ValueError` for a line break in the subject, which could inject a header.
    """
    message = EmailMessage()
    message["From"] = sender
    message["To"] = address_of(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = now
    message["Message-ID"] = f"<{notice_id}@{sender.domain}>"
    # RFC 3834: keeps out-of-office programs from replying.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    return message


def address_of(text: str) -> Address:
    """The one address in this text; raises `InvalidAddress` for none, several or a display name."""
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError) as error:
        raise InvalidAddress(
            translatable("This is not an email address such as ann@example.org.")
        ) from error
    if not text.isascii():
        raise InvalidAddress(
            translatable("Email can be sent only to addresses in plain letters (a to z).")
        )
    return address
