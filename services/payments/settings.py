"""Settings that only payments reads."""

from typing import Any

from chassis.kinds import TEXT, WEB_ADDRESS
from chassis.settings import Setting

PROCESSOR_URL = Setting(
    "PROCESSOR_URL", "the card processor's API", WEB_ADDRESS, "http://127.0.0.1:8081"
)
PROCESSOR_PAGE_URL = Setting(
    "PROCESSOR_PAGE_URL",
    "the site of the card processor's page for payers",
    WEB_ADDRESS,
    "http://127.0.0.1:8081",
)
PROCESSOR_API_KEY = Setting(
    "PROCESSOR_API_KEY",
    "authenticates the suite to the card processor",
    TEXT,
    "",
    secret=True,
    needed=True,
)
PROCESSOR_WEBHOOK_SECRET = Setting(
    "PROCESSOR_WEBHOOK_SECRET",
    "verifies the card processor's webhooks",
    TEXT,
    "",
    secret=True,
    needed=True,
)
WEBHOOK_BASE_URL = Setting(
    "WEBHOOK_BASE_URL",
    "the address where the card processor reaches the suite",
    WEB_ADDRESS,
    "",
    default_words="`PUBLIC_URL`",
)
SETTINGS: tuple[Setting[Any], ...] = (
    PROCESSOR_URL,
    PROCESSOR_PAGE_URL,
    PROCESSOR_API_KEY,
    PROCESSOR_WEBHOOK_SECRET,
    WEBHOOK_BASE_URL,
)
