"""Signing in, signing out, and one's own sessions on other devices."""

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.i18n.text import translatable
from chassis.security.access import public, signed_in
from chassis.security.principal import find_principal, get_principal
from chassis.service import current_rules, current_service
from chassis.web.forms import FORM, Form, read_form
from contracts.addresses import HOME, home_of
from services.identity import queries
from services.identity.adapters.cookies import cookie_name, cookie_options
from services.identity.adapters.resources import resources
from services.identity.jurisdiction import IdentityRules
from services.identity.schemas import SignInForm
from services.identity.usecases import accounts
from services.identity.usecases.sessions import end_all_sessions, end_session, end_session_by_token
from services.identity.usecases.sign_in import NotConfirmed, WrongCredentials, sign_in

blueprint = Blueprint("sessions", __name__, url_prefix="/identity")


@blueprint.get("/sign-in")
@public
def sign_in_form() -> ResponseReturnValue:
    """Ask for username and password."""
    onward = local_path(request.args.get("next", ""))
    if find_principal() is not None:
        return redirect(onward, 303)
    return _sign_in_form(Form(), onward)


@blueprint.post("/sign-in")
@public
def begin_session() -> ResponseReturnValue:
    """Sign in and go on to the page the person asked for."""
    service = current_service()
    onward = local_path(request.form.get("next", ""))
    form = read_form(SignInForm(), request.form)
    if not form.is_valid:
        return _sign_in_form(form, onward), 422
    name = cookie_name(service.settings.public_url)
    try:
        token = sign_in(
            service,
            form.values["username"],
            form.values["password"],
            user_agent=request.headers.get("User-Agent", ""),
            replaced_token=request.cookies.get(name),
        )
    except WrongCredentials:
        wrong = form.with_error(
            FORM,
            translatable("The username or password is incorrect. Check both and try again."),
        )
        return _sign_in_form(wrong, onward), 422
    except NotConfirmed as waiting:
        ticket = resources().tickets.issue(waiting.account_id, service.now())
        return render_template("identity/not_confirmed.html", ticket=ticket), 403
    if onward == HOME:
        onward = _home_of(form.values["username"])
    response = current_app.make_response(redirect(onward, 303))
    response.set_cookie(name, token, **cookie_options(service.settings.public_url))
    return response


def _home_of(username: str) -> str:
    with current_service().database.reading() as session:
        account = accounts.find_account_by_username(session, username)
    roles = account.all_roles if account else []
    return home_of(current_service().grants.of(role) for role in roles)


def _sign_in_form(form: Form, onward: str) -> str:
    return render_template("identity/sign_in.html", form=form, onward=onward)


def local_path(text: str) -> str:
    """The path on this site, or the home page: never another site."""
    parts = urlsplit(text.replace("\\", "/"))
    is_local = not parts.scheme and not parts.netloc and text.startswith("/")
    # Browsers drop tabs and line breaks, and read "/<tab>/elsewhere" as another site.
    return text if is_local and text.isprintable() and not text.startswith("//") else HOME


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    service = current_service()
    name = cookie_name(service.settings.public_url)
    with service.database.transaction() as session:
        end_session_by_token(session, request.cookies.get(name, ""), service.now())
    return _without_cookie("/identity/sign-in?out=yes")


@blueprint.get("/sessions")
@signed_in
def sessions() -> ResponseReturnValue:
    """Where the person is signed in."""
    service, principal = current_service(), get_principal()
    with service.database.reading() as session:
        mine = queries.open_sessions(
            session, principal.account_id, current_rules(IdentityRules).session, service.now()
        )
    return render_template(
        "identity/sessions.html", sessions=mine, rules=current_rules(IdentityRules)
    )


@blueprint.post("/sessions/<uuid:session_id>/end")
@signed_in
def end_one(session_id: UUID) -> ResponseReturnValue:
    """Sign out on one device."""
    service, principal = current_service(), get_principal()
    with service.database.transaction() as session:
        end_session(session, session_id, principal.account_id, service.now())
    if str(session_id) == principal.session:
        return _without_cookie("/identity/sign-in?out=yes")
    return redirect("/identity/sessions", 303)


@blueprint.post("/sessions/end-all")
@signed_in
def end_all() -> ResponseReturnValue:
    """Sign out everywhere, including here."""
    service = current_service()
    with service.database.transaction() as session:
        end_all_sessions(session, get_principal().account_id, service.now())
    return _without_cookie("/identity/sign-in?out=everywhere")


def _without_cookie(location: str) -> ResponseReturnValue:
    public_url = current_service().settings.public_url
    response = current_app.make_response(redirect(location, 303))
    response.delete_cookie(cookie_name(public_url), **cookie_options(public_url))
    return response
