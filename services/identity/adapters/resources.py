"""Identity's adapters, built from the settings at startup."""

from dataclasses import dataclass

from flask import current_app

from chassis.settings import Settings
from chassis.storage.database import Database
from services.identity.adapters.captcha import Captcha
from services.identity.adapters.mail import Deliverer, FolderDeliverer, SmtpDeliverer
from services.identity.adapters.resend import ResendTickets
from services.identity.adapters.signing_keys import KeyRing, KeySealer
from services.identity.adapters.vault import Vault
from services.identity.settings import (
    CAPTCHA_COST,
    CAPTCHA_SECRET,
    MAIL_FROM,
    SIGNING_KEY_SECRET,
    SMTP_HOST,
    SMTP_PASSWORD,
    SMTP_PORT,
    SMTP_STARTTLS,
    SMTP_USERNAME,
    SSN_VAULT_INDEX_SECRET,
    SSN_VAULT_SECRET,
    SSN_VAULT_VERSION,
    TICKET_SECRET,
)


@dataclass(frozen=True)
class Resources:
    """The vault, the CAPTCHA, the keys; `mail_folder` is None where the mail page is disabled."""

    vault: Vault
    captcha: Captcha
    tickets: ResendTickets
    sealer: KeySealer
    keys: KeyRing
    mail_folder: FolderDeliverer | None


def resources_from(settings: Settings, database: Database) -> Resources:
    """Build the resources from the settings."""
    sealer = sealer_from(settings)
    deliverer = deliverer_from(settings)
    return Resources(
        vault=_vault_from(settings),
        captcha=Captcha(settings[CAPTCHA_SECRET], cost=settings[CAPTCHA_COST]),
        tickets=ResendTickets(settings[TICKET_SECRET]),
        sealer=sealer,
        keys=KeyRing(database, sealer),
        mail_folder=_open_folder(settings, deliverer),
    )


def sealer_from(settings: Settings) -> KeySealer:
    """The sealer of the signing keys."""
    return KeySealer(settings[SIGNING_KEY_SECRET])


def _open_folder(settings: Settings, deliverer: Deliverer) -> FolderDeliverer | None:
    """The folder whose mail anybody may read: never where it holds real people's mail."""
    if settings.is_production or not isinstance(deliverer, FolderDeliverer):
        return None
    return deliverer


def _vault_from(settings: Settings) -> Vault:
    """The vault, which seals under `SSN_VAULT_VERSION`.

    The secrets of earlier versions, back to `SSN_VAULT_OLDEST_VERSION`, open older rows.
    """
    secrets = settings.versions_of(SSN_VAULT_SECRET)
    return Vault.from_secret(secrets, settings[SSN_VAULT_VERSION], settings[SSN_VAULT_INDEX_SECRET])


def deliverer_from(settings: Settings) -> Deliverer:
    """The SMTP server in `SMTP_HOST`, or else the folder `var/mail`."""
    sender = settings[MAIL_FROM]
    host = settings[SMTP_HOST]
    if not host:
        return FolderDeliverer(settings.var / "mail", sender)
    username = settings[SMTP_USERNAME] or None
    return SmtpDeliverer(
        host,
        settings[SMTP_PORT],
        sender=sender,
        username=username,
        password=settings[SMTP_PASSWORD] if username else None,
        starttls=settings[SMTP_STARTTLS],
    )


def resources() -> Resources:
    """The resources of the running service."""
    current: Resources = current_app.extensions["identity"]
    return current
