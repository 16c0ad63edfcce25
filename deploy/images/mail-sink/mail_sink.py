"""Accepts all mail by SMTP on port 1025 and shows the newest on port 8025.

For development only: anyone who can reach it can read all mail. It stores nothing on disk.
"""

import html
import threading
from collections import deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import NamedTuple

KEPT = 1000
LARGEST_BYTES = 10 * 1024 * 1024
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1>{body}</main></body>
</html>
"""


class Received(NamedTuple):
    """A mail and its number on the page."""

    number: int
    message: EmailMessage


_mails: deque[Received] = deque(maxlen=KEPT)
_numbers = count(1)


def take(content: bytes) -> None:
    """Store a mail."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    _mails.append(Received(next(_numbers), message))


class Smtp(StreamRequestHandler):
    """One SMTP session (RFC 5321) that accepts any sender and recipient."""

    timeout = 60

    def handle(self) -> None:
        """Answer commands until the sender quits."""
        self._say("220 mail-sink")
        while line := self.rfile.readline(1000):
            command = line[:4].upper().strip()
            if command == b"DATA":
                self._say("354 end with a single dot")
                self._take_content()
            elif command == b"QUIT":
                self._say("221 bye")
                return
            elif command in (b"HELO", b"EHLO", b"MAIL", b"RCPT", b"RSET", b"NOOP"):
                self._say("250 OK")
            else:
                self._say("502 command not implemented")

    def _take_content(self) -> None:
        lines, size = [], 0
        while (line := self.rfile.readline()) not in (b".\r\n", b".\n", b""):
            size += len(line)
            if size <= LARGEST_BYTES:
                lines.append(line.removeprefix(b"."))
        if size > LARGEST_BYTES:
            self._say("552 too large")
            return
        take(b"".join(lines))
        self._say("250 accepted")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Pages(BaseHTTPRequestHandler):
    """The list of mails at /, the newest first, and each mail at its number."""

    def do_GET(self) -> None:  # the name that http.server requires
        """Answer with a page."""
        name = self.path.partition("?")[0].strip("/")
        found = [mail for mail in list(_mails) if str(mail.number) == name]
        if name and not found:
            self.send_error(404)
            return
        page = _mail_page(found[0].message) if found else _list_page()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


def _list_page() -> str:
    rows = "".join(
        f'<tr><td><a href="/{number}">{_shown(message["Subject"])}</a></td>'
        f"<td>{_shown(message['To'])}</td><td>{_shown(message['Date'])}</td></tr>"
        for number, message in reversed(list(_mails))
    )
    return _PAGE.format(title="Mail", body=f"<table>{rows}</table>")


def _mail_page(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    words = _shown(part.get_content() if part else "").split(" ")
    text = " ".join("\n".join(map(_linked, word.split("\n"))) for word in words)
    return _PAGE.format(title=_shown(message["Subject"]), body=f"<pre>{text}</pre>")


def _linked(word: str) -> str:
    is_link = word.startswith(("http://", "https://"))
    return f'<a href="{word}">{word}</a>' if is_link else word


def _shown(value: object) -> str:
    return html.escape(str(value or ""))


class _SmtpServer(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def main() -> None:
    """Serve both until stopped."""
    smtp = _SmtpServer(("0.0.0.0", 1025), Smtp)  # noqa: S104  # a container's own network
    threading.Thread(target=smtp.serve_forever, daemon=True).start()
    ThreadingHTTPServer(("0.0.0.0", 8025), Pages).serve_forever()  # noqa: S104


if __name__ == "__main__":
    main()
