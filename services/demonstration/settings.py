"""Settings of the embedded suite and of its demonstration journey."""

from typing import Any

from chassis.settings import PORT as A_PORT
from chassis.settings import TEXT, Setting

PORT = Setting(
    "PORT",
    "where `make up` listens, and `make demo` looks; the card processor takes the next",
    A_PORT,
    8080,
)
HOST = Setting("HOST", "the address at which `make up` listens", TEXT, "127.0.0.1")
MAIL_URL = Setting(
    "MAIL_URL", "the page that shows `make demo` the mail that was sent", TEXT, "/identity/mail"
)
SETTINGS: tuple[Setting[Any], ...] = (PORT, HOST, MAIL_URL)
