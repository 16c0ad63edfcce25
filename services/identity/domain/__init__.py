"""Persons, accounts, organizations, sessions, keys, mail: their rules and the facts that follow."""

from services.identity.domain.account import (
    GRANTED_AT,
    Account,
    AccountAlreadyConfirmed,
    RoleAlreadyHeld,
    RoleDoesNotFit,
    RoleHeld,
    RoleNotHeld,
    username_key,
)
from services.identity.domain.base import Base
from services.identity.domain.limits import Attempt, UsedChallenge
from services.identity.domain.mail import OutgoingMail
from services.identity.domain.mailed_link import (
    Confirmation,
    LinkExpired,
    MailedLink,
    PasswordReset,
)
from services.identity.domain.names import folded
from services.identity.domain.organization import Organization
from services.identity.domain.person import Person, PersonAlreadyClaimed, VaultRow
from services.identity.domain.registration import Registration, RegistrationLost, SearchOutcome
from services.identity.domain.session import AccountSession
from services.identity.domain.signing_key import KeyRow, KeySet

__all__ = [
    "GRANTED_AT",
    "Account",
    "AccountAlreadyConfirmed",
    "AccountSession",
    "Attempt",
    "Base",
    "Confirmation",
    "KeyRow",
    "KeySet",
    "LinkExpired",
    "MailedLink",
    "Organization",
    "OutgoingMail",
    "PasswordReset",
    "Person",
    "PersonAlreadyClaimed",
    "Registration",
    "RegistrationLost",
    "RoleAlreadyHeld",
    "RoleDoesNotFit",
    "RoleHeld",
    "RoleNotHeld",
    "SearchOutcome",
    "UsedChallenge",
    "VaultRow",
    "folded",
    "username_key",
]
