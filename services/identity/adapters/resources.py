"""Identity's adapters, built from the settings once at start."""

from dataclasses import dataclass

from flask import current_app

from chassis.settings import Settings
from chassis.storage.database import Database
from services.identity.adapters.captcha import Captcha
from services.identity.adapters.mail import Deliverer, FolderDeliverer, SmtpDeliverer
from services.identity.adapters.resend import ResendTickets
from services.identity.adapters.signing_keys import KeyRing, KeySealer
from services.identity.adapters.vault import Vault


@dataclass(frozen=True)
class Resources:
    """The vault, the CAPTCHA, the keys; `mail_folder` is None where the mail's page is closed."""

    vault: Vault
    captcha: Captcha
    tickets: ResendTickets
    sealer: KeySealer
    keys: KeyRing
    mail_folder: FolderDeliverer | None


def resources_from(settings: Settings, database: Database) -> Resources:
    """The resources that the settings describe; raises `SettingMissing` in production."""
    sealer = sealer_from(settings)
    deliverer = deliverer_from(settings)
    return Resources(
        vault=_vault_from(settings),
        captcha=Captcha(
            settings.secret("CAPTCHA_SECRET"), cost=int(settings.value("CAPTCHA_COST", "5000"))
        ),
        tickets=ResendTickets(settings.secret("TICKET_SECRET")),
        sealer=sealer,
        keys=KeyRing(database, sealer),
        mail_folder=_open_folder(settings, deliverer),
    )


def sealer_from(settings: Settings) -> KeySealer:
    """What seals the signing keys; raises `SettingMissing` in production."""
    return KeySealer(settings.secret("SIGNING_KEY_SECRET"))


def _open_folder(settings: Settings, deliverer: Deliverer) -> FolderDeliverer | None:
    """The folder whose mails anybody may read: never where real people's mail is."""
    if settings.is_production or not isinstance(deliverer, FolderDeliverer):
        return None
    return deliverer


def _vault_from(settings: Settings) -> Vault:
    """Numbers are sealed under `SSN_VAULT_VERSION`; the secrets of earlier ones, back to
    `SSN_VAULT_OLDEST_VERSION`, open older rows.
    """
    current = int(settings.value("SSN_VAULT_VERSION", "1"))
    oldest = int(settings.value("SSN_VAULT_OLDEST_VERSION", "1"))
    secrets = {
        version: settings.secret(f"SSN_VAULT_SECRET_{version}")
        for version in range(oldest, current + 1)
    }
    return Vault.from_secret(secrets, current, settings.secret("SSN_VAULT_INDEX_SECRET"))


def deliverer_from(settings: Settings) -> Deliverer:
    """An SMTP server if `SMTP_HOST` names one, else the folder `var/mail`."""
    sender = settings.value("MAIL_FROM", "no-reply@credence.example")
    host = settings.value("SMTP_HOST")
    if not host:
        return FolderDeliverer(settings.var / "mail", sender)
    username = settings.value("SMTP_USERNAME") or None
    return SmtpDeliverer(
        host,
        int(settings.value("SMTP_PORT", "587")),
        sender=sender,
        username=username,
        password=settings.secret("SMTP_PASSWORD") if username else None,
        starttls=settings.value("SMTP_STARTTLS", "yes") == "yes",
    )


def resources() -> Resources:
    """The resources of the running service."""
    made: Resources = current_app.extensions["identity"]
    return made
