"""The vault for Social Security numbers: parsing, sealing and the blind index.

Every number has its own data key, wrapped with a versioned key-encryption key. The ciphertext is
bound to the person's row, so that a copied or altered row does not open.
"""

import hmac
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from chassis.i18n.text import translatable
from services.identity.domain.ssn import _WRITTEN, InvalidSsn, SealedSsn, SocialSecurityNumber

MINIMUM_SECRET_LENGTH = 32
"""Characters. HKDF spreads a secret but adds nothing to it, so a short one stays guessable."""

_KEY_BYTES = 32
_NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed number does not open: its row was swapped or altered, or its key is missing."""


class VaultMisconfigured(ValueError):
    """The vault's secrets are not valid."""


def parse_ssn(text: str) -> SocialSecurityNumber:
    """The number a person typed as `123-45-6789` or `123456789`; raises `InvalidSsn`."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise InvalidSsn(
            translatable("Type the Social Security number as nine digits, such as 123-45-6789.")
        )
    return SocialSecurityNumber(match[1] + match[3] + match[4])


class Vault:
    """Seals and opens Social Security numbers.

    `keys` holds the key-encryption key of every version still in use (32 bytes each); new rows are
    sealed under version `current`. `index_key` (32 bytes) computes the blind index: whoever has it
    can try every possible number within an hour, so keep it off the database's machine.
    Raises `VaultMisconfigured`.
    """

    def __init__(self, keys: Mapping[int, bytes], current: int, index_key: bytes) -> None:
        if current not in keys:
            raise VaultMisconfigured(f"The vault has no key of its current version, {current}.")
        if any(len(key) != _KEY_BYTES for key in (*keys.values(), index_key)):
            raise VaultMisconfigured(f"Every key of the vault must have {_KEY_BYTES} bytes.")
        self.current = current
        self._keys = dict(keys)
        self._index_key = index_key

    @classmethod
    def from_secret(cls, secrets: Mapping[int, str], current: int, index_secret: str) -> Self:
        """A vault whose keys are derived (HKDF-SHA256) from one secret per version.

        Raises `VaultMisconfigured`, also for a secret under `MINIMUM_SECRET_LENGTH` characters.
        """
        keys = {
            version: _derived_key(secret, f"key {version}") for version, secret in secrets.items()
        }
        return cls(keys, current, _derived_key(index_secret, "blind index"))

    def seal(self, ssn: SocialSecurityNumber, person_id: UUID) -> SealedSsn:
        """The row to store for this person, sealed under the current key version."""
        data_key = AESGCM.generate_key(bit_length=256)
        nonce = os.urandom(_NONCE_BYTES)
        return SealedSsn(
            key_version=self.current,
            wrapped_key=aes_key_wrap(self._keys[self.current], data_key),
            nonce=nonce,
            ciphertext=AESGCM(data_key).encrypt(nonce, ssn.digits.encode(), _row(person_id)),
            blind_index=self.blind_index(ssn),
            last_four=ssn.last_four,
        )

    def open(self, sealed: SealedSsn, person_id: UUID) -> str:
        """The whole number, as `123-45-6789`; the caller logs every call. Raises `SealBroken`."""
        return self._opened(self._data_key(sealed, person_id), sealed, person_id).written

    def rewrap(self, sealed: SealedSsn, person_id: UUID) -> SealedSsn:
        """The same row with its data key wrapped under the current key version.

        The number stays encrypted as it was. Raises `SealBroken`: a row that does not open would
        otherwise pass as sound under the new version.
        """
        data_key = self._data_key(sealed, person_id)
        self._opened(data_key, sealed, person_id)
        return replace(
            sealed,
            key_version=self.current,
            wrapped_key=aes_key_wrap(self._keys[self.current], data_key),
        )

    def blind_index(self, ssn: SocialSecurityNumber) -> bytes:
        """32 bytes, equal for equal numbers, to find a person without opening a row."""
        return hmac.digest(self._index_key, ssn.digits.encode(), "sha256")

    def _data_key(self, sealed: SealedSsn, person_id: UUID) -> bytes:
        if sealed.key_version not in self._keys:
            raise SealBroken(
                f"The number of person {person_id} is sealed under key version "
                f"{sealed.key_version}, which this vault does not have."
            )
        try:
            return aes_key_unwrap(self._keys[sealed.key_version], sealed.wrapped_key)
        except InvalidUnwrap as error:
            raise _broken(person_id) from error

    def _opened(self, data_key: bytes, sealed: SealedSsn, person_id: UUID) -> SocialSecurityNumber:
        try:
            digits = AESGCM(data_key).decrypt(sealed.nonce, sealed.ciphertext, _row(person_id))
        except (InvalidTag, ValueError) as error:
            raise _broken(person_id) from error
        ssn = SocialSecurityNumber(digits.decode())
        # The tag covers the ciphertext only; the two readable columns must agree with it.
        same_index = hmac.compare_digest(self.blind_index(ssn), sealed.blind_index)
        if not same_index or ssn.last_four != sealed.last_four:
            raise _broken(person_id)
        return ssn


def _row(person_id: UUID) -> bytes:
    return f"ssn_vault:{person_id}:ssn".encode()


def _broken(person_id: UUID) -> SealBroken:
    return SealBroken(
        f"The sealed number of person {person_id} does not open: "
        "its row was altered, or belongs to another person."
    )


def _derived_key(secret: str, purpose: str) -> bytes:
    if len(secret) < MINIMUM_SECRET_LENGTH:
        raise VaultMisconfigured(
            f"The vault's secret for {purpose} is shorter than {MINIMUM_SECRET_LENGTH} characters."
        )
    derivation = HKDF(
        algorithm=hashes.SHA256(),
        length=_KEY_BYTES,
        salt=None,
        info=f"credence ssn_vault {purpose}".encode(),
    )
    return derivation.derive(secret.encode())
