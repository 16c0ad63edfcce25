"""Signing keys: the first at the first start, later ones by rotation, old ones retired."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis import audit
from chassis.outbox import record
from contracts.identity import SigningKeysChanged
from services.identity.domain import KeySet
from services.identity.domain.signing_key import ACTIVATION
from services.identity.signing_keys import KeySealer
from services.identity.tokens import ISSUER, new_signing_key


def ensure_signing_key(session: Session, sealer: KeySealer, now: datetime) -> None:
    """Make and publish the first key, which signs at once; leave keys alone that are there."""
    if session.get(KeySet, ISSUER, with_for_update=True) is not None:
        return
    keys = KeySet.begin(ISSUER, sealer.row_of(new_signing_key(now), ISSUER, now))
    session.add(keys)
    record(session, keys.state())


def rotate_keys(session: Session, sealer: KeySealer, now: datetime) -> SigningKeysChanged:
    """Publish a new key now and sign with it once every service has had time to hear of it."""
    keys = session.get_one(KeySet, ISSUER, with_for_update=True)
    fact = keys.rotate(sealer.row_of(new_signing_key(now), ISSUER, now + ACTIVATION), now)
    record(session, fact)
    audit.note(session, "signing keys rotated", ISSUER, after={"version": fact.version})
    return fact


def retire_keys(session: Session, now: datetime) -> None:
    """Stop publishing keys whose last token has long expired."""
    keys = session.get(KeySet, ISSUER, with_for_update=True)
    if keys and (fact := keys.retire(now)):
        record(session, fact)
