"""Mail handed to a real SMTP server on a socket: what arrives, and what is refused."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from smtplib import SMTPAuthenticationError, SMTPNotSupportedError, SMTPRecipientsRefused
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.identity.adapters.mail import Deliverer, Mail, SmtpDeliverer

NOW = datetime(2026, 8, 3, 14, 30, tzinfo=UTC)
NOTICE = UUID("0190a1b2-0000-7000-8000-000000000001")
SENDER = "no-reply@credentials.example.gov"
MAIL = Mail("rebecca@example.org", "Confirm your email address", "Grüße — follow the link.\n")


@dataclass
class Mailbox:
    """What a small SMTP server saw; `accounts` may log in, `unknown` is a recipient it refuses."""

    port: int = 0
    accounts: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    unknown: str | None = None
    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)


class SmtpSession(socketserver.StreamRequestHandler):
    """One conversation of RFC 5321, with STARTTLS and AUTH PLAIN."""

    def handle(self) -> None:
        assert isinstance(self.server, SmtpServer)
        box = self.server.mailbox
        sender, recipients = "", list[str]()
        self.say("220 ready")
        while line := self.rfile.readline().decode("ascii").strip():
            verb = line.upper().split(" ")[0].split(":")[0]
            box.commands.append(verb)
            if verb == "EHLO":
                self.say("250-at your service", *self.extensions(box))
            elif verb == "STARTTLS" and box.tls:
                self.say("220 go ahead")
                self.encrypt(box.tls)
            elif verb == "AUTH":
                _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
                known = box.accounts.get(user) == password
                self.say("235 welcome" if known else "535 no such account")
            elif verb == "MAIL":
                sender = line.split("<")[1].split(">")[0]
                self.say("250 ok")
            elif verb == "RCPT":
                recipient = line.split("<")[1].split(">")[0]
                recipients.append(recipient)
                self.say("550 no such person" if recipient == box.unknown else "250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                box.received.append(self.message())
                box.envelopes.append((sender, recipients))
                box.encrypted.append(isinstance(self.connection, ssl.SSLSocket))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        self.wfile.flush()

    def extensions(self, box: Mailbox) -> list[str]:
        encrypted = isinstance(self.connection, ssl.SSLSocket)
        offered = ["250-STARTTLS"] if box.tls and not encrypted else []
        return [*offered, "250 AUTH PLAIN"] if box.accounts else [*offered, "250 8BITMIME"]

    def encrypt(self, context: ssl.SSLContext) -> None:
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")

    def message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return message_from_bytes(b"".join(lines), policy=policy.default)

    def finish(self) -> None:
        super().finish()
        self.connection.close()


class SmtpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SmtpSession)
        self.mailbox = Mailbox(port=self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off, as one that distrusts the certificate does, is no fault."""


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with SmtpServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.mailbox
        server.shutdown()
        thread.join()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail server of a test")])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


def with_tls(mailbox: Mailbox, certificate: Path) -> None:
    mailbox.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mailbox.tls.load_cert_chain(certificate)


def smtp(mailbox: Mailbox) -> Deliverer:
    return SmtpDeliverer("127.0.0.1", mailbox.port, sender=SENDER, starttls=False)


def test_an_smtp_server_receives_the_mail(mailbox: Mailbox) -> None:
    smtp(mailbox).deliver(MAIL, notice_id=NOTICE, now=NOW)
    [message] = mailbox.received
    assert mailbox.envelopes == [(SENDER, ["rebecca@example.org"])]
    assert (message["From"], message["To"]) == (SENDER, "rebecca@example.org")
    assert message["Subject"] == "Confirm your email address"
    assert message.get_content().splitlines() == ["Grüße — follow the link."]


def test_a_notice_sent_again_is_recognisably_the_same_mail(mailbox: Mailbox) -> None:
    for _ in range(2):
        smtp(mailbox).deliver(MAIL, notice_id=NOTICE, now=NOW)
    first, second = mailbox.received
    assert first["Message-ID"] == second["Message-ID"] == f"<{NOTICE}@credentials.example.gov>"


def test_a_password_is_given_over_an_encrypted_connection(
    mailbox: Mailbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_tls(mailbox, certificate)
    mailbox.accounts = {"credence": "correct"}
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    deliverer = SmtpDeliverer(
        "127.0.0.1", mailbox.port, sender=SENDER, username="credence", password="correct"
    )
    deliverer.deliver(MAIL, notice_id=NOTICE, now=NOW)
    assert mailbox.encrypted == [True]
    assert mailbox.commands[:4] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]


def test_a_wrong_mail_password_is_an_error_that_does_not_show_it(
    mailbox: Mailbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_tls(mailbox, certificate)
    mailbox.accounts = {"credence": "correct"}
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    deliverer = SmtpDeliverer(
        "127.0.0.1", mailbox.port, sender=SENDER, username="credence", password="horribly wrong"
    )
    with pytest.raises(SMTPAuthenticationError) as refusal:
        deliverer.deliver(MAIL, notice_id=NOTICE, now=NOW)
    assert "horribly" not in f"{refusal.value!r} {deliverer!r}"
    assert mailbox.received == []


def test_a_server_with_an_unknown_certificate_gets_nothing(
    mailbox: Mailbox, certificate: Path
) -> None:
    with_tls(mailbox, certificate)
    with pytest.raises(ssl.SSLCertVerificationError):
        SmtpDeliverer("127.0.0.1", mailbox.port, sender=SENDER).deliver(
            MAIL, notice_id=NOTICE, now=NOW
        )
    assert mailbox.received == []


def test_a_server_that_offers_no_encryption_gets_nothing(mailbox: Mailbox) -> None:
    with pytest.raises(SMTPNotSupportedError):
        SmtpDeliverer("127.0.0.1", mailbox.port, sender=SENDER).deliver(
            MAIL, notice_id=NOTICE, now=NOW
        )
    assert mailbox.received == []


def test_a_mail_password_without_encryption_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="STARTTLS"):
        SmtpDeliverer(
            "127.0.0.1", 25, sender=SENDER, username="credence", password="x", starttls=False
        )


def test_a_refused_recipient_is_an_error(mailbox: Mailbox) -> None:
    mailbox.unknown = "rebecca@example.org"
    with pytest.raises(SMTPRecipientsRefused):
        smtp(mailbox).deliver(MAIL, notice_id=NOTICE, now=NOW)
    assert mailbox.received == []


def test_an_absent_server_is_an_error() -> None:
    with SmtpServer() as closed:
        port = closed.mailbox.port
    with pytest.raises(OSError, match="refused"):
        SmtpDeliverer("127.0.0.1", port, sender=SENDER, starttls=False).deliver(
            MAIL, notice_id=NOTICE, now=NOW
        )
