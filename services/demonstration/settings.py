"""Settings of the embedded suite and of its demonstration journey."""

from typing import Any

from chassis.kinds import PAGE_ADDRESS, TEXT, port_up_to
from chassis.settings import Setting

PORT = Setting(
    "PORT",
    "where `make up` listens, and `make demo` looks; the card processor takes the next",
    port_up_to(65_534),
    8080,
)
HOST = Setting("HOST", "the address at which `make up` listens", TEXT, "127.0.0.1")
MAIL_URL = Setting(
    "MAIL_URL",
    "the page that shows `make demo` the mail that was sent",
    PAGE_ADDRESS,
    "/identity/mail",
)
SETTINGS: tuple[Setting[Any], ...] = (PORT, HOST, MAIL_URL)
