"""Exchanges a browser's session cookie for a short-lived token for one service.

The gateway calls this for every signed-in request, so that the browser never holds a token, and
ending a session or withdrawing a role takes effect on the next request (the phantom token pattern).
"""

import re
from datetime import datetime, timedelta

from chassis.problems import InvalidInput
from chassis.service import Service
from contracts.identity import Role
from services.identity import queries
from services.identity.adapters.signing_keys import KeyRing
from services.identity.adapters.tokens import issue_token, token_digest
from services.identity.jurisdiction import SessionLimits
from services.identity.queries import Visit
from services.identity.usecases import sessions

TOKEN_LIFETIME = timedelta(seconds=120)
SEEN_EVERY = timedelta(minutes=1)
_AUDIENCE = re.compile(r"[a-z][a-z-]{1,30}")


def exchange_token(service: Service, keys: KeyRing, token: str, audience: str) -> str:
    """A token for one service, or "" when the session token is not valid."""
    if not _AUDIENCE.fullmatch(audience):
        raise InvalidInput({"audience": ["Name the service the token is for."]})
    if not token:
        return ""
    now = service.now()
    with service.database.reading() as session:
        visit = queries.find_visit(session, token_digest(token), service.rules.session, now)
    if visit is None:
        return ""
    if now - visit.last_seen_at >= SEEN_EVERY:
        with service.database.transaction() as session:
            sessions.record_seen(session, visit.session_id, now)
    return _issue(keys, visit, audience, now, _ends_at(visit, service.rules.session, now))


def _ends_at(visit: Visit, limits: SessionLimits, now: datetime) -> datetime:
    """The earliest time the session can end without further requests.

    `SEEN_EVERY` is subtracted because use is not recorded on every request.
    """
    return min(visit.started_at + limits.longest, now + limits.idle - SEEN_EVERY)


def _issue(keys: KeyRing, visit: Visit, audience: str, now: datetime, ends_at: datetime) -> str:
    roles: list[dict[str, str | None]] = [
        {"role": role, "organization_id": str(organization_id)}
        for role, organization_id in sorted(visit.roles)
    ]
    claims: dict[str, object] = {
        "name": visit.display_name,
        "sid": str(visit.session_id),
        "session_ends": int(ends_at.timestamp()),
        "other_ids": sorted(str(each) for each in visit.other_ids - {visit.account_id}),
    }
    if visit.educator_id is not None:
        claims["educator_id"] = str(visit.educator_id)
        roles.append({"role": Role.EDUCATOR, "organization_id": None})
    return issue_token(
        keys.get_key(now),
        audience=audience,
        subject=str(visit.account_id),
        claims={**claims, "roles": roles},
        now=now,
        lifetime=TOKEN_LIFETIME,
    )
