"""Forgotten username or password: the sign-in help mail and the new password."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.context import current_context
from chassis.security.access import public
from chassis.service import current_rules, current_service
from chassis.web.forms import Form, read_form
from services.identity.adapters.passwords import hash_password
from services.identity.adapters.resources import resources
from services.identity.domain.account import Account, username_key
from services.identity.jurisdiction import IdentityRules
from services.identity.pages.chosen_password import with_password_faults
from services.identity.schemas import AccountForm
from services.identity.usecases import password_reset
from services.identity.usecases.letters import letterhead
from services.identity.usecases.limits import begin_attempt, forgive
from services.identity.usecases.sign_in import key_of

blueprint = Blueprint("password_reset", __name__, url_prefix="/identity")

_MAILS_PER_WINDOW = 5


@blueprint.get("/forgotten")
@public
def forgotten() -> ResponseReturnValue:
    """Ask for the account's email address."""
    return render_template("identity/forgotten.html", form=Form())


@blueprint.post("/forgotten")
@public
def send_sign_in_help() -> ResponseReturnValue:
    """Mail the accounts with this address; the response is the same if there are none."""
    service, limits = current_service(), current_rules(IdentityRules).limits
    form = read_form(AccountForm(only=("email",)), request.form)
    if not form.is_valid:
        return render_template("identity/forgotten.html", form=form), 422
    email = form.values["email"]
    most = {
        key_of("sign-in help", email.casefold()): _MAILS_PER_WINDOW,
        key_of("sign-in help address", current_context().address): limits.searches_per_address,
    }
    with service.database.transaction() as session:
        begin_attempt(session, most, limits.window, service.now())
        password_reset.send_sign_in_help(session, letterhead(), email, service.now())
    return redirect("/identity/forgotten/sent", 303)


@blueprint.get("/forgotten/sent")
@public
def sign_in_help_sent() -> ResponseReturnValue:
    """Show that a mail is on its way if the address has an account."""
    return render_template(
        "identity/forgotten_sent.html", shows_mail=resources().mail_folder is not None
    )


@blueprint.get("/new-password")
@public
def new_password_form() -> ResponseReturnValue:
    """Ask for the new password."""
    token = request.args.get("token", "")
    return _new_password_form(_get_account(token), token, Form())


@blueprint.post("/new-password")
@public
def reset_password() -> ResponseReturnValue:
    """Save the new password and go on to sign-in."""
    service, token = current_service(), request.form.get("token", "")
    account = _get_account(token)
    form = with_password_faults(
        read_form(AccountForm(only=("password", "password_again")), request.form),
        account.username,
        account.email,
        account.display_name,
    )
    if not form.is_valid:
        return _new_password_form(account, token, form), 422
    # Hash before the transaction: hashing is slow on purpose.
    hashed = hash_password(form.values["password"])
    with service.database.transaction() as session:
        password_reset.reset_password(session, letterhead(), token, hashed, service.now())
        failed = key_of("sign-in username", username_key(account.username))
        forgive(session, [], failed)
    return redirect("/identity/sign-in?changed=yes", 303)


@blueprint.errorhandler(password_reset.ResetLinkSpent)
def say_that_the_link_is_spent(_: password_reset.ResetLinkSpent) -> ResponseReturnValue:
    """Show that the link is no longer valid and offer another mail."""
    return render_template("identity/reset_spent.html"), 410


def _new_password_form(account: Account, token: str, form: Form) -> str:
    return render_template(
        "identity/new_password.html",
        account=account,
        token=token,
        form=form,
        rules=current_rules(IdentityRules),
    )


def _get_account(token: str) -> Account:
    service = current_service()
    with service.database.reading() as session:
        return password_reset.get_account_to_reset(session, token, service.now())
