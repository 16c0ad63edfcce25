"""Settings that only identity reads."""

from typing import Any

from chassis.kinds import NUMBER, PORT, TEXT, YES_OR_NO, Kind
from chassis.settings import Setting
from services.identity.adapters.vault import MINIMUM_SECRET_LENGTH


def _long(text: str) -> str:
    if len(text) < MINIMUM_SECRET_LENGTH:
        raise ValueError(text)
    return text


LONG_TEXT = Kind(f"text of {MINIMUM_SECRET_LENGTH} characters or more", _long)

SSN_VAULT_VERSION = Setting(
    "SSN_VAULT_VERSION",
    "the version of the vault's secret that seals Social Security numbers",
    NUMBER,
    1,
)
SSN_VAULT_OLDEST_VERSION = Setting(
    "SSN_VAULT_OLDEST_VERSION",
    "the oldest version of the vault's secret still in use",
    NUMBER,
    1,
)
SSN_VAULT_SECRET = Setting(
    "SSN_VAULT_SECRET",
    "seals Social Security numbers; one for each version in use",
    LONG_TEXT,
    "",
    secret=True,
    needed=True,
    versions=(SSN_VAULT_OLDEST_VERSION, SSN_VAULT_VERSION),
)
SSN_VAULT_INDEX_SECRET = Setting(
    "SSN_VAULT_INDEX_SECRET",
    "finds equal Social Security numbers without opening any; can never be changed",
    LONG_TEXT,
    "",
    secret=True,
    needed=True,
)
SIGNING_KEY_SECRET = Setting(
    "SIGNING_KEY_SECRET",
    "seals the private keys that sign tokens",
    TEXT,
    "",
    secret=True,
    needed=True,
)
CAPTCHA_SECRET = Setting(
    "CAPTCHA_SECRET", "signs the CAPTCHA's challenges", TEXT, "", secret=True, needed=True
)
CAPTCHA_COST = Setting("CAPTCHA_COST", "rounds of the CAPTCHA's proof of work", NUMBER, 5000)
TICKET_SECRET = Setting(
    "TICKET_SECRET",
    "signs the ticket for requesting another confirmation email",
    TEXT,
    "",
    secret=True,
    needed=True,
)
MAIL_FROM = Setting("MAIL_FROM", "the sender's address", TEXT, "no-reply@credence.example")
SMTP_HOST = Setting(
    "SMTP_HOST", "the mail server; without it, mail is left in `VAR_DIR/mail`", TEXT, ""
)
SMTP_PORT = Setting("SMTP_PORT", "the mail server's port", PORT, 587)
SMTP_USERNAME = Setting(
    "SMTP_USERNAME", "the username at the mail server, if it needs one", TEXT, ""
)
SMTP_PASSWORD = Setting(
    "SMTP_PASSWORD",
    "the password at the mail server",
    TEXT,
    "",
    secret=True,
    needed=True,
    with_=SMTP_USERNAME,
)
SMTP_STARTTLS = Setting(
    "SMTP_STARTTLS",
    "whether the connection to the mail server is encrypted",
    YES_OR_NO,
    default=True,
)
SETTINGS: tuple[Setting[Any], ...] = (
    SSN_VAULT_VERSION,
    SSN_VAULT_OLDEST_VERSION,
    SSN_VAULT_SECRET,
    SSN_VAULT_INDEX_SECRET,
    SIGNING_KEY_SECRET,
    CAPTCHA_SECRET,
    CAPTCHA_COST,
    TICKET_SECRET,
    MAIL_FROM,
    SMTP_HOST,
    SMTP_PORT,
    SMTP_USERNAME,
    SMTP_PASSWORD,
    SMTP_STARTTLS,
)
