"""The gateway's token endpoint, called for each request."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from chassis.security.access import internal
from chassis.service import current_service
from services.identity.adapters.cookies import cookie_name
from services.identity.adapters.resources import resources
from services.identity.usecases.exchange import exchange_token

blueprint = Blueprint("internal", __name__, url_prefix="/internal")


@blueprint.get("/token")
@internal
def show_token() -> ResponseReturnValue:
    """A token for `?audience=`, in the header X-Token; empty for an anonymous visitor.

    The status is 200 either way: each service decides whether a page requires a sign-in.
    """
    service = current_service()
    token = request.cookies.get(cookie_name(service.settings.public_url), "")
    audience = request.args.get("audience", "")
    return Response(headers={"X-Token": exchange_token(service, resources().keys, token, audience)})
