"""JSON routes: the public keys, and the token that the gateway fetches for each request."""

from typing import Any

from flask import Blueprint as FlaskBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from chassis.security.access import internal, public, signed_in
from chassis.security.principal import get_principal
from chassis.service import current_service
from services.identity import queries
from services.identity.adapters.cookies import cookie_name
from services.identity.adapters.resources import resources
from services.identity.schemas import KeySetSchema, SessionSchema
from services.identity.usecases.exchange import exchange_token

blueprint = Blueprint("api", __name__, url_prefix="/identity")
internal_blueprint = FlaskBlueprint("internal", __name__, url_prefix="/internal")


@blueprint.get("/.well-known/jwks.json")
@public
@blueprint.response(200, KeySetSchema)
def show_keys() -> dict[str, Any]:
    """The keys that check identity's tokens."""
    with current_service().database.reading() as session:
        return {"keys": queries.public_keys(session)}


@blueprint.get("/api/session")
@signed_in
@blueprint.response(200, SessionSchema)
def show_session() -> dict[str, Any]:
    """How long the session lasts from now on; to ask is to stay signed in."""
    ends_at = get_principal().session_ends_at
    left = (ends_at - current_service().now()).total_seconds() if ends_at else 0
    return {"seconds": max(0, int(left))}


@internal_blueprint.get("/token")
@internal
def show_token() -> ResponseReturnValue:
    """A token for `?audience=`, in the header X-Token; empty for who is not signed in.

    It is 200 either way: whether a page needs somebody signed in is for its service to say.
    """
    service = current_service()
    token = request.cookies.get(cookie_name(service.settings.public_url), "")
    audience = request.args.get("audience", "")
    return Response(headers={"X-Token": exchange_token(service, resources().keys, token, audience)})
