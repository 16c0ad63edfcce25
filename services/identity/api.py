"""JSON routes: the public keys, and how long a session lasts."""

from typing import Any

from flask_smorest import Blueprint

from chassis.security.access import public, signed_in
from chassis.security.principal import get_principal
from chassis.service import current_service
from services.identity import queries
from services.identity.schemas import KeySetSchema, SessionSchema

blueprint = Blueprint("api", __name__, url_prefix="/identity")


@blueprint.get("/.well-known/jwks.json")
@public
@blueprint.response(200, KeySetSchema)
def show_keys() -> dict[str, Any]:
    """The public keys that verify identity's tokens."""
    with current_service().database.reading() as session:
        return {"keys": queries.public_keys(session)}


@blueprint.get("/api/session")
@signed_in
@blueprint.response(200, SessionSchema)
def show_session() -> dict[str, Any]:
    """The seconds left in the session; this request extends it."""
    ends_at = get_principal().session_ends_at
    seconds_left = (ends_at - current_service().now()).total_seconds() if ends_at else 0
    return {"seconds": max(0, int(seconds_left))}
