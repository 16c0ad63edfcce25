"""Signing keys from creation to retirement, and rewrapping the vault under a new secret."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.messaging.outbox import record
from chassis.storage import audit
from contracts.identity import SigningKeysChanged
from services.identity.adapters.signing_keys import KeySealer
from services.identity.adapters.tokens import ISSUER, new_signing_key
from services.identity.adapters.vault import Vault
from services.identity.domain.person import VaultRow
from services.identity.domain.signing_key import ACTIVATION, KeySet

_BATCH = 500


def ensure_signing_key(session: Session, sealer: KeySealer, now: datetime) -> None:
    """Create and publish the first key, which signs at once; does nothing if there is one."""
    if session.get(KeySet, ISSUER, with_for_update=True) is not None:
        return
    keys = KeySet.begin(ISSUER, sealer.row_of(new_signing_key(now), ISSUER, now))
    session.add(keys)
    record(session, keys.state())


def rotate_keys(session: Session, sealer: KeySealer, now: datetime) -> SigningKeysChanged:
    """Publish a new key now and sign with it once every service has had time to receive it."""
    keys = session.get_one(KeySet, ISSUER, with_for_update=True)
    fact = keys.rotate(sealer.row_of(new_signing_key(now), ISSUER, now + ACTIVATION), now)
    record(session, fact)
    audit.record_entry(session, "signing keys rotated", ISSUER, after={"version": fact.version})
    return fact


def retire_keys(session: Session, now: datetime) -> None:
    """Stop publishing keys whose last token has long expired."""
    keys = session.get(KeySet, ISSUER, with_for_update=True)
    if keys and (fact := keys.retire(now)):
        record(session, fact)


def rewrap_numbers(session: Session, vault: Vault) -> int:
    """Rewrap a batch of sealed numbers under the vault's current version; returns how many.

    Returns 0 when none are left. Raises `vault.SealBroken` for a row that does not open, and then
    rewraps none of the batch.
    """
    rows = session.scalars(
        select(VaultRow)
        .where(VaultRow.key_version != vault.current)
        .limit(_BATCH)
        .with_for_update()
    ).all()
    for row in rows:
        row.rewrap(vault.rewrap(row.sealed, row.educator_id))
    if rows:
        outcome = {"version": vault.current, "numbers": len(rows)}
        audit.record_entry(session, "vault rewrapped", "ssn_vault", after=outcome)
    return len(rows)
