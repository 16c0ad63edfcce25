"""Access tokens and random tokens: what a verifier accepts, and what it must never accept."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import KeySet

from services.identity.adapters.tokens import (
    SigningKey,
    issue_token,
    jwks,
    new_signing_key,
    random_token,
    token_digest,
)

NOW = datetime(2026, 8, 3, 14, 30, tzinfo=UTC)
KEY = new_signing_key(NOW)


def issued(key: SigningKey = KEY, claims: Mapping[str, Any] = MappingProxyType({})) -> str:
    return issue_token(
        key,
        audience="certification",
        subject="0190a1b2-0000-7000-8000-000000000001",
        claims=claims,
        now=NOW,
        lifetime=timedelta(minutes=5),
    )


def decoded(token: str, *keys: SigningKey) -> jwt.Token:
    """The token as a service reads it, knowing only the published keys."""
    published = json.loads(json.dumps(jwks(keys or [KEY])))
    return jwt.decode(token, KeySet.import_key_set(published), algorithms=["ES256"])


def base64url(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def test_a_token_says_who_it_is_for_and_for_how_long() -> None:
    token = decoded(issued(claims={"roles": ["educator"]}))
    assert token.header == {"typ": "at+jwt", "alg": "ES256", "kid": KEY.kid}
    claims = token.claims
    assert claims["iss"] == "credence-identity"
    assert claims["aud"] == "certification"
    assert claims["sub"] == "0190a1b2-0000-7000-8000-000000000001"
    assert claims["roles"] == ["educator"]
    assert claims["exp"] - claims["iat"] == 300
    assert claims["iat"] == NOW.timestamp()


def test_every_token_has_its_own_id() -> None:
    assert decoded(issued()).claims["jti"] != decoded(issued()).claims["jti"]


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "iat", "exp", "jti"])
def test_a_claim_cannot_replace_a_registered_one(claim: str) -> None:
    with pytest.raises(ValueError, match=claim):
        issued(claims={claim: "forged"})


def test_a_token_is_good_until_it_expires_and_for_its_audience_only() -> None:
    claims = decoded(issued()).claims
    last_second = int(NOW.timestamp()) + 299
    mine = {"essential": True, "value": "certification"}
    theirs = {"essential": True, "value": "payments"}
    jwt.JWTClaimsRegistry(now=last_second, aud=mine).validate(claims)  # type: ignore[arg-type]
    with pytest.raises(ExpiredTokenError):
        jwt.JWTClaimsRegistry(now=last_second + 1).validate(claims)
    with pytest.raises(InvalidClaimError):
        jwt.JWTClaimsRegistry(now=last_second, aud=theirs).validate(claims)  # type: ignore[arg-type]


def test_the_published_keys_hold_nothing_private() -> None:
    published = jwks([KEY, new_signing_key(NOW)])
    assert [set(key) for key in published["keys"]] == [
        {"kty", "crv", "x", "y", "use", "alg", "kid"}
    ] * 2
    assert KEY.private_jwk["d"] not in json.dumps(published)


def test_a_key_printed_shows_its_id_only() -> None:
    assert KEY.kid in repr(KEY)
    assert KEY.private_jwk["d"] not in repr(KEY)


def test_a_stored_key_signs_as_before() -> None:
    stored = SigningKey(KEY.kid, NOW, json.loads(json.dumps(dict(KEY.private_jwk))))
    assert decoded(issued(stored)).claims["iss"] == "credence-identity"


def test_the_previous_key_still_verifies_while_it_is_published() -> None:
    previous = issued(KEY)
    newer = new_signing_key(NOW)
    assert decoded(previous, newer, KEY).header["kid"] == KEY.kid
    with pytest.raises((JoseError, ValueError)):
        decoded(previous, newer)


def test_a_token_signed_by_another_key_under_our_kid_is_refused() -> None:
    stranger = new_signing_key(NOW)
    forged = SigningKey(KEY.kid, NOW, {**stranger.private_jwk, "kid": KEY.kid})
    with pytest.raises(BadSignatureError):
        decoded(issued(forged))


def test_a_token_with_altered_claims_is_refused() -> None:
    header, _, signature = issued().split(".")
    claims = decoded(issued()).claims | {"sub": "somebody else"}
    with pytest.raises(BadSignatureError):
        decoded(f"{header}.{base64url(claims)}.{signature}")


def test_an_unsigned_token_is_refused() -> None:
    header = base64url({"alg": "none", "typ": "at+jwt", "kid": KEY.kid})
    for signature in ("", issued().split(".")[2]):
        with pytest.raises(UnsupportedAlgorithmError):
            decoded(f"{header}.{base64url(decoded(issued()).claims)}.{signature}")


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused() -> None:
    public = json.dumps(jwks([KEY])["keys"][0]).encode()
    header = base64url({"alg": "HS256", "typ": "at+jwt", "kid": KEY.kid})
    signed = f"{header}.{base64url(decoded(issued()).claims)}"
    mac = hmac.digest(public, signed.encode(), hashlib.sha256)
    signature = base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    with pytest.raises(UnsupportedAlgorithmError):
        decoded(f"{signed}.{signature}")


def test_random_tokens_have_256_bits_and_never_repeat() -> None:
    tokens = {random_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in tokens} == {32}


def test_a_digest_finds_its_token_and_does_not_hold_it() -> None:
    token = random_token()
    assert token_digest(token) == token_digest(token) == hashlib.sha256(token.encode()).hexdigest()
    assert token_digest(token) != token_digest(random_token())
