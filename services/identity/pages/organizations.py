"""Organizations, for the agency's administrators."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.problems import InvalidInput
from chassis.security.access import requires
from chassis.service import current_service
from chassis.web.forms import Form, read_form
from chassis.web.paging import page_asked_for
from contracts.identity import IdentityPermission, OrganizationKind
from services.identity import queries
from services.identity.schemas import ProviderForm
from services.identity.usecases.organizations import add_organization

blueprint = Blueprint("organizations", __name__, url_prefix="/identity")


@blueprint.get("/organizations")
@requires(IdentityPermission.ADMINISTER_ACCOUNTS)
def organizations() -> ResponseReturnValue:
    """The searchable list of organizations."""
    text, kind = request.args.get("q", "").strip(), _find_kind(request.args.get("kind", ""))
    with current_service().database.reading() as session:
        results = queries.organizations(session, text, kind, page_asked_for())
        parents = queries.names_of_parents(session, results.items)
    return render_template(
        "identity/organizations.html",
        results=results,
        parents=parents,
        text=text,
        kind=kind,
        kinds=OrganizationKind,
    )


def _find_kind(code: str) -> OrganizationKind | None:
    return OrganizationKind(code) if code in set(OrganizationKind) else None


@blueprint.get("/organizations/providers/new")
@requires(IdentityPermission.ADMINISTER_ACCOUNTS)
def provider_form() -> ResponseReturnValue:
    """Ask for a preparation provider's name and number."""
    return render_template("identity/provider.html", form=Form())


@blueprint.post("/organizations/providers/new")
@requires(IdentityPermission.ADMINISTER_ACCOUNTS)
def add_provider() -> ResponseReturnValue:
    """Add a preparation provider."""
    form = read_form(ProviderForm(), request.form)
    if form.is_valid:
        try:
            with current_service().database.transaction() as session:
                added = add_organization(
                    session,
                    OrganizationKind.PREPARATION_PROVIDER,
                    form.values["name"],
                    form.values["state_number"],
                )
        except InvalidInput as refusal:
            form = form.refused(refusal)
        else:
            return redirect(f"/identity/organizations?q={added.state_number}&added=yes", 303)
    return render_template("identity/provider.html", form=form), 422
