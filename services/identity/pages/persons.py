"""Persons and their sealed numbers, for the agency's administrators."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from chassis.security.access import requires
from chassis.security.own_matter import is_own_matter
from chassis.service import current_service
from chassis.web.forms import Form, read_form
from chassis.web.paging import page_asked_for
from contracts.identity import IdentityPermission
from services.identity import queries
from services.identity.adapters.resources import resources
from services.identity.schemas import ReasonForm
from services.identity.usecases.persons import get_person, reveal_ssn

blueprint = Blueprint("persons", __name__, url_prefix="/identity")


@blueprint.get("/persons")
@requires(IdentityPermission.ADMINISTER_ACCOUNTS)
def persons() -> ResponseReturnValue:
    """Find a person by name or number."""
    text = request.args.get("q", "").strip()
    with current_service().database.reading() as session:
        results = queries.persons(session, text, page_asked_for())
    return render_template("identity/persons.html", results=results, text=text)


@blueprint.get("/persons/<uuid:educator_id>")
@requires(IdentityPermission.ADMINISTER_ACCOUNTS)
def person(educator_id: UUID) -> ResponseReturnValue:
    """One person, with the Social Security number masked."""
    return _person_page(educator_id, Form())


@blueprint.post("/persons/<uuid:educator_id>/ssn")
@requires(IdentityPermission.REVEAL_SSN)
def show_ssn(educator_id: UUID) -> ResponseReturnValue:
    """Show the whole number once.

    The response is the page itself, not a redirect: a URL that shows the number would show it again
    without a reason or an audit entry.
    """
    form = read_form(ReasonForm(), request.form)
    if not form.is_valid:
        return _person_page(educator_id, form), 422
    with current_service().database.transaction() as session:
        ssn = reveal_ssn(session, resources().vault, educator_id, form.values["reason"])
    return _person_page(educator_id, Form(), ssn)


def _person_page(educator_id: UUID, form: Form, ssn: str | None = None) -> str:
    with current_service().database.reading() as session:
        shown = get_person(session, educator_id)
        account = queries.find_account_of(session, educator_id)
        staff_accounts = queries.staff_accounts_of(session, educator_id)
        last_four = queries.find_last_four(session, educator_id)
    return render_template(
        "identity/person.html",
        person=shown,
        is_own=is_own_matter(educator_id),
        account=account,
        staff_accounts=staff_accounts,
        last_four=last_four,
        ssn=ssn,
        form=form,
    )
