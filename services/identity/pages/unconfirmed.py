"""The state's rules that nobody has found in a source yet, for the agency to confirm."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from chassis.security.access import requires
from chassis.service import current_service
from chassis.unconfirmed import unconfirmed_rules
from contracts.identity import IdentityPermission

blueprint = Blueprint("unconfirmed", __name__, url_prefix="/identity")


@blueprint.get("/unconfirmed-rules")
@requires(IdentityPermission.SEE_UNCONFIRMED_RULES)
def list_unconfirmed() -> ResponseReturnValue:
    """Each rule with the file and line where it stands, and what is said of its source."""
    rules = list(unconfirmed_rules(current_service().settings.state))
    return render_template("identity/unconfirmed_rules.html", rules=rules)
