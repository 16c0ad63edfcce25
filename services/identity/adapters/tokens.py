"""Signing keys, signed access tokens, and random tokens for cookies and links."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ISSUER = "credence-identity"
ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105  # a kind of token, no secret
"""The `typ` of an access token (RFC 9068 §2.1), so that no other signed value passes for one."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key that signs access tokens; `kid` is its RFC 7638 thumbprint.

    Keep the previous key in `jwks` until its last token has expired, and publish the next one
    before it signs, so that a service with a cached key set always has the key it needs.
    """

    kid: str
    created_at: datetime
    private_jwk: Mapping[str, Any] = field(repr=False)


def new_signing_key(now: datetime) -> SigningKey:
    """A new P-256 key for ES256."""
    key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    return SigningKey(key.thumbprint(), now, key.as_dict(private=True))


def jwks(keys: Iterable[SigningKey]) -> dict[str, Any]:
    """The public halves as a JWK set (RFC 7517), for the service's `/jwks.json`."""
    return dict(KeySet([_imported(key) for key in keys]).as_dict(private=False))


def issue_token(
    key: SigningKey,
    *,
    audience: str,
    subject: str,
    claims: Mapping[str, Any],
    now: datetime,
    lifetime: timedelta,
) -> str:
    """A signed access token for one service.

    `claims` are added to the registered ones (`iss`, `aud`, `sub`, `iat`, `exp`, `jti`); raises
    `ValueError` if they would replace one of these.
    """
    registered = {
        "iss": ISSUER,
        "aud": audience,
        "sub": subject,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        "jti": str(uuid4()),
    }
    if replaced := registered.keys() & claims.keys():
        raise ValueError(f"Claims may not replace {', '.join(sorted(replaced))}.")
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": TOKEN_TYPE}
    return jwt.encode(header, {**claims, **registered}, _imported(key), algorithms=[ALGORITHM])


def random_token() -> str:
    """256 random bits for a session cookie or a confirmation link; only its digest is stored."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """The stored digest of a random token: SHA-256 in hexadecimal (64 characters).

    It needs no salt or slow hash: the token has 256 random bits and is looked up by this digest.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def _imported(key: SigningKey) -> ECKey:
    return ECKey.import_key(dict(key.private_jwk))
