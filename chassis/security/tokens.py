"""Verifies identity's tokens offline.

Identity's public keys arrive as an event and are stored in each service's own database, so no
service ever calls another to verify a token.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.jurisdiction import Grants
from chassis.messaging.reactions import Reactions
from chassis.problems import SignInNeeded
from chassis.security.principal import Principal, RoleAt
from chassis.storage.database import Database
from chassis.storage.tables import SIGNING_KEY
from contracts.identity import Role, SigningKeysChanged

ALGORITHMS = ["ES256"]
ISSUER = "credence-identity"
KEY_CACHE_TTL = timedelta(seconds=30)


class TokenVerifier:
    """Verifies identity's tokens for one service, with the keys in its database.

    A token carries roles; `grants` has what the state lets those who hold them do.

    The keys are cached for `KEY_CACHE_TTL`, so a withdrawn key stops working within 30 seconds.
    """

    def __init__(self, database: Database, audience: str, grants: Grants) -> None:
        self._database = database
        self._audience = audience
        self._grants = grants
        self._keys = KeySet([])
        self._keys_read_at = datetime.min.replace(tzinfo=UTC)

    def find_principal(self, authorization: str, now: datetime) -> Principal | None:
        """A bearer token's principal; None without a token; raises `SignInNeeded` for a bad one."""
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            return None
        try:
            decoded = self._decode(token, now)
            if decoded.header.get("typ") != "at+jwt":
                raise ValueError("not an access token")
            self._validate(decoded.claims, now)
            return _principal_of(decoded.claims, self._grants)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SignInNeeded(translatable("Your sign-in is no longer valid.")) from error

    def _validate(self, claims: dict[str, Any], now: datetime) -> None:
        JWTClaimsRegistry(
            now=int(now.timestamp()),
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(claims)

    def _decode(self, token: str, now: datetime) -> jwt.Token:
        if now - self._keys_read_at > KEY_CACHE_TTL:
            self._read_keys(now)
        try:
            return jwt.decode(token, self._keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The key may be newer than the cache: its event has stored it in the database.
            self._read_keys(now)
            return jwt.decode(token, self._keys, algorithms=ALGORITHMS)

    def _read_keys(self, now: datetime) -> None:
        with self._database.reading() as session:
            keys = session.scalars(select(SIGNING_KEY.c.public_jwk)).all()
        self._keys = KeySet.import_key_set({"keys": list(keys)})
        self._keys_read_at = now


def _principal_of(claims: dict[str, Any], grants: Grants) -> Principal:
    educator = claims.get("educator_id")
    return Principal(
        account_id=UUID(claims["sub"]),
        display_name=claims["name"],
        session=claims["sid"],
        session_ends_at=_moment_of(claims.get("session_ends")),
        educator_id=UUID(educator) if educator else None,
        other_ids=frozenset(map(UUID, claims.get("other_ids", ()))),
        roles=tuple(_role_at(held, grants) for held in claims.get("roles", [])),
    )


def _role_at(claim: dict[str, Any], grants: Grants) -> RoleAt:
    role, place = Role(claim["role"]), claim.get("organization_id")
    return RoleAt(role, UUID(place) if place else None, grants.of(role))


def _moment_of(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


key_reactions = Reactions()


@key_reactions.when(SigningKeysChanged)
def when_signing_keys_changed(session: Session, event: SigningKeysChanged, at: datetime) -> None:
    """Store the keys of the newest version received."""
    stored_version = session.scalar(
        select(SIGNING_KEY.c.version).where(SIGNING_KEY.c.issuer == event.issuer).limit(1)
    )
    if stored_version is not None and stored_version >= event.version:
        return
    session.execute(delete(SIGNING_KEY).where(SIGNING_KEY.c.issuer == event.issuer))
    for key in event.keys:
        jwk = {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", **vars(key)}
        session.execute(
            insert(SIGNING_KEY).values(
                kid=key.kid, issuer=event.issuer, version=event.version, public_jwk=jwk
            )
        )
