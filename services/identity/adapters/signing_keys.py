"""Seals the private keys that sign tokens, and picks the one that signs now."""

import json
import os
from datetime import datetime, timedelta
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select

from chassis.storage.database import Database
from services.identity.adapters.tokens import SigningKey
from services.identity.domain.signing_key import KeyRow

_NONCE_BYTES = 12
_REFRESH = timedelta(seconds=20)
"""Well within a new key's activation, so that every process has it before it must sign."""


class KeySealBroken(Exception):
    """A signing key does not open: SIGNING_KEY_SECRET has changed since it was sealed."""


class NoSigningKey(Exception):
    """There is no key to sign with; the `migrate` command was not run."""


class KeySealer:
    """Seals private keys with AES-256-GCM under a key derived from the service's secret."""

    def __init__(self, secret: str) -> None:
        derivation = HKDF(hashes.SHA256(), 32, salt=None, info=b"credence signing keys at rest")
        self._cipher = AESGCM(derivation.derive(secret.encode()))

    def seal(self, key: SigningKey) -> bytes:
        """The sealed private key; it opens only under its own `kid`."""
        nonce = os.urandom(_NONCE_BYTES)
        private = json.dumps(dict(key.private_jwk)).encode()
        return nonce + self._cipher.encrypt(nonce, private, key.kid.encode())

    def open(self, row: KeyRow) -> SigningKey:
        """The key in a row; raises `KeySealBroken`."""
        nonce, ciphertext = row.sealed[:_NONCE_BYTES], row.sealed[_NONCE_BYTES:]
        try:
            private = self._cipher.decrypt(nonce, ciphertext, row.kid.encode())
        except InvalidTag as error:
            raise KeySealBroken(f"the signing key {row.kid} does not open") from error
        return SigningKey(row.kid, row.created_at, json.loads(private))

    def row_of(self, key: SigningKey, issuer: str, signs_from: datetime) -> KeyRow:
        """The row that stores a new key."""
        return KeyRow(
            kid=key.kid,
            issuer=issuer,
            x=key.private_jwk["x"],
            y=key.private_jwk["y"],
            sealed=self.seal(key),
            created_at=key.created_at,
            signs_from=signs_from,
        )


class KeyRing:
    """This process's cache of the keys, refreshed from the database."""

    def __init__(self, database: Database, sealer: KeySealer) -> None:
        self._database = database
        self._sealer = sealer
        self._lock = Lock()
        self._keys: list[tuple[datetime, SigningKey]] = []
        self._read_at: datetime | None = None

    def get_key(self, now: datetime) -> SigningKey:
        """The key that signs now; raises `NoSigningKey` and `KeySealBroken`."""
        with self._lock:
            if self._read_at is None or not self._keys or now - self._read_at >= _REFRESH:
                self._keys, self._read_at = self._read(), now
            signing = [key for signs_from, key in self._keys if signs_from <= now]
        if not signing:
            raise NoSigningKey
        return signing[-1]

    def _read(self) -> list[tuple[datetime, SigningKey]]:
        with self._database.reading() as session:
            rows = session.scalars(select(KeyRow).order_by(KeyRow.signs_from)).all()
        return [(row.signs_from, self._sealer.open(row)) for row in rows]
