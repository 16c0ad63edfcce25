"""Who asks, and whether they may: tokens are checked offline, and every route says who may use it.

Identity's public keys arrive as an event and are kept in each service's own database, so that no
service ever calls another to check a token.
"""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, current_app, g, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from chassis.database import Database
from chassis.i18n.text import code_words, marked
from chassis.messaging.reactions import Reactions
from chassis.problems import NotAllowed, SignInNeeded
from chassis.tables import SIGNING_KEY
from contracts.identity import Role, SigningKeysChanged

ALGORITHMS = ["ES256"]
ISSUER = "credence-identity"
KEYS_GOOD_FOR = timedelta(seconds=30)
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class RoleAt:
    """A role and the organization it is held at."""

    role: Role
    organization_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Principal:
    """The signed-in person, as identity's token describes them.

    `session_ends_at` is when they will be signed out if they ask for nothing more.
    """

    account_id: UUID
    display_name: str
    session: str
    session_ends_at: datetime | None = None
    educator_id: UUID | None = None
    roles: tuple[RoleAt, ...] = ()

    @property
    def is_signed_in(self) -> bool:
        """For the page frame, where nobody signed in is None."""
        return True

    def holds(self, *roles: Role) -> bool:
        """Whether the person holds any of these roles anywhere."""
        return any(each.role in roles for each in self.roles)

    def organizations(self, *roles: Role) -> tuple[UUID, ...]:
        """Where the person holds any of these roles."""
        return tuple(
            each.organization_id
            for each in self.roles
            if each.role in roles and each.organization_id is not None
        )

    def refuse_unless_at(self, organization_id: UUID, *roles: Role) -> None:
        """Raise `NotAllowed` unless the person holds one of these roles at this organization."""
        if organization_id not in self.organizations(*roles):
            raise NotAllowed(marked("This belongs to another organization than yours."))


@dataclass(frozen=True)
class Access:
    """Who may use a route."""

    description: str
    roles: tuple[Role, ...] = ()
    is_open: bool = False


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Anybody may use this route."""
    return _declare(Access("anybody", is_open=True))(view)


def internal(view: View) -> View:
    """Only the platform may use this route; the gateway does not lead to it."""
    return _declare(Access("the platform", is_open=True))(view)


def signed_in(view: View) -> View:
    """Anybody who is signed in may use this route."""
    return _declare(Access("anybody signed in"))(view)


def requires(*roles: Role) -> Callable[[View], View]:
    """Only those who hold one of these roles may use this route."""
    return _declare(Access(", ".join(roles), roles))


def find_access(view: Any, method: str = "GET") -> Access | None:
    """What a view function, or the method of a view class, declares."""
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        view = getattr(view_class, method.lower(), None) or view
    return getattr(view, "access", None)


class UndeclaredAccess(Exception):
    """A route does not say who may use it."""


def refuse_undeclared_routes(app: Flask) -> None:
    """Raise `UndeclaredAccess` for routes that do not say who may use them; nothing is open by
    oversight.
    """
    undeclared = [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if find_access(app.view_functions[rule.endpoint], method) is None
    ]
    if undeclared:
        raise UndeclaredAccess(f"say who may use: {', '.join(undeclared)}")


def find_principal() -> Principal | None:
    """The signed-in person, or None."""
    principal: Principal | None = g.get("principal")
    return principal


def get_principal() -> Principal:
    """The signed-in person; raises `SignInNeeded`."""
    principal = find_principal()
    if principal is None:
        raise SignInNeeded
    return principal


def note_access() -> None:
    """Remember whether anybody may use the route: decides the language of every answer."""
    access = _find_route_access()
    g.is_for_anybody = access is None or access.is_open


def _find_route_access() -> Access | None:
    if request.endpoint is None:
        return None
    return find_access(current_app.view_functions[request.endpoint], request.method)


def authorize(verifier: "TokenVerifier", now: datetime) -> None:
    """Authenticate the request and refuse those who may not use the route.

    Raises `SignInNeeded` and `NotAllowed`.
    """
    g.principal = None
    if request.endpoint is None:
        return
    access = _find_route_access()
    if access is None:
        raise NotAllowed(marked("This address does not say who may use it."))
    # A token that is no longer good shuts nobody out of what anybody may see, such as the sign-in.
    with suppress(SignInNeeded) if access.is_open else nullcontext():
        g.principal = verifier.find_principal(request.environ.get("HTTP_AUTHORIZATION", ""), now)
    if access.is_open:
        return
    principal = get_principal()
    if access.roles and not principal.holds(*access.roles):
        raise NotAllowed(
            marked(
                "Your account needs one of these roles: {roles}.",
                roles=tuple(code_words(role) for role in access.roles),
            )
        )


class TokenVerifier:
    """Checks identity's tokens for one service, with the keys in its database.

    The keys are read anew every `KEYS_GOOD_FOR`, so that a withdrawn one is soon good for nothing.
    """

    def __init__(self, database: Database, audience: str) -> None:
        self._database = database
        self._audience = audience
        self._keys = KeySet([])
        self._keys_read_at = datetime.min.replace(tzinfo=UTC)

    def find_principal(self, authorization: str, now: datetime) -> Principal | None:
        """Whom a bearer token speaks for; None without one; raises `SignInNeeded` for a bad one."""
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            return None
        try:
            decoded = self._decode(token, now)
            if decoded.header.get("typ") != "at+jwt":
                raise ValueError("not an access token")
            self._validate(decoded.claims, now)
            return _principal_of(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SignInNeeded(marked("Your sign-in is no longer good.")) from error

    def _validate(self, claims: dict[str, Any], now: datetime) -> None:
        JWTClaimsRegistry(
            now=int(now.timestamp()),
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(claims)

    def _decode(self, token: str, now: datetime) -> jwt.Token:
        if now - self._keys_read_at > KEYS_GOOD_FOR:
            self._read_keys(now)
        try:
            return jwt.decode(token, self._keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # Perhaps a key that came since: the event has put it into the database.
            self._read_keys(now)
            return jwt.decode(token, self._keys, algorithms=ALGORITHMS)

    def _read_keys(self, now: datetime) -> None:
        with self._database.reading() as session:
            keys = session.scalars(select(SIGNING_KEY.c.public_jwk)).all()
        self._keys = KeySet.import_key_set({"keys": list(keys)})
        self._keys_read_at = now


def _principal_of(claims: dict[str, Any]) -> Principal:
    educator = claims.get("educator_id")
    return Principal(
        account_id=UUID(claims["sub"]),
        display_name=claims["name"],
        session=claims["sid"],
        session_ends_at=_moment_of(claims.get("session_ends")),
        educator_id=UUID(educator) if educator else None,
        roles=tuple(
            RoleAt(
                Role(each["role"]),
                UUID(each["organization_id"]) if each.get("organization_id") else None,
            )
            for each in claims.get("roles", [])
        ),
    )


def _moment_of(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


key_reactions = Reactions()


@key_reactions.when(SigningKeysChanged)
def when_signing_keys_changed(session: Session, event: SigningKeysChanged, at: datetime) -> None:
    """Keep the keys of the newest version that was heard of."""
    known = session.scalar(
        select(SIGNING_KEY.c.version).where(SIGNING_KEY.c.issuer == event.issuer).limit(1)
    )
    if known is not None and known >= event.version:
        return
    session.execute(delete(SIGNING_KEY).where(SIGNING_KEY.c.issuer == event.issuer))
    for key in event.keys:
        jwk = {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", **vars(key)}
        session.execute(
            insert(SIGNING_KEY).values(
                kid=key.kid, issuer=event.issuer, version=event.version, public_jwk=jwk
            )
        )
