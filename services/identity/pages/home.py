"""The home page and the signed-in person's profile."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.i18n.language import LANGUAGES
from chassis.i18n.text import translatable
from chassis.security.access import public, signed_in
from chassis.security.principal import find_principal, get_principal
from chassis.service import current_service
from chassis.web.forms import Form, read_form
from contracts.addresses import NAVIGATION
from contracts.assignments import AssignmentsPermission
from services.identity import queries
from services.identity.schemas import LanguageForm
from services.identity.usecases import accounts, persons

blueprint = Blueprint("home", __name__, url_prefix="/identity")

_WHAT_FOR = {
    "/certification/": translatable("Apply, follow an application, and see your certificates."),
    "/payments/": translatable("Pay what your applications cost, and find your receipts."),
    "/certification/candidates": translatable(
        "Record who is admitted and who completes a program."
    ),
    "/certification/queue": translatable("Review applications and decide them."),
    "/legal/cases": translatable("Work on cases, place holds, enter final orders."),
    "/legal/complaints": translatable("Report misconduct to the board, and follow your reports."),
    "/assignments/": translatable("See which districts reported, and who teaches out of field."),
    "/payments/received": translatable("See what was received on a day."),
    "/identity/organizations": translatable(
        "Find people, accounts and organizations; grant roles."
    ),
    "/identity/health": translatable(
        "See whether the services work, what is waiting, and what failed."
    ),
    "/identity/messages": translatable("Read the emails we sent you."),
}

_FOR_DISTRICTS = {
    "/assignments/": translatable("Send your district's report, and see who teaches out of field."),
}


@blueprint.get("/frame")
@public
def frame() -> ResponseReturnValue:
    """What surrounds the reader's pages, for pages that are the same for everybody."""
    return render_template("identity/frame.html")


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """The welcome page, or the person's tasks once signed in."""
    principal = find_principal()
    if principal is None:
        return render_template("identity/welcome.html")
    texts = _WHAT_FOR
    if principal.may(AssignmentsPermission.REPORT):
        texts = _WHAT_FOR | _FOR_DISTRICTS
    links = [link for link in NAVIGATION if principal.may(*link.permissions)]
    cards = [(link, texts.get(link.path, "")) for link in links]
    return render_template("identity/home.html", cards=cards)


@blueprint.get("/profile")
@signed_in
def profile() -> ResponseReturnValue:
    """The person's account and record."""
    return _profile_page(Form())


@blueprint.post("/profile/language")
@signed_in
def choose_language() -> ResponseReturnValue:
    """Choose the language of one's mail."""
    form = read_form(LanguageForm(), request.form)
    if not form.is_valid:
        return _profile_page(form), 422
    with current_service().database.transaction() as session:
        accounts.choose_language(session, get_principal().account_id, form.values["language"])
    return redirect("/identity/profile", 303)


def _profile_page(form: Form) -> str:
    principal = get_principal()
    with current_service().database.reading() as session:
        account = accounts.get_account(session, principal.account_id)
        person, last_four = None, None
        if principal.educator_id is not None:
            person = persons.get_person(session, principal.educator_id)
            last_four = queries.find_last_four(session, principal.educator_id)
    return render_template(
        "identity/profile.html",
        account=account,
        person=person,
        last_four=last_four,
        form=form,
        mail_languages=LANGUAGES,
    )
